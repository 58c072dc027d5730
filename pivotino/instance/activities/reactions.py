"""The rules that push an opportunity forward: what follows from a new card, a change of stage, a completed First Activity.

They run in the same transaction as what they follow from, and tell what they did in one event `activity.followed`, which
goes back together with its cause.
"""

from datetime import timedelta
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from pivotino.instance.activities.models import FIRST, TODO, Activity, ActivityKind, kind_of, open_on, settle, touching
from pivotino.instance.history import sql
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import event_recorded
from pivotino.instance.history.states import state_of
from pivotino.instance.members.models import Company, Member
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline.models import Opportunity, Stage

CHANGES_OF_STAGE = frozenset({"opportunity.moved", "opportunity.won", "opportunity.lost", "opportunity.reopened"})
FIRST_SUMMARY = "Get in touch"
FIRST_NOTE = "Ask what they need and agree on the next step."
FOLLOW_UP = "Follow up"


@receiver(event_recorded)
def follow(event: Event, subject: Any, by: Member | None, **_: Any) -> None:
    """Hear what happened to an opportunity or the company, and do what the rules say."""
    if event.verb == "opportunity.created":
        begin(subject, event, by)
    elif event.verb in CHANGES_OF_STAGE:
        step(subject, event, by)
    elif event.verb == "activity.completed":
        after_completing(subject, event, by)
    elif event.verb.startswith("company."):
        take_over_delay()


def begin(opportunity: Opportunity, event: Event, by: Member | None) -> None:
    """Rule R1: a new opportunity gets a First Activity, one that starts as a quotation a To Do."""
    at_quotation = opportunity.stage.kind == "quotation"
    _act(opportunity, event, by, planned=[], complete=[], plan=TODO if at_quotation else FIRST)


def step(opportunity: Opportunity, event: Event, by: Member | None) -> None:
    """Rule R3: First Activities and To Dos end with their stage. R5: where work goes on, something is planned.

    Where the change came from completing an activity, the others stay (R3).
    """
    planned = open_on(opportunity)
    by_completion = event.data.get("because_of") == "activity.completed"
    ended = [] if by_completion else [activity for activity in planned if activity.kind.is_of_a_rule]
    left = [activity for activity in planned if activity not in ended]
    _act(
        opportunity,
        event,
        by,
        planned=left,
        complete=ended,
        plan=TODO if not left and not opportunity.is_closed else "",
    )


def after_completing(opportunity: Opportunity, event: Event, by: Member | None) -> None:
    """Rule R2: the First Activity done takes a new opportunity on to the next stage, and never one that is further.

    If nothing else was planned, a To Do follows; after a move rule R5 sees to that.
    """
    if event.data.get("kind") != FIRST or opportunity.is_closed:
        return
    new, spoken = Stage.objects.at_work()[:2]
    if opportunity.stage_id == new.pk:
        opportunity.move_to(spoken, version=None, by=None, because=event)
    elif not Activity.objects.filter(opportunity=opportunity).open().exists():
        _act(opportunity, event, by, planned=[], complete=[], plan=TODO)


def take_over_delay() -> None:
    """The company's days until an activity is due are the delay of every kind."""
    days = Company.objects.values_list("days_due", flat=True).first()
    if days is not None and ActivityKind.objects.exclude(days=days).exists():
        ActivityKind.objects.all().delay_all(days)


def _act(
    opportunity: Opportunity,
    event: Event,
    by: Member | None,
    *,
    planned: list[Activity],
    complete: list[Activity],
    plan: str,
) -> None:
    """Complete these activities and plan one of a kind; `planned` is what else is open."""
    if not complete and not plan:
        return
    with touching(opportunity, by=None) as touch:
        for activity in complete:
            touch.before.append(state_of(activity))
            activity.done_at = timezone.now()
            sql.update(activity, ["done_at"])
            touch.after.append(activity)
        made = _plan(opportunity, plan, by) if plan else None
        if made is not None:
            touch.made(made)
        closing = settle(opportunity, latest=made, by=None, planned=[*planned, *([made] if made else [])])
        touch.tell(
            "activity.followed", closing, because=str(event.pk), because_of=event.verb,
            completed=[activity.title for activity in complete], planned=made.title if made else "",
            due_on=made.due_on.isoformat() if made else None,
        )  # fmt: skip


def _plan(opportunity: Opportunity, key: str, by: Member | None) -> Activity:
    kind = kind_of(key)
    activity = Activity(
        opportunity=opportunity, kind=kind, due_on=today() + timedelta(days=kind.days), planned_at=timezone.now(),
        assigned_to_id=kind.assignee_id or opportunity.owner_id or (by.pk if by else None),
        summary=FIRST_SUMMARY if key == FIRST else FOLLOW_UP, note=FIRST_NOTE if key == FIRST else "",
    )  # fmt: skip
    sql.insert(activity)
    return activity
