"""What concerns the instance as a whole: its settings and its story in an export, and what happens when one is brought in."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TextIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from pivotino.instance.history import trail
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import record
from pivotino.instance.history.sentences import Sentence, reads, sentence_of
from pivotino.instance.members.models import Company, Invitation, Member, Role
from pivotino.tenancy.packing.book import Book, Row
from pivotino.tenancy.packing.registry import (
    Group,
    Person,
    adopts_by,
    arrived_by,
    page,
    passing,
    people_by,
    twin,
)

# Work in line belongs to where it was decided.
passing("errands.errand")

# How the company set things up, in files small enough to be read at once. Rows are named by what people call them.
SETTINGS = {
    "currencies": "members.rate", "stages": "pipeline.stage", "kinds_of_activities": "activities.activitykind",
    "lost_categories": "pipeline.lostcategory", "lost_reasons": "pipeline.lostreason", "tags": "pipeline.tag",
    "labels": "contacts.label",
}  # fmt: skip
PEOPLE = ("name", "email", "role", "added_at", "joined_at", "left_at", "preferences")
TITLE = {"title": "COALESCE(opportunity_.title, contact_.name, '')", "who": "who_.name"}
NAMED = (
    "LEFT JOIN pipeline_opportunity opportunity_ ON opportunity_.id = t.subject_id"
    " LEFT JOIN contacts_contact contact_ ON contact_.id = t.subject_id"
    " LEFT JOIN members_member who_ ON who_.id = t.by_id"
)


@twin("settings.json")
def settings(book: Book, out: TextIO) -> int:
    """Company, currencies, stages, kinds, reasons, words and people."""
    told: dict[str, Any] = {"company": book.one("members.company")}
    told |= {name: list(book.rows(label)) for name, label in SETTINGS.items()}
    told["people"] = [{key: row[key] for key in PEOPLE} for row in book.rows("members.member")]
    out.write(json.dumps(told, ensure_ascii=False, indent=1))
    return -1


@twin("history/timeline.txt", of="history.event")
def timeline(book: Book, out: TextIO) -> int:
    """What happened, oldest first, a line each, in the company's time."""
    count = 0
    for when, who, what, title, text in _events(book, "t.id"):
        about = f" [{title}]" if title else ""
        said = f" | {' '.join(text.split())}" if text else ""
        out.write(f"{when}  {who} {what}{about}{said}\n")
        count += 1
    return count


@page("history", "History", of="history.event", order=40, columns=("When", "Who", "What happened", "With what", ""))
def history(book: Book) -> Iterator[Group]:
    """What happened, newest first."""
    yield Group("", f"{book.count('history.event'):,}", _events(book, "t.id DESC"))


@people_by
def people() -> list[Person]:
    """Who works here, owners first."""
    rows = sorted(Member.objects.working(), key=lambda member: (not member.is_owner, member.added_at, member.pk))
    return [
        Person(account_id=member.account_uuid, name=member.name, email=member.email, owner=member.is_owner)
        for member in rows
    ]


@adopts_by
def adopt(owner: Person, arrival: UUID) -> None:
    """Whoever brought the file owns this instance; everybody else in it is a name that can be invited."""
    now = timezone.now()
    Invitation.objects.unanswered().update(withdrawn_at=now)
    Member.objects.update(account_uuid=None, joined_at=None)
    email = owner.email.lower()
    known = Member.objects.filter(email=email).exclude(email="").order_by("left_at", "added_at").first()
    member = known or Member(name=owner.name, email=email)
    member.account_uuid, member.joined_at, member.left_at, member.role = owner.account_id, now, None, Role.OWNER
    member.save()
    company = Company.objects.get()
    if company.set_up_at is None:
        company.set_up_at = now
        company.save(update_fields=["set_up_at"])
    record("company.arrived", company, by=member, arrival=str(arrival))
    trail.carry(by=member, arrival=arrival)


@arrived_by
def arrived(arrival: UUID) -> bool:
    return Event.objects.filter(verb="company.arrived", data__arrival=str(arrival)).exists()


@reads("company.arrived")
def told(event: Event) -> Sentence:
    return Sentence("download", "brought everything in from an export")


def _events(book: Book, order: str) -> Iterator[tuple[str, str, str, str, str]]:
    zone = ZoneInfo(book.one("members.company").get("zone") or "UTC")
    for row in book.rows("history.event", plus=TITLE, joins=NAMED, order=order):
        sentence = _sentence(row)
        when = datetime.fromisoformat(row["at"]).astimezone(zone)
        said = [sentence.text, *(f"{one.label}: {one.before} → {one.after}" for one in sentence.changes)]
        who = row["who"] or "A rule"
        yield f"{when:%Y-%m-%d %H:%M}", who, sentence.words, row["title"], "\n".join(filter(None, said))


def _sentence(row: Row) -> Sentence:
    event = Event(
        id=UUID(row["id"]), verb=row["verb"], subject_kind=row["subject_kind"], subject_id=UUID(row["subject_id"]),
        at=datetime.fromisoformat(row["at"]), data=row["data"],
    )  # fmt: skip
    try:
        return sentence_of(event)
    except (KeyError, TypeError, ValueError, LookupError):
        # What an older version wrote may lack a word: the fact still reads.
        return Sentence("history", row["verb"].replace(".", " ").replace("_", " "))
