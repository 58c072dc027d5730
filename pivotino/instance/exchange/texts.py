"""A cell as text, and why it cannot be more."""

from __future__ import annotations

import datetime

from .sheets import Value

REMEMBERED = 20_000
MAX_TEXT = 10_000


class Refused(ValueError):
    """This cell cannot be that. The text says why, in plain words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def text_of(value: Value) -> str:
    """The cell as its owner sees it. Numbers lose the `.0` a workbook gives to whole ones."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat(*([" "] if isinstance(value, datetime.datetime) else []))
    return str(value)


def read_text(value: Value, *, most: int = MAX_TEXT) -> str:
    text = text_of(value)
    if text.startswith("#") and text.upper() in SHEET_ERRORS:
        raise Refused(f"The sheet itself says {text} here.")
    if len(text) > most:
        raise Refused(f"This text has {len(text):,} letters; {most:,} is the most.")
    return text


SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#ERROR!", "#SPILL!"})


def short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"
