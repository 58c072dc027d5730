"""Hand-written SQL that means the same on both engines: `%s` for every value, ids as each engine keeps them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from pivotino.tenancy import rows as plain
from pivotino.tenancy.rows import adapt, ask, to_day, to_id, to_moment, update

NOBODY = UUID(int=0)

__all__ = ["NOBODY", "insert", "insert_many", "is_postgres", "marks", "readers", "rows", "run", "run_many", "update"]


def is_postgres() -> bool:
    """True where the current instance lives in PostgreSQL."""
    return not plain.in_files()


def rows(sql: str, params: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows a query finds in the current instance."""
    found: list[tuple[Any, ...]] = ask(sql, adapt(params)).fetchall()
    return found


def run(sql: str, params: Iterable[Any] = ()) -> int:
    """Execute a statement in the current instance and say how many rows it touched."""
    return int(ask(sql, adapt(params)).rowcount)


def run_many(sql: str, lines: Sequence[Sequence[Any]]) -> None:
    """Execute a statement once for each line of values."""
    if len(lines) == 1:
        ask(sql, adapt(lines[0]))
        return
    with transaction.get_connection("instance").cursor() as cursor:
        cursor.executemany(sql, [adapt(line) for line in lines])


def insert(row: models.Model) -> None:
    """Write a new row of a model in one plain statement: what `save` does without asking and signalling, several times as fast.

    Columns that the database fills in are left to it only where nothing was set; the row does not learn of them.
    """
    plain.insert([row])


def insert_many(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model with one prepared statement. What the first leaves to the database, all leave to it."""
    plain.insert(rows)


def marks(values: Sequence[Any]) -> str:
    """As many placeholders as there are values: `IN ({marks(ids)})`."""
    return ", ".join(["%s"] * len(values))


def readers() -> "tuple[Callable[[Any], UUID], Callable[[Any], date], Callable[[Any], datetime]]":
    """How this engine's ids, days and moments become ours."""
    return (_same, _same, _same) if is_postgres() else (to_id, to_day, to_moment)


def _same(value: Any) -> Any:
    return value
