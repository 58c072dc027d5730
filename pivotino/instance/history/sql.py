"""Hand-written SQL that means the same on both engines: `%s` for every value, ids as each engine keeps them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models.expressions import DatabaseDefault

from pivotino.tenancy import current
from pivotino.tenancy.models import InstanceModel

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


def insert(row: models.Model) -> None:
    """Write a new row of a model in one plain statement: what `save` does without asking and signalling, several times as fast.

    Columns that the database fills in are left to it only where nothing was set; the row does not learn of them.
    """
    insert_many([row])


def insert_many(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model with one prepared statement. What the first leaves to the database, all leave to it."""
    if not rows:
        return
    # The real connection behind the stand-in: each value asks it.
    meta, connection = rows[0]._meta, transaction.get_connection("instance").ops.connection
    fields = [field for field in meta.concrete_fields if not _left_to_the_database(rows[0], field)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({marks(fields)})'  # noqa: S608
    prepare = [(field.attname, field.get_db_prep_save) for field in fields]
    lines = [[save(getattr(row, name), connection) for name, save in prepare] for row in rows]
    for row in rows:
        _mine(row)
        row._state.adding, row._state.db = False, "instance"
    with connection.cursor() as cursor:
        if len(lines) == 1:
            cursor.execute(statement, lines[0])
        else:
            cursor.executemany(statement, lines)


def update(row: models.Model, columns: Iterable[str]) -> None:
    """Write some columns (`owner_id`, not `owner`) of a row that is there."""
    _mine(row)
    connection, wanted = transaction.get_connection("instance"), set(columns)
    fields = [field for field in row._meta.concrete_fields if field.attname in wanted]
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in (*fields, row._meta.pk)]
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{row._meta.db_table}" SET {sets} WHERE "{row._meta.pk.column}" = %s', values)  # noqa: S608


def _mine(row: models.Model) -> None:
    if isinstance(row, InstanceModel):
        row.stays_in(current())


def _left_to_the_database(row: models.Model, field: Any) -> bool:
    value = getattr(row, field.attname)
    return isinstance(value, DatabaseDefault) or (field.primary_key and value is None)


def marks(values: Sequence[Any]) -> str:
    """As many placeholders as there are values: `IN ({marks(ids)})`."""
    return ", ".join(["%s"] * len(values))


def readers() -> "tuple[Callable[[Any], UUID], Callable[[Any], date], Callable[[Any], datetime]]":
    """How this engine's ids, days and moments become ours."""
    return (_same, _same, _same) if is_postgres() else (_id, _day, _moment)


def _adapt(params: Iterable[Any]) -> list[Any]:
    if is_postgres():
        return list(params)
    return [
        value.hex if type(value) is UUID else value.isoformat() if type(value) is date else value for value in params
    ]


def _same(value: Any) -> Any:
    return value


@lru_cache(8192)
def _id(value: str) -> UUID:
    # A board shows a few hundred ids and mostly the same ones.
    return UUID(value)


def _day(value: str | date) -> date:
    # A plain column arrives as a date already, an expression as text.
    return value if isinstance(value, date) else date.fromisoformat(value)


def _moment(value: str | datetime) -> datetime:
    return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).replace(tzinfo=UTC)
