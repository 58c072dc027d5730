"""A sheet: its column names and its rows, streamed. Nothing here holds a whole file."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

from pivotino.kit import sensitive
from pivotino.kit.sensitive import Finding, Pack, Stance

MAX_ROWS = 500_000
CSV_OR_XLSX = "Save it as CSV or XLSX and try again."
MEBIBYTE = 1024 * 1024

Value = str | int | float | bool | datetime.date | datetime.datetime | datetime.time


class UnreadableSheet(Exception):
    """A file we refuse. Its text is shown to the person who chose it."""


class HoldsCard(UnreadableSheet):
    """A file with something in it that is not let in here, such as a card number: it is not kept."""

    def __init__(self, where: str, one: Finding) -> None:
        what, rule = REFUSED[one.pack]
        shown = f" ({one.shown})" if one.shown.strip("• ") else ""
        super().__init__(
            f"{where} holds what looks like {what}{shown}. {rule}, so the file was thrown away."
            f" Take {'the number' if shown else 'it'} out and choose the file again."
        )


HERE = "Your company keeps none of these"
REFUSED: dict[Pack, tuple[str, str]] = {
    Pack.CARDS: ("a card number", "Card numbers are never kept here"),
    Pack.SECRETS: ("a password or a key", HERE),
    Pack.IDENTITY: ("the number of an identity card", HERE),
    Pack.CHILDREN: ("the identity number of a child", "Nothing about children is kept here"),
    Pack.BANK: ("the number of a bank account", HERE),
    Pack.HEALTH: ("words about somebody's health", HERE),
}


class Row(NamedTuple):
    """One row as a spreadsheet would number it. `extra` holds filled cells beyond the last heading."""

    number: int
    values: tuple[Value, ...]
    extra: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A file that can be read: its column names, and as many passes over its rows as one likes."""

    path: Path
    name: str
    headers: tuple[str, ...]
    header_row: int
    notes: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Every row below the headings that is not blank. Raises HoldsCard at the first thing that is not let in."""
        unwanted = sensitive.unwanted(Stance.REFUSE, Stance.MASK)
        _refuse("The first row", self.headers, unwanted)
        width = len(self.headers)
        kept = 0
        with closing(self._records()) as records:
            for number, record in enumerate(records, start=1):
                if number <= self.header_row:
                    continue
                if len(record) != width:
                    record, extra = _fit(record, width)
                else:
                    extra = ()
                if not extra and _is_blank(record):
                    continue
                kept += 1
                if kept > MAX_ROWS:
                    raise UnreadableSheet(
                        f"This sheet has more than {MAX_ROWS:,} rows. Split it and bring the parts in one by one."
                    )
                _refuse(f"Row {number}", [*record, *extra], unwanted, self.headers)
                yield Row(number, tuple(record), extra)

    def sample(self, size: int = 500) -> list[Row]:
        """The first rows, enough to guess from."""
        with closing(cast(Any, self.rows())) as rows:
            return list(itertools.islice(rows, size))

    def count(self) -> int:
        """Reads the whole file, and so finds whatever would be refused on the way."""
        return sum(1 for _ in self.rows())

    def doubts(self) -> list[str]:
        """What the first rows hold that a person should think twice about: said beside the plan, and taken in by going on."""
        asked = sensitive.unwanted(Stance.WARN)
        found = {
            one.pack: row.number for row in reversed(self.sample()) for one in sensitive.find(_plain(row.values), asked)
        }
        return [
            f"Row {number} holds what looks like {REFUSED[pack][0]}. Whoever goes on keeps it: leave such columns out unless you must."
            for pack, number in found.items()
        ]

    def _records(self) -> Any:
        raise NotImplementedError


def _refuse(where: str, values: Sequence[Any], unwanted: Collection[Pack], headers: Sequence[str] = ()) -> None:
    """Raises HoldsCard. A long number below "Order" or "Lead ID" is what the heading says, and no card."""
    found = sensitive.find(_plain(values), unwanted)
    if headers and any(one.pack is Pack.CARDS for one in found):
        called = [
            f"{heading}: {value}" for heading, value in itertools.zip_longest(headers, map(_said, values), fillvalue="")
        ]
        if not sensitive.find("\n".join(called), (Pack.CARDS,)):
            found = [one for one in found if one.pack is not Pack.CARDS]
    if found:
        raise HoldsCard(where, found[0])


def _plain(values: Sequence[Any]) -> str:
    return "\n".join(map(_said, values))


def _said(value: Any) -> str:
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _fit(record: list[Any], width: int) -> tuple[list[Any], tuple[Value, ...]]:
    """Short rows are filled up; what stands beyond the last heading is handed over apart, never dropped."""
    if len(record) < width:
        return record + [""] * (width - len(record)), ()
    extra = tuple(value for value in record[width:] if not is_empty(value))
    return record[:width], extra


def _is_blank(record: list[Any]) -> bool:
    # Most rows are told by their first cell.
    return all(map(is_empty, record)) if not record or is_empty(record[0]) else False


def is_empty(value: Any) -> bool:
    return isinstance(value, str) and (not value or value.isspace())
