"""How cards and columns look on the board: every word and figure ready, so that a template only has to place it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pivotino.instance.pipeline.models.opportunity import END_OF_DAY
from pivotino.kit.days import age_days, clock_phrase, due_phrase
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
    """Draws the cards of one page."""

    def __init__(self, *, today: date, zone: ZoneInfo, order: str = "next") -> None:
        self.today, self.zone, self.by_hand = today, zone, order == "hand"

    def card(self, row: Any, stage: Any) -> Picture:
        return picture_of(row, stage, today=self.today, zone=self.zone, by_hand=self.by_hand)


def picture_of(row: Any, stage: Any, *, today: date, zone: ZoneInfo, by_hand: bool) -> Picture:
    """One card. Where it is not by hand the next step orders it."""
    closed = stage.kind if stage.kind in ("won", "lost") else ""
    sign, number = money_parts(row.amount_minor, row.currency)
    if closed:
        state, words = closed, f"{stage.name}, {short_day(row.outcome_on, today)}" if row.outcome_on else stage.name
        key = f"{9_999_999 - (row.outcome_on or today).toordinal()}"  # the latest first
    elif row.next_on is None:
        state, words, key = "nothing", "Nothing planned", "2"
    else:
        state, when = _due(row.next_on, row.next_time, today)
        words = f"{kind_words(row.next_kind, row.next_summary)}, {when}"
        key = f"{ {'overdue': 0, 'today': 1}.get(state, 3) }{row.next_on.isoformat()}T{row.next_time}"
    days = age_days(row.stage_since, today, zone) if isinstance(row.stage_since, datetime) else 0
    ring, full, age = ring_of(days, 0 if closed else stage.days_allowed)
    pigments = tuple((name, (colour - 1) % PIGMENTS + 1) for name, colour in row.tags)
    return Picture(
        str(row.id), row.title, row.contact_name or "", face_of(row.owner_name) if row.owner_id else None, sign, number, state, words,
        ring, full, age, row.stars, pigments[:TAGS_SHOWN], max(0, len(pigments) - TAGS_SHOWN), row.version, str(row.stage_id),
        row.position if by_hand and not closed else key,
    )  # fmt: skip


@lru_cache(1_000)
def _due(day: date, at: str, today: date) -> tuple[str, str]:
    """The state of a next step and when it is. It is late when its day is over; then its time says nothing any more."""
    state, phrase = due_phrase(day, today)
    if state == "planned" and (day - today).days >= WEEK:
        phrase = short_day(day, today)
    if state == "overdue" or at == END_OF_DAY:
        return state, phrase
    return state, f"{phrase} {clock_phrase(time.fromisoformat(at))}"


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
