"""Hand-written SQL that means the same on both engines: `%s` for every value, ids as each engine keeps them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

NOBODY = UUID(int=0)


def is_postgres() -> bool:
    """True where the current instance lives in PostgreSQL."""
    return bool(transaction.get_connection("instance").vendor == "postgresql")


def rows(sql: str, params: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows a query finds in the current instance."""
    with transaction.get_connection("instance").cursor() as cursor:
        cursor.execute(sql, _adapt(params))
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def run(sql: str, params: Iterable[Any] = ()) -> int:
    """Execute a statement in the current instance and say how many rows it touched."""
    with transaction.get_connection("instance").cursor() as cursor:
        cursor.execute(sql, _adapt(params))
        return int(cursor.rowcount)


def run_many(sql: str, lines: Sequence[Sequence[Any]]) -> None:
    """Execute a statement once for each line of values."""
    with transaction.get_connection("instance").cursor() as cursor:
        cursor.executemany(sql, [_adapt(line) for line in lines])


def marks(values: Sequence[Any]) -> str:
    """As many placeholders as there are values: `IN ({marks(ids)})`."""
    return ", ".join(["%s"] * len(values))


def readers() -> "tuple[Callable[[Any], UUID], Callable[[Any], date], Callable[[Any], datetime]]":
    """How this engine's ids, days and moments become ours."""
    return (_same, _same, _same) if is_postgres() else (_id, _day, _moment)


def _adapt(params: Iterable[Any]) -> list[Any]:
    if is_postgres():
        return list(params)
    return [value.hex if type(value) is UUID else value.isoformat() if type(value) is date else value for value in params]


def _same(value: Any) -> Any:
    return value


def _id(value: str) -> UUID:
    return UUID(value)


def _day(value: str | date) -> date:
    # A plain column arrives as a date already, an expression as text.
    return value if isinstance(value, date) else date.fromisoformat(value)


def _moment(value: str | datetime) -> datetime:
    return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).replace(tzinfo=UTC)
