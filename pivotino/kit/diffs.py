"""What changed between two states of a thing, in a form that history can keep."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias
from uuid import UUID

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after, as plain JSON values."""

    field: str
    before: Plain
    after: Plain


def changes(before: Mapping[str, object], after: Mapping[str, object], *, ignore: Collection[str] = ()) -> list[Change]:
    """Every field that differs, in the order of `after`, then those that are gone. An absent field reads as None."""
    fields = [*after, *(field for field in before if field not in after)]
    pairs = ((field, plain(before.get(field)), plain(after.get(field))) for field in fields if field not in ignore)
    return [Change(field, old, new) for field, old, new in pairs if not _same(old, new)]


def as_json(found: Iterable[Change]) -> dict[str, Plain]:
    """{"amount": [6000, 6480]}: how history stores changes."""
    return {change.field: [change.before, change.after] for change in found}


def plain(value: object) -> Plain:
    """The value as JSON has it. A type without an obvious form is refused rather than guessed."""
    as_it_is = _WRITTEN.get(type(value))
    if as_it_is is not None:
        return as_it_is(value)
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case UUID():
            return str(value)
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case set() | frozenset():
            return sorted((plain(inner) for inner in value), key=str)
    raise TypeError(f"{type(value).__name__} has no plain form")


def _itself(value: Any) -> Any:
    return value


# What nearly every value is, without asking in turn.
_WRITTEN: dict[type, Callable[[Any], Plain]] = {
    type(None): _itself, bool: _itself, int: _itself, float: _itself, str: _itself, UUID: str, Decimal: str,
    datetime: datetime.isoformat, date: date.isoformat, time: time.isoformat,
}  # fmt: skip


def _same(old: Plain, new: Plain) -> bool:
    """True is not 1 in a history, though Python says so."""
    return old == new and isinstance(old, bool) == isinstance(new, bool)
