"""The lists of activities: what is late, what is due, what comes; by day, in few queries."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from pivotino.instance.activities.models import Activity
from pivotino.instance.history import sql
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import today, zone
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.permissions import may_see
from pivotino.instance.pipeline.pictures import money_text
from pivotino.kit.days import clock_phrase, date_phrase, due_phrase

ICONS = {
    "first": "phone", "call": "phone", "email": "mail", "meeting": "calendar", "visit": "map", "todo": "todo", "upload": "clip",
}  # fmt: skip
SHOWN = 200
SHOWS = ("all", "today", "coming", "overdue")


@dataclass(frozen=True, slots=True)
class Row:
    """One activity, ready to draw."""

    id: UUID
    icon: str
    kind: str
    title: str
    note: str
    opportunity: UUID | None
    card: str
    state: str
    when: str
    chip: str
    who: Member | None
    due_on: date
    done: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One day, or everything that is late."""

    name: str
    note: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Counts:
    all: int
    overdue: int
    today: int
    coming: int


@dataclass
class Page:
    """The activities page as one member sees it."""

    member: Member
    show: str = "all"
    mine: bool = True
    groups: list[Group] = field(default_factory=list)
    counts: Counts = Counts(0, 0, 0, 0)
    cut: bool = False
    bare: list[Opportunity] = field(default_factory=list)
    bare_count: int = 0
    next: Row | None = None
    today: date = field(default_factory=today)

    @property
    def date(self) -> str:
        return f"{self.today:%A}, {self.today.day} {self.today:%B} {self.today.year}"


def activities(member: Member, *, show: str = "all", mine: bool = False) -> Page:
    """Open activities by day, what was done today among them, and the four counters."""
    page = Page(member, show if show in SHOWS else "all", mine or not member.sees_all)
    rows = _whose(Activity.objects.visible_to(member), page)
    page.counts = count(rows.open(), page.today)
    wanted = _shown(rows.open(), page.show, page.today)
    found = list(_ready(wanted.in_order())[: SHOWN + 1])
    page.cut = len(found) > SHOWN
    open_rows = [row_of(activity, page.today, member) for activity in found[:SHOWN]]
    done = _done_today(rows, member) if page.show in ("all", "today") else []
    page.groups = grouped(open_rows, done, page.today)
    return page


def morning(member: Member) -> Page:
    """What is due and overdue for this member, then own cards on which nothing is planned."""
    page = Page(member, "today")
    rows = _whose(Activity.objects.visible_to(member), page)
    page.counts = count(rows.open(), page.today)
    due = [
        row_of(activity, page.today, member)
        for activity in _ready(rows.open().filter(due_on__lte=page.today).in_order())[:SHOWN]
    ]
    page.groups = grouped(due, _done_today(rows, member), page.today)
    bare = Opportunity.objects.visible_to(member).filter(owner=member, closed_at__isnull=True, next_on__isnull=True)
    page.bare_count = bare.count()
    page.bare = list(bare.select_related("contact", "stage").order_by("stage_since")[:20])
    later = _ready(rows.open().filter(due_on__gt=page.today).in_order()).first()
    page.next = row_of(later, page.today, member) if later else None
    return page


def waiting(member: Member) -> int:
    """How many things are due for this member by tonight; the loud number of the rail."""
    # What is given to a member, that member may see. Every page asks, so in one plain statement on `activity_own_by_day`.
    counted = sql.rows(
        "SELECT COUNT(*) FROM activities_activity a WHERE a.assigned_to_id = %s AND a.due_on <= %s AND a.done_at IS NULL"
        " AND a.cancelled_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM pipeline_opportunity o WHERE o.id = a.opportunity_id AND o.removed_at IS NOT NULL)",
        [member.pk, today()],
    )
    return int(counted[0][0])


def count(rows: "QuerySet[Activity]", day: date) -> Counts:
    found = rows.order_by().aggregate(
        all=Count("pk", distinct=True), overdue=Count("pk", filter=Q(due_on__lt=day), distinct=True),
        today=Count("pk", filter=Q(due_on=day), distinct=True), coming=Count("pk", filter=Q(due_on__gt=day), distinct=True),
    )  # fmt: skip
    return Counts(**found)


def grouped(rows: list[Row], done: list[Row], day: date) -> list[Group]:
    """Late ones together, then day by day; what was done today keeps its place in today."""
    late = [row for row in rows if row.due_on < day]
    now = [row for row in rows if row.due_on == day]
    groups = []
    if late:
        groups.append(Group("Overdue", _number(len(late)), late))
    if now or done:
        note = f"{len(now)} to do" + (f", {len(done)} done" if done else "")
        groups.append(Group("Today", note, [*done, *now]))
    days = sorted({row.due_on for row in rows if row.due_on > day})
    return groups + [Group(*_day(one, day), [row for row in rows if row.due_on == one]) for one in days]


def row_of(activity: Activity, day: date, member: Member) -> Row:
    """One activity in words. On its own day the time says more than the day. A card the member may not see stays unnamed."""
    card = activity.opportunity
    shown = card if card is not None and may_see(member, card.owner_id) else None
    at = clock_phrase(activity.due_time) if activity.due_time else ""
    done = activity.done_at is not None
    if done:
        state, when = (
            "won",
            f"Done {clock_phrase(timezone.localtime(activity.done_at, zone()).time().replace(second=0, microsecond=0))}",
        )
        chip = when
    else:
        state, phrase = due_phrase(activity.due_on, day)
        when = phrase if state == "overdue" else at or "any time"
        chip = f"{phrase[:1].upper()}{phrase[1:]}" + (f", {at}" if at and state != "overdue" else "")
    return Row(
        activity.pk, ICONS.get(activity.kind.key, "check"), activity.kind.name, activity.title, activity.note, shown.pk if shown else None,
        _card(card, shown), state, when, chip, activity.assigned_to, activity.due_on, done,
    )  # fmt: skip


def _card(card: Opportunity | None, opportunity: Opportunity | None) -> str:
    if opportunity is None:
        return "A colleague's card" if card else "No card"
    who = opportunity.contact.name if opportunity.contact else opportunity.title
    return f"{who} · {money_text(opportunity.amount_minor, opportunity.currency)}" if opportunity.amount_minor else who


def _whose(rows: Any, page: Page) -> Any:
    return rows.filter(assigned_to=page.member) if page.mine else rows


def _shown(rows: Any, show: str, day: date) -> Any:
    limits = {"overdue": Q(due_on__lt=day), "today": Q(due_on=day), "coming": Q(due_on__gt=day)}
    return rows.filter(limits[show]) if show in limits else rows


def _ready(rows: Any) -> Any:
    return rows.select_related("kind", "assigned_to", "opportunity__contact")


def _done_today(rows: Any, member: Member) -> list[Row]:
    start = timezone.localtime(timezone.now(), zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    found = _ready(rows.done().filter(done_at__gte=start).order_by("-done_at"))[:50]
    return [row_of(activity, today(), member) for activity in found]


def _day(one: date, day: date) -> tuple[str, str]:
    written = f"{one:%A} {one.day} {one:%B}"
    if one == day + timedelta(days=1):
        return "Tomorrow", written
    if one < day + timedelta(days=7):
        return f"{one:%A}", f"{one.day} {one:%B}"
    return f"{one.day} {one:%B}", date_phrase(one) if one.year != day.year else f"{one:%A}"


def _number(count: int) -> str:
    return f"{count} activit{'y' if count == 1 else 'ies'}"
