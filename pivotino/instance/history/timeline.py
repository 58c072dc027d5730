"""Events as people read them: who, what, when, and whether it can be taken back."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import can_undo
from pivotino.instance.history.sentences import Sentence, sentence_of
from pivotino.instance.history.visibility import visible_events
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import local_day, today, zone
from pivotino.kit.days import day_heading, time_phrase

PAGE = 50
Titles = Callable[[Member, Collection[UUID]], Mapping[UUID, str]]
_ways: dict[str, tuple[str, Titles | None]] = {}


def leads_to(kind: str, url_name: str, *, titles: Titles | None = None) -> None:
    """Say which page shows a record of this kind; the page takes its `id`.

    `titles` names those of some records a member may see; where a sentence names its record itself, leave it out.
    """
    _ways[kind] = url_name, titles


@dataclass(frozen=True, slots=True)
class Line:
    """One event on a page. `who` is empty when a rule did it; `title` where the sentence names the record itself."""

    event: Event
    sentence: Sentence
    who: str
    when: str
    href: str
    title: str
    undo: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The events of one of the company's days, newest first."""

    heading: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the history; `more` is the id to go on before, empty at the end."""

    days: Sequence[Day]
    more: str


def timeline_of(member: Member, subject_id: UUID, *, limit: int = PAGE) -> list[Line]:
    """What happened to one record, newest first, as far as this member may see it."""
    return _lines(member, visible_events(member).filter(subject_id=subject_id).order_by("-id"), limit)


def page_of(member: Member, *, kinds: Collection[str] = (), before: UUID | None = None, limit: int = PAGE) -> Page:
    """What happened in the whole instance, newest first, as far as this member may see it."""
    events = visible_events(member).order_by("-id")
    events = events.filter(subject_kind__in=kinds) if kinds else events
    events = events.filter(pk__lt=before) if before else events
    lines = _lines(member, events, limit + 1, titled=True)
    more = str(lines[limit - 1].event.pk) if len(lines) > limit else ""
    return Page(list(_by_day(lines[:limit])), more)


def _lines(member: Member, events: "QuerySet[Event]", limit: int, *, titled: bool = False) -> list[Line]:
    rows = list(events.select_related("by", "undoing")[:limit])
    now, here, titles = timezone.now(), zone(), _titles(member, rows) if titled else {}
    return [
        Line(
            event=event, sentence=sentence_of(event), who=event.by.name if event.by else "", href=_page_of(event, titles),
            title=titles.get(event.subject_id, ""), when=time_phrase(event.at, now, here), undone=hasattr(event, "undoing"),
            undo=reverse("history:undo", args=[event.pk]) if can_undo(event) and not hasattr(event, "undoing") else "",
        )
        for event in rows
    ]  # fmt: skip


def _by_day(lines: Sequence[Line]) -> Iterable[Day]:
    now = today()
    day_of: Callable[[Line], date] = lambda line: local_day(line.event.at)  # noqa: E731
    for day, found in groupby(lines, key=day_of):
        yield Day(day_heading(day, now), list(found))


def _titles(member: Member, events: Iterable[Event]) -> dict[UUID, str]:
    ids: dict[str, set[UUID]] = {}
    for event in events:
        ids.setdefault(event.subject_kind, set()).add(event.subject_id)
    found: dict[UUID, str] = {}
    for kind, some in ids.items():
        _, titles = _ways.get(kind, ("", None))
        found |= titles(member, some) if titles else {}
    return found


def _page_of(event: Event, titles: Mapping[UUID, str]) -> str:
    way, named = _ways.get(event.subject_kind, ("", None))
    if not way or (named is not None and event.subject_id not in titles):
        return ""
    try:
        return reverse(way, kwargs={"id": event.subject_id})
    except NoReverseMatch:
        return ""
