"""Values on their way out of either engine and back in: what `shape` says each kind looks like."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Context, Decimal
from typing import Any
from uuid import UUID

from pivotino.tenancy.packing.shape import Column, Kind

Convert = Callable[[Any], Any]
# As Django reads decimals out of SQLite, which keeps them as numbers of fifteen digits.
_FIFTEEN = Context(prec=15)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_encode_plainly = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_encode_sorted = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
MOST_INT = 2**63 - 1


def line_of(row: dict[str, Any]) -> bytes:
    """One row as one line of JSON."""
    try:
        return _encode(row).encode() + b"\n"
    except UnicodeEncodeError:  # half a sign, as some phones send them
        return _encode_plainly(row).encode() + b"\n"


def text_of(value: Any) -> str:
    """A JSON value as text, the same for equal values."""
    return _encode_sorted(value)


def ordered(value: Any) -> Any:
    """The same JSON value with its keys in order, whichever order an engine kept them in."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    return [ordered(one) for one in value] if isinstance(value, list) else value


# --- out ---


def reader(column: Column, engine: str) -> Convert | None:
    """How a value of this column leaves the engine; None where it may go as it is. Never called with None."""
    if column.kind == "decimal":
        return _decimal_reader(column.places, engine)
    return (_FROM_FILES if engine == "sqlite" else _FROM_SCHEMAS).get(column.kind)


def _decimal_reader(places: int, engine: str) -> Convert:
    def from_files(value: Any) -> str:
        number = _FIFTEEN.create_decimal_from_float(value) if isinstance(value, float) else Decimal(value)
        return f"{number:.{places}f}"

    return from_files if engine == "sqlite" else lambda value: f"{value:.{places}f}"


def _uuid(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _moment(text: str) -> str:
    # "2026-11-23 09:30:00", with or without a fraction of three or six digits.
    return f"{text[:10]}T{text[11:19]}.{text[20:26]:0<6}Z"


def _moment_of(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


_FROM_FILES: dict[Kind, Convert] = {
    "uuid": _uuid, "moment": _moment, "bool": bool, "json": lambda text: ordered(json.loads(text)),
}  # fmt: skip
_FROM_SCHEMAS: dict[Kind, Convert] = {
    "uuid": str, "moment": _moment_of, "day": date.isoformat, "time": time.isoformat, "json": ordered,
}  # fmt: skip


# --- in ---


class Misfit(ValueError):
    """A value is not of the kind its column says."""


def writer(column: Column, engine: str) -> Convert:
    """How a value of this column enters the engine. Raises Misfit for one of another kind."""
    check = _CHECKS[column.kind]
    into = (_INTO_FILES if engine == "sqlite" else _INTO_SCHEMAS).get(column.kind)
    null = column.null

    def write(value: Any) -> Any:
        if value is None and (null or column.kind == "json"):
            return None if null else into(None) if into else None
        checked = check(value)
        return into(checked) if into else checked

    return write


def _a(kind: type) -> Convert:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise Misfit(f"{value!r:.60} is no {kind.__name__}")
        return value

    return check


def _whole(value: Any) -> int:
    if type(value) is not int or abs(value) > MOST_INT:
        raise Misfit(f"{value!r:.60} is no whole number")
    return value


def _text(value: Any) -> str:
    if type(value) is not str or "\x00" in value:
        raise Misfit(f"{value!r:.60} is no text")
    return value


def _read_by(parse: Convert) -> Convert:
    def check(value: Any) -> Any:
        if type(value) is not str:
            raise Misfit(f"{value!r:.60} is no text")
        try:
            return parse(value)
        except (ValueError, ArithmeticError) as error:
            raise Misfit(f"{value!r:.60}") from error

    return check


def _finite(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise Misfit(text)
    return number


def _moment_in(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise Misfit(f"{text:.60} names no time zone")
    return moment.astimezone(UTC)


_CHECKS: dict[Kind, Convert] = {
    "uuid": _read_by(UUID), "text": _text, "int": _whole, "bool": _a(bool), "json": lambda value: value,
    "moment": _read_by(_moment_in), "day": _read_by(date.fromisoformat), "time": _read_by(time.fromisoformat),
    "decimal": _read_by(_finite),
}  # fmt: skip
_INTO_FILES: dict[Kind, Convert] = {
    "uuid": lambda id: id.hex, "moment": lambda moment: str(moment.replace(tzinfo=None)), "day": date.isoformat,
    "time": str, "decimal": str, "json": json.dumps,
}  # fmt: skip
_INTO_SCHEMAS: dict[Kind, Convert] = {"json": json.dumps}
