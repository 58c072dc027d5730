"""The cards of one column as the database told them: a line each, taken apart only where its card was never drawn.

A board that is looked at again shows mostly what it showed before. The text of a line says everything about a card, so what
was drawn is kept under it (`ui.keeping`): equal texts are equal cards.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo


class NotACursor(ValueError):
    """A cursor that this module did not make."""


@dataclass(slots=True)
class CardRow:
    """What a card shows."""

    id: UUID
    title: str
    contact_id: UUID | None
    contact_name: str
    amount_minor: int
    currency: str
    base_minor: int
    owner_id: UUID | None
    owner_name: str
    next_on: date | None
    next_time: str
    next_kind: str
    next_summary: str
    stars: int
    stage_id: UUID
    stage_since: datetime
    probability: int
    position: str
    version: int
    expected_closing: date | None = None
    tags: tuple[tuple[str, int], ...] = ()
    outcome_on: date | None = None

    @classmethod
    def told(cls, facts: Sequence[Any], zone: ZoneInfo) -> "CardRow":
        """From values in the order of `queries.CARD`, of either engine, or the texts they become in JSON."""
        (id, title, contact, contact_name, amount, currency, base, owner, owner_name, next_on, next_time, next_kind, next_summary,
         stars, stage, since, probability, position, version, closing, closed_at, *tags) = facts  # fmt: skip
        return cls(
            _id(id), title, _id(contact) if contact else None, contact_name or "", amount, currency, base,
            _id(owner) if owner else None, owner_name or "", _day(next_on) if next_on else None, next_time, next_kind, next_summary, stars,
            _id(stage), _moment(since), probability, position, version, _day(closing) if closing else None,
            _tags(tags[0]) if tags else (), _moment(closed_at).astimezone(zone).date() if closed_at else None,
        )  # fmt: skip


NOTHING = 2  # the slice of what has no day
# Where a card stands: its slice, the day or moment or position it is ordered by, the time of that day, its id; then its text.
Line = tuple[int, str | None, str, Any, str]


@dataclass(frozen=True, slots=True)
class Pile:
    """At most `limit` cards in the order of a board; `told` may hold one more, by which it is known that others follow."""

    told: tuple[Line, ...]
    closed: bool
    by_hand: bool
    limit: int
    zone: ZoneInfo

    @property
    def texts(self) -> list[str]:
        """What is told of each card, in order."""
        return [line[4] for line in self._sorted()[: self.limit]]

    @property
    def cards(self) -> list[CardRow]:
        return [CardRow.told(json.loads(text), self.zone) for text in self.texts]

    @property
    def more(self) -> str | None:
        """The cursor of the next page, None at the end."""
        return _cursor(self._sorted()[self.limit - 1]) if len(self.told) > self.limit else None

    def _sorted(self) -> list[Line]:
        # The order once more: a join is free to shuffle what it was given. Texts order as what they say.
        if self.closed or self.by_hand:
            return sorted(self.told, key=_BY_PLACE, reverse=self.closed)
        newest = sorted(self.told, key=_ID, reverse=True)
        return sorted(newest, key=_by_next)


_BY_PLACE, _ID = itemgetter(1, 3), itemgetter(3)


def _by_next(line: Line) -> tuple[int, str, str]:
    return line[0], line[1] or "", line[2]


EMPTY = Pile((), False, False, 1, ZoneInfo("UTC"))


def read_cursor(text: str, *, closed: bool, by_hand: bool) -> dict[str, Any]:
    """What a cursor of such a column says; raises NotACursor."""
    try:
        kept = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        UUID(kept["id"]), int(kept["rank"]), str(kept["clock"])
        if closed:
            datetime.fromisoformat(kept["at"])
        elif by_hand:
            kept["at"] = str(kept["at"])
        elif kept["rank"] != NOTHING:
            date.fromisoformat(kept["at"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotACursor(text) from error
    return dict(kept)


def _cursor(line: Line) -> str:
    rank, at, clock, id, _ = line
    kept = {"rank": rank, "at": at, "clock": clock, "id": _id(id).hex}
    return urlsafe_b64encode(json.dumps(kept, separators=(",", ":")).encode()).decode().rstrip("=")


def _tags(told: Any) -> tuple[tuple[str, int], ...]:
    if not told or told == "[]":
        return ()
    # JSON within JSON arrives as text where an engine forgets what it was.
    found = json.loads(told) if isinstance(told, str) else told
    return tuple(sorted((name, colour) for name, colour in found))


@lru_cache(8192)
def _id(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _moment(value: str | datetime) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
