"""A sheet: its column names and its rows, streamed. Nothing here holds a whole file."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

from pivotino.kit import sensitive

MAX_ROWS = 500_000
CSV_OR_XLSX = "Save it as CSV or XLSX and try again."
MEBIBYTE = 1024 * 1024

Value = str | int | float | bool | datetime.date | datetime.datetime | datetime.time


class UnreadableSheet(Exception):
    """A file we refuse. Its text is shown to the person who chose it."""


class HoldsCard(UnreadableSheet):
    """A file with a card number in it: it is not kept."""

    def __init__(self, where: str, shown: str) -> None:
        super().__init__(
            f"{where} holds what looks like a card number ({shown}). Card numbers are never kept here, so the file was"
            " thrown away. Take the number out and choose the file again."
        )


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
        """Every row below the headings that is not blank. Raises HoldsCard at the first card number."""
        _refuse_cards("The first row", self.headers)
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
                _refuse_cards(f"Row {number}", [*record, *extra])
                yield Row(number, tuple(record), extra)

    def sample(self, size: int = 500) -> list[Row]:
        """The first rows, enough to guess from."""
        with closing(cast(Any, self.rows())) as rows:
            return list(itertools.islice(rows, size))

    def count(self) -> int:
        """Reads the whole file, and so finds whatever would be refused on the way."""
        return sum(1 for _ in self.rows())

    def _records(self) -> Any:
        raise NotImplementedError


def _refuse_cards(where: str, values: Sequence[Any]) -> None:
    plain = (int(value) if isinstance(value, float) and value.is_integer() else value for value in values)
    if found := sensitive.find("\n".join(map(str, plain))):
        raise HoldsCard(where, found[0].shown)


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
