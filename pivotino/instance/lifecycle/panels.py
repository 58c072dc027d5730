"""What a contact's page shows of their sales: only what this member may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum
from django.utils import timezone

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.contacts.panels import Panel, panel
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import base_currency, today, zone
from pivotino.instance.pipeline.models import Opportunity, StageKind
from pivotino.kit.days import ago_phrase, due_phrase
from pivotino.kit.ids import uuid7

MOST = 20


@dataclass(frozen=True, slots=True)
class Next:
    """The earliest thing planned with this contact."""

    state: str
    text: str
    opportunity: UUID


@panel(10)
def sales(contact: Contact, member: Member) -> Panel:
    """The panel of a contact's page."""
    return Panel("lifecycle/sales.html", sales_of(contact, member))


def sales_of(contact: Contact, member: Member) -> dict[str, Any]:
    """Sums, last contact, next step, and the opportunities of a contact and of the people who work there."""
    found = Opportunity.objects.visible_to(member).filter(Q(contact=contact) | Q(contact__company=contact))
    at_work = found.filter(stage__kind__in=[StageKind.OPEN, StageKind.QUOTATION])
    rows = [*at_work.select_related("stage", "owner", "contact").order_by("stage__position", "next_on")[:MOST]]
    closed = (
        found.exclude(pk__in=at_work.values("pk")).select_related("stage", "owner", "contact").order_by("-closed_at")
    )
    rows += closed[: max(0, MOST - len(rows))]
    return {
        "contact": contact, "rows": [(row, _state(row)) for row in rows], "count": found.count(), "new_id": uuid7(),
        "open_minor": _sum(at_work), "won_minor": _sum(found.filter(stage__kind=StageKind.WON)), "currency": base_currency(),
        "last": _last_contact(found), "next": _next(at_work), "mine_only": not member.sees_all, "error": "", "typed": {},
    }  # fmt: skip


def titles_of(member: Member, ids: Collection[UUID]) -> dict[UUID, str]:
    """What the opportunities among these are called that this member may see."""
    return dict(Opportunity.objects.visible_to(member).filter(pk__in=ids).values_list("pk", "title"))


def _sum(found: Any) -> int:
    return found.aggregate(sum=Sum("base_minor"))["sum"] or 0


def _last_contact(found: Any) -> str:
    """When somebody last did something with them that a person planned or noted as done."""
    done: datetime | None = (
        Activity.objects.done().filter(opportunity__in=found.values("pk"), done_by__isnull=False)
        .order_by("-done_at").values_list("done_at", flat=True).first()
    )  # fmt: skip
    return ago_phrase(done, timezone.now(), zone()) if done else ""


def _next(at_work: Any) -> Next | None:
    first = at_work.filter(next_on__isnull=False).order_by("next_on").first()
    if first is None:
        return None
    state, said = due_phrase(first.next_on, today())
    return Next(state, f"{first.next_summary or first.next_kind}, {said}", first.pk)


def _state(row: Opportunity) -> tuple[str, str]:
    """The shape and the words of a card's next step."""
    if row.stage.kind in (StageKind.WON, StageKind.LOST):
        return str(row.stage.kind), row.stage.name
    day: date | None = row.next_on
    if day is None:
        return "nothing", "Nothing planned"
    state, said = due_phrase(day, today())
    return state, f"{row.next_summary or row.next_kind}, {said}"
