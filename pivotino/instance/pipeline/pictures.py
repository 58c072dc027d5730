"""How cards and columns look on the board: every word and figure ready, so that a template only has to place it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple
from uuid import UUID

from pivotino.kit.days import age_days, due_phrase
from pivotino.kit.money import money_parts
from pivotino.ui.faces import PIGMENTS, Face, face_of

# What an activity is called on a card. Kinds that a company adds are called by their own name.
KIND_WORDS = {
    "first": "First call", "first_activity": "First call", "todo": "To do", "to_do": "To do", "call": "Call", "email": "Email",
    "meeting": "Meeting", "visit": "Visit", "upload": "Upload", "upload_document": "Upload",
}  # fmt: skip
TAGS_SHOWN = 3
WEEK = 7


class Picture(NamedTuple):
    """One card, ready to draw. `key` orders the cards of a column as text; equal keys are ordered by id, newest first.

    A tuple of plain values, for what is drawn of it is kept under it; a page has a hundred of them.
    """

    id: str
    title: str
    who: str
    face: Face | None
    sign: str
    number: str
    state: str
    next: str
    ring: int
    full: bool
    age: str
    stars: int
    tags: tuple[tuple[str, int], ...]
    more_tags: int
    version: int
    stage: str
    key: str


@dataclass(slots=True)
class Slice:
    """One part of the bar in a column's head."""

    kind: str
    count: int
    text: str
    href: str = ""
    attrs: dict[str, str] | None = None


class Painter:
    """Draws the cards of one page; it remembers faces and phrases it has drawn before."""

    def __init__(self, *, today: date, zone: tzinfo, order: str = "next") -> None:
        self.today, self.zone, self.by_hand = today, zone, order == "hand"
        self._faces: dict[UUID, Face | None] = {}
        self._phrases: dict[date, tuple[str, str]] = {}

    def cards(self, rows: Iterable[Any], stage: Any) -> list[Picture]:
        return [self.card(row, stage) for row in rows]

    def card(self, row: Any, stage: Any) -> Picture:
        sign, number = money_parts(row.amount_minor, row.currency)
        state, words = self._next(row, stage)
        days = age_days(row.stage_since, self.today, self.zone) if isinstance(row.stage_since, datetime) else 0
        ring, full, age = ring_of(days, stage.days_allowed if stage.is_open else 0)
        tags = tuple((name, (colour - 1) % PIGMENTS + 1) for name, colour in row.tags)
        return Picture(
            str(row.id), row.title, row.contact_name or "", self._face(row.owner_id, row.owner_name), sign, number, state, words,
            ring, full, age, row.stars, tags[:TAGS_SHOWN], max(0, len(tags) - TAGS_SHOWN), row.version, str(row.stage_id),
            self._key(row, state),
        )  # fmt: skip

    def _next(self, row: Any, stage: Any) -> tuple[str, str]:
        if stage.is_won or stage.is_lost:
            kind = "won" if stage.is_won else "lost"
            return kind, f"{stage.name}, {short_day(row.outcome_on, self.today)}" if row.outcome_on else stage.name
        if row.next_on is None:
            return "nothing", "Nothing planned"
        state, when = self._due(row.next_on)
        return state, f"{kind_words(row.next_kind, row.next_summary)}, {when}"

    def _due(self, day: date) -> tuple[str, str]:
        found = self._phrases.get(day)
        if found is None:
            state, phrase = due_phrase(day, self.today)
            far = state == "planned" and (day - self.today).days >= WEEK
            found = self._phrases[day] = state, short_day(day, self.today) if far else phrase
        return found

    def _face(self, owner_id: UUID | None, name: str) -> Face | None:
        if owner_id is None:
            return None
        if owner_id not in self._faces:
            self._faces[owner_id] = face_of(name)
        return self._faces[owner_id]

    def _key(self, row: Any, state: str) -> str:
        if state in ("won", "lost"):  # the latest first
            return f"{9_999_999 - (row.outcome_on or self.today).toordinal()}"
        if self.by_hand:
            return str(row.position)
        if row.next_on is None:
            return "2"
        return f"{ {'overdue': 0, 'today': 1}.get(state, 3) }{row.next_on.isoformat()}"


def ring_of(days: int, allowed: int) -> tuple[int, bool, str]:
    """How full the ring is in percent, whether it is full, and what it says."""
    word = "day" if allowed == 1 or (not allowed and days == 1) else "days"
    if not allowed:
        return 0, False, f"{days} {word} in this stage"
    share = min(100, max(5, round(100 * days / allowed)))
    return share, days >= allowed, f"{days} of {allowed} {word} in this stage"


def kind_words(kind: str, summary: str = "") -> str:
    """What a next step is called where there is room for one word."""
    return KIND_WORDS.get(kind) or (kind.replace("_", " ").capitalize() if kind else summary or "Next step")


def short_day(day: date, today: date) -> str:
    """Says "today", "yesterday", "24 Nov", in another year "24 Nov 2025"."""
    ago = (today - day).days
    if ago in (0, 1):
        return "yesterday" if ago else "today"
    written = f"{day.day} {day:%b}"
    return written if day.year == today.year else f"{written} {day.year}"


def money_text(minor: int, currency: str) -> str:
    """An amount as one text: RM 64,800."""
    sign, number = money_parts(minor, currency)
    return f"{sign} {number}"
