"""The next step beside an opportunity, and what a quick line plans."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from pivotino.instance.activities.forms import PlanForm
from pivotino.instance.activities.lists import Row, row_of
from pivotino.instance.activities.models import Activity, ActivityKind
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.panels import Panel, panel, plans
from pivotino.instance.pipeline.quickline import Planned

NEXT_AFTER = {"call": "email", "email": "call", "meeting": "email", "visit": "email"}


@dataclass(frozen=True)
class NextStep:
    """What is planned on an opportunity, the first one large, and the form that plans more."""

    rows: list[Row]
    form: PlanForm
    opportunity: Opportunity
    offered: bool
    """True right after something was done: the form is open and filled."""


@panel(10)
def next_step(request: HttpRequest, opportunity: Opportunity) -> Panel:
    """Everything open on it, in order."""
    form: PlanForm | None = getattr(request, "plan_form", None)
    done: Activity | None = getattr(request, "just_done", None)
    day = today()
    found = (
        Activity.objects.filter(opportunity=opportunity)
        .open()
        .in_order()
        .select_related("kind", "assigned_to", "opportunity__contact")
    )
    by: Member = request.member  # type: ignore[attr-defined]
    rows = [row_of(activity, day, by) for activity in found]
    offered = (done is not None and not rows and not opportunity.is_closed) or form is not None or "plan" in request.GET
    form = form or PlanForm(initial=suggestion(opportunity, done, day), by=by)
    return Panel("activities/panel.html", {"step": NextStep(rows, form, opportunity, offered)})


def suggestion(opportunity: Opportunity, done: Activity | None, day: Any) -> dict[str, Any]:
    """What most likely comes next: after a call a letter, after its usual delay, by the same person."""
    key = NEXT_AFTER.get(done.kind.key, "todo") if done else "call"
    kind = ActivityKind.objects.filter(key=key).first() or ActivityKind.objects.offered().first()
    who = (done.assigned_to_id if done else None) or opportunity.owner_id
    return {
        "kind": kind.pk if kind else None,
        "due_on": day + timedelta(days=kind.days if kind else 7),
        "assigned_to": who,
    }


@plans
def plan(opportunity: Opportunity, planned: Planned, by: Member) -> None:
    """What the quick line named, as an activity of its own."""
    Activity.plan(opportunity, kind=planned.kind, by=by, due_on=planned.day, due_time=planned.at)
