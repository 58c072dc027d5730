"""The cards of one column as the database told them: one text, taken apart only where its cards were never drawn.

A board that is looked at again shows mostly what it showed before. The text says everything about the cards, so what was
drawn is kept under it (`pages.Cards`), and two equal texts are two equal columns.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
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
    def told(cls, line: "Line", zone: ZoneInfo) -> "CardRow":
        """From a line in the order of `queries.CARD`: values of either engine, or the texts they become in JSON."""
        (id, title, contact, contact_name, amount, currency, base, owner, owner_name, next_on, next_kind, next_summary, stars, stage,
         since, probability, position, version, closing, closed_at, *more) = line  # fmt: skip
        return cls(
            _id(id), title, _id(contact) if contact else None, contact_name or "", amount, currency, base,
            _id(owner) if owner else None, owner_name or "", _day(next_on) if next_on else None, next_kind, next_summary, stars,
            _id(stage), _moment(since), probability, position, version, _day(closing) if closing else None,
            more[1] if more else (), _moment(closed_at).astimezone(zone).date() if closed_at else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pile:
    """At most `limit` cards in the order of a board; `text` may hold one more, by which it is known that others follow."""

    text: str
    closed: bool
    by_hand: bool
    limit: int
    zone: ZoneInfo

    @property
    def lines_and_more(self) -> "tuple[list[Line], str | None]":
        """The lines shown, in order: those of `queries.CARD`, then the slice a card came from and its tags. And the
        cursor of the next page, None at the end."""
        lines = self._sorted()
        more = _cursor(lines[self.limit - 1], closed=self.closed) if len(lines) > self.limit else None
        return lines[: self.limit], more

    @property
    def cards(self) -> list[CardRow]:
        return [CardRow.told(line, self.zone) for line in self.lines_and_more[0]]

    @property
    def more(self) -> str | None:
        return self.lines_and_more[1]

    def _sorted(self) -> "list[Line]":
        # The order once more: a join and an aggregate are free to shuffle what they were given. Texts order as what they say.
        lines = [(*line[:TAGS], _tags(line[TAGS])) for line in json.loads(self.text)]
        if self.closed:
            return sorted(lines, key=_CLOSED, reverse=True)
        if self.by_hand:
            return sorted(lines, key=_BY_HAND)
        lines.sort(key=itemgetter(ID), reverse=True)
        return sorted(lines, key=_by_next)


# Where in a line what is.
ID, NEXT_ON, POSITION, CLOSED_AT, RANK, TAGS = 0, 9, 16, 19, 20, 21
Line = tuple[Any, ...]
_CLOSED, _BY_HAND = itemgetter(CLOSED_AT, ID), itemgetter(POSITION, ID)


def _by_next(line: Line) -> tuple[int, str]:
    return line[RANK], line[NEXT_ON] if line[RANK] in (0, 3) else ""


EMPTY = Pile("[]", False, False, 1, ZoneInfo("UTC"))


def read_cursor(text: str) -> dict[str, Any]:
    """What a cursor says; raises NotACursor."""
    try:
        kept = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        UUID(kept["id"]), int(kept["rank"]), str(kept["position"])
        if kept["on"] is not None:
            datetime.fromisoformat(kept["on"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotACursor(text) from error
    return dict(kept)


def _cursor(line: Line, *, closed: bool) -> str:
    on = _moment(line[CLOSED_AT]).isoformat() if closed else line[NEXT_ON]
    kept = {"rank": line[RANK], "id": _id(line[ID]).hex, "position": line[POSITION], "on": on}
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
