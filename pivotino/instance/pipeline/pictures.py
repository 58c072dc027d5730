"""How cards and columns look on the board: every word and figure ready, so that a template only has to place it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
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


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of the bar in a column's head."""

    kind: str
    count: int
    text: str
    href: str = ""
    current: bool = False

    @property
    def attrs(self) -> dict[str, str]:
        return {"aria-current": "true"} if self.current else {}


@dataclass(frozen=True, slots=True)
class Head:
    """The top of one column, ready to draw. `href` adds a card, or folds a closed stage."""

    id: str
    name: str
    purpose: str
    is_open: bool
    count: int
    of_total: str
    sum: str
    weighted: str
    slices: tuple[Slice, ...]
    href: str


class Painter:
    """Draws the cards of one page. What a card looks like is remembered as long as everything that it shows is the same."""

    def __init__(self, *, today: date, zone: tzinfo, order: str = "next") -> None:
        self.today, self.zone, self.by_hand = today, zone, order == "hand"

    def cards(self, rows: Iterable[Any], stage: Any) -> list[Picture]:
        return [self.card(row, stage) for row in rows]

    def card(self, row: Any, stage: Any) -> Picture:
        return _picture(
            row.id, row.version, row.title, row.contact_name, row.amount_minor, row.currency, row.owner_id, row.owner_name, row.next_on,
            row.next_kind, row.next_summary, row.stars, row.tags, row.outcome_on, row.position if self.by_hand else None,
            row.stage_since, self.today, self.zone, row.stage_id, stage.name, stage.kind, stage.days_allowed,
        )  # fmt: skip


@lru_cache(4_000)
def _picture(
    id: UUID, version: int, title: str, contact_name: str, amount_minor: int, currency: str, owner_id: UUID | None, owner_name: str,
    next_on: date | None, next_kind: str, next_summary: str, stars: int, tags: tuple[tuple[str, int], ...], outcome_on: date | None,
    position: str | None, since: Any, today: date, zone: tzinfo, stage_id: UUID, stage_name: str, stage_kind: str, allowed: int,
) -> Picture:  # fmt: skip
    """One card. Without a `position` the next step orders it."""
    closed = stage_kind if stage_kind in ("won", "lost") else ""
    sign, number = money_parts(amount_minor, currency)
    if closed:
        state, words = closed, f"{stage_name}, {short_day(outcome_on, today)}" if outcome_on else stage_name
        key = f"{9_999_999 - (outcome_on or today).toordinal()}"  # the latest first
    elif next_on is None:
        state, words, key = "nothing", "Nothing planned", "2"
    else:
        state, when = _due(next_on, today)
        words = f"{kind_words(next_kind, next_summary)}, {when}"
        key = f"{ {'overdue': 0, 'today': 1}.get(state, 3) }{next_on.isoformat()}"
    days = age_days(since, today, zone) if isinstance(since, datetime) else 0
    ring, full, age = ring_of(days, 0 if closed else allowed)
    pigments = tuple((name, (colour - 1) % PIGMENTS + 1) for name, colour in tags)
    return Picture(
        str(id), title, contact_name or "", face_of(owner_name) if owner_id else None, sign, number, state, words, ring, full, age,
        stars, pigments[:TAGS_SHOWN], max(0, len(pigments) - TAGS_SHOWN), version, str(stage_id),
        key if closed or position is None else position,
    )  # fmt: skip


@lru_cache(1_000)
def _due(day: date, today: date) -> tuple[str, str]:
    state, phrase = due_phrase(day, today)
    far = state == "planned" and (day - today).days >= WEEK
    return state, short_day(day, today) if far else phrase


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
