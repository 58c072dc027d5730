"""Activities as lists show them: counted and by day, in hand-written SQL. Everybody's is for Business Owners."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Literal
from uuid import UUID

from pivotino.instance.history import sql
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import today as company_today
from pivotino.instance.pipeline.permissions import may_see, owner_seen

Show = Literal["all", "overdue", "today", "future"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open activities there are, and when they are due."""

    all: int
    overdue: int
    today: int
    future: int


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One open activity. The card's name is empty where the member may not see the card."""

    id: UUID
    kind: str
    kind_name: str
    summary: str
    note: str
    due_on: date
    due_time: time | None
    assigned_to: UUID | None
    assignee: str
    opportunity_id: UUID | None
    title: str
    contact_name: str

    @property
    def name(self) -> str:
        return self.summary or self.kind_name


@dataclass(frozen=True, slots=True)
class Day:
    """The activities of one day."""

    on: date
    rows: tuple[ActivityRow, ...]


def counts(member: Member, *, everybody: bool = False, today: date | None = None) -> Counts:
    """Own open activities counted; an owner's `everybody` counts all."""
    day = today or company_today()
    whose, params = _whose(member, everybody)
    found = sql.rows(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN a.due_on < %s THEN 1 ELSE 0 END), 0),"
        f" COALESCE(SUM(CASE WHEN a.due_on = %s THEN 1 ELSE 0 END), 0) {_FROM} WHERE {_OPEN}{whose}",
        [day, day, *params],
    )
    every, overdue, now = (int(value) for value in found[0])
    return Counts(every, overdue, now, every - overdue - now)


def by_day(
    member: Member, *, show: Show = "all", everybody: bool = False, today: date | None = None, limit: int = 200
) -> list[Day]:
    """Open activities grouped by their day, the earliest first; within a day those with a time first."""
    day = today or company_today()
    whose, params = _whose(member, everybody)
    when = {"overdue": " AND a.due_on < %s", "today": " AND a.due_on = %s", "future": " AND a.due_on > %s"}.get(show, "")
    found = sql.rows(
        "SELECT a.id, k.key, k.name, a.summary, a.note, a.due_on, a.due_time, a.assigned_to_id, m.name, o.id, o.owner_id, o.title,"
        f" p.name {_FROM} JOIN activities_activitykind k ON k.id = a.kind_id LEFT JOIN members_member m ON m.id = a.assigned_to_id"
        f" LEFT JOIN contacts_contact p ON p.id = o.contact_id WHERE {_OPEN}{whose}{when}"
        " ORDER BY a.due_on, a.due_time IS NULL, a.due_time, a.id LIMIT %s",
        [*params, *([day] if when else []), limit],
    )
    return _grouped(_row(member, line) for line in found)


_FROM = "FROM activities_activity a LEFT JOIN pipeline_opportunity o ON o.id = a.opportunity_id"
_OPEN = "a.done_at IS NULL AND a.cancelled_at IS NULL AND o.removed_at IS NULL"


def _whose(member: Member, everybody: bool) -> tuple[str, list[Any]]:
    if everybody and owner_seen(member) is None:
        return "", []
    return " AND a.assigned_to_id = %s", [member.pk]


def _row(member: Member, line: tuple[Any, ...]) -> ActivityRow:
    to_id, to_day, _ = sql.readers()
    id, kind, kind_name, summary, note, due_on, due_time, assigned, assignee, opportunity, owner, title, contact = line
    shown = opportunity is not None and may_see(member, to_id(owner) if owner else None)
    at = time.fromisoformat(due_time) if isinstance(due_time, str) else due_time
    return ActivityRow(
        to_id(id), kind, kind_name, summary, note, to_day(due_on), at, to_id(assigned) if assigned else None, assignee or "",
        to_id(opportunity) if shown else None, title if shown else "", (contact or "") if shown else "",
    )  # fmt: skip


def _grouped(rows: Iterable[ActivityRow]) -> list[Day]:
    days: dict[date, list[ActivityRow]] = {}
    for row in rows:
        days.setdefault(row.due_on, []).append(row)
    return [Day(on, tuple(found)) for on, found in days.items()]
