"""What activities add to an export: a calendar for any program, and a list to read."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TextIO
from zoneinfo import ZoneInfo

from pivotino.tenancy.packing.book import Book, Row
from pivotino.tenancy.packing.contentlines import escaped, folded
from pivotino.tenancy.packing.registry import Group, page, twin

PLUS = {
    "kind": "kind_.name", "opportunity": "opportunity_.title", "who": "who_.name", "who_email": "who_.email",
}  # fmt: skip
JOINS = (
    "JOIN activities_activitykind kind_ ON kind_.id = t.kind_id"
    " LEFT JOIN pipeline_opportunity opportunity_ ON opportunity_.id = t.opportunity_id"
    " LEFT JOIN members_member who_ ON who_.id = t.assigned_to_id"
)
HELD = "t.cancelled_at IS NULL"
STATES = (
    ("Planned", f"{HELD} AND t.done_at IS NULL", "t.due_on, t.id"),
    ("Done", f"{HELD} AND t.done_at IS NOT NULL", "t.done_at DESC, t.id"),
    ("Cancelled", "t.cancelled_at IS NOT NULL", "t.cancelled_at DESC, t.id"),
)
HOUR = timedelta(hours=1)


@twin("calendar.ics", of="activities.activity")
def calendar(book: Book, out: TextIO) -> int:
    """What is planned and what was done. Without a time of day an entry takes the whole day."""
    zone = ZoneInfo(book.one("members.company").get("zone") or "UTC")
    out.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Pivotino//Export//EN\r\nCALSCALE:GREGORIAN\r\n")
    count = 0
    for row in book.rows("activities.activity", plus=PLUS, joins=JOINS, where=HELD):
        out.writelines(folded(line) for line in _entry(row, zone))
        count += 1
    out.write("END:VCALENDAR\r\n")
    return count


@page(
    "activities", "Activities", of="activities.activity", order=30,
    columns=("Due", "What", "Opportunity", "Who", "Note", "What came of it"),
)  # fmt: skip
def activities(book: Book) -> Iterator[Group]:
    """Planned, done, cancelled."""
    for heading, where, order in STATES:
        rows = book.rows("activities.activity", plus=PLUS, joins=JOINS, where=where, order=order)
        yield Group(heading, f"{book.count('activities.activity', where):,}", (_told(row) for row in rows))


def _entry(row: Row, zone: ZoneInfo) -> Iterator[str]:
    title = row["summary"] or row["kind"]
    called = f"{row['kind']}: {row['summary']}" if row["summary"] else row["kind"]
    about = f" ({row['opportunity']})" if row["opportunity"] else ""
    yield "BEGIN:VEVENT"
    yield f"UID:{row['id']}@pivotino"
    yield f"DTSTAMP:{_stamp(datetime.fromisoformat(row['planned_at']))}"
    day = date.fromisoformat(row["due_on"])
    if row["due_time"]:
        begins = datetime.combine(day, time.fromisoformat(row["due_time"]), zone)
        yield f"DTSTART:{_stamp(begins)}"
        yield f"DTEND:{_stamp(begins + HOUR)}"
    else:
        yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(('Done: ' if row['done_at'] else '') + (called if title else row['kind']) + about)}"
    said = "\n\n".join(filter(None, [row["note"], row["feedback"], row["who"]]))
    if said:
        yield f"DESCRIPTION:{escaped(said)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _told(row: Row) -> tuple[str, ...]:
    due = f"{row['due_on']} {(row['due_time'] or '')[:5]}".strip()
    called = f"{row['kind']}: {row['summary']}" if row["summary"] else row["kind"]
    return due, called, row["opportunity"] or "", row["who"] or "", row["note"], row["feedback"]
