"""Finding the row that names the columns, and giving every column a name of its own."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import Any

from .sheets import UnreadableSheet, is_empty

MAX_COLUMNS = 400
MAX_HEADER = 200
MAX_HEADER_DEPTH = 20


def find_headers(records: list[list[Any]]) -> tuple[int, tuple[str, ...], list[str]]:
    """The first row as wide as the table, skipping a title above it. Answers its number, the names, and notes."""
    widths = [sum(1 for value in record if not is_empty(value)) for record in records]
    filled = [width for width in widths if width]
    if not filled:
        raise UnreadableSheet("This sheet is empty.")
    usual = Counter(filled).most_common(1)[0][0]
    enough = max(1, usual * 0.6)
    depth = next((i for i, width in enumerate(widths[:MAX_HEADER_DEPTH]) if width >= enough), None)
    if depth is None:
        raise UnreadableSheet("No row names the columns. Put the column names in the first row and try again.")
    record = records[depth]
    if len(record) > MAX_COLUMNS and any(not is_empty(value) for value in record[MAX_COLUMNS:]):
        raise UnreadableSheet(f"This sheet has more than {MAX_COLUMNS} columns. Keep those you need and try again.")
    if _looks_like_data(record):
        raise UnreadableSheet(
            "The first row holds values, not column names. Put a row of column names above it and try again."
        )
    headers, notes = _name_columns(record, records[depth + 1 :])
    if depth and widths[:depth] != [0] * depth:
        notes.insert(0, f"The column names were found in row {depth + 1}; what stands above was left out.")
    return depth + 1, headers, notes


def _looks_like_data(record: list[Any]) -> bool:
    cells = [value for value in record if not is_empty(value)]
    values = sum(1 for cell in cells if not isinstance(cell, str) or VALUE.fullmatch(cell.strip()))
    return values * 2 >= len(cells) and not _names_years(cells)


def _names_years(cells: list[Any]) -> bool:
    """`2023 | 2024 | 2025` may well be headings."""
    return len(cells) > 1 and all(re.fullmatch(r"(19|20)\d\d", str(cell).strip()) for cell in cells[1:])


VALUE = re.compile(
    r"""[-+(]?\s*(?:RM|[A-Z]{3}|[$€£¥])?\s*\d[\d.,\s']*\)?\s*%?     # 1,234.50
      | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?                   # a date
      | [^@\s]+@[^@\s]+\.[a-z]{2,}                                 # an e-mail address
      | \+?[\d\s().-]{7,}                                          # a phone number
      | https?://\S+""",
    re.VERBOSE | re.IGNORECASE,
)


def _name_columns(record: list[Any], below: list[list[Any]]) -> tuple[tuple[str, ...], list[str]]:
    names = [_tidy(value) for value in record[:MAX_COLUMNS]]
    while names and not names[-1] and not _column_is_filled(len(names) - 1, below):
        names.pop()
    notes: list[str] = []
    taken: set[str] = set()
    for index, name in enumerate(names):
        wanted = name or f"Column {_letters(index)}"
        unique = _unused(wanted, taken)
        if name and unique != name:
            notes.append(f"Two columns are called “{name}”; the second is “{unique}” here.")
        taken.add(unique.casefold())
        names[index] = unique
    return tuple(names), notes


def _tidy(value: Any) -> str:
    text = re.sub(r"[\u200b\u200e\u200f\ufeff]", "", str(value))
    return " ".join(text.split())[:MAX_HEADER]


def _unused(name: str, taken: set[str]) -> str:
    candidates = itertools.chain([name], (f"{name} {number}" for number in itertools.count(2)))
    return next(candidate for candidate in candidates if candidate.casefold() not in taken)


def _column_is_filled(index: int, records: list[list[Any]]) -> bool:
    return any(len(record) > index and not is_empty(record[index]) for record in records)


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
