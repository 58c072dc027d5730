"""Reading and writing rows of an instance in plain statements, for what every request does.

What the ORM would say, without composing it again each time. Values travel as `%s`, ids and moments as each engine keeps
them.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault

from pivotino.tenancy.context import current
from pivotino.tenancy.models import InstanceModel

Row = TypeVar("Row", bound=InstanceModel)
Reader = Callable[[Any], Any]


def ask(statement: str, params: Sequence[Any] = ()) -> Any:
    """The cursor of one statement in the current instance."""
    connection: Any = transaction.get_connection("instance")
    return connection.ask(statement, params)


def in_files() -> bool:
    """True where the current instance is a SQLite file."""
    return current().bucket.engine == "sqlite"


def adapt(params: Iterable[Any]) -> list[Any]:
    """Values as the current engine keeps them."""
    if not in_files():
        return list(params)
    return [_for_files(value) for value in params]


# --- reading ---


def find(model: type[Row], condition: str, params: Iterable[Any] = (), *, lock: bool = False) -> list[Row]:
    """The rows of `model` for which `condition` holds: `find(Stay, "opportunity_id = %s", [id])`.

    Ordinary, complete rows as the ORM gives them, several times as fast. `condition` may end in an order and a limit, and
    is ours alone: values travel as `params`. `lock` holds the rows until the transaction ends (in SQLite a transaction
    that writes holds everything anyway).
    """
    held = " FOR UPDATE" if lock and not in_files() else ""
    statement = f'SELECT {columns(model)} FROM "{model._meta.db_table}" WHERE {condition}{held}'  # noqa: S608 - no value in it
    return made(model, ask(statement, adapt(params)).fetchall())


def first(model: type[Row], condition: str, params: Iterable[Any] = (), *, lock: bool = False) -> Row | None:
    """The first row that `find` finds, or None."""
    found = find(model, condition, params, lock=lock)
    return found[0] if found else None


def columns(model: type[InstanceModel], table: str = "") -> str:
    """The columns of a model for a statement whose lines `made` turns into rows."""
    return _columns(model, table)


def made(model: type[Row], lines: Iterable[Sequence[Any]]) -> list[Row]:
    """Rows of a model from lines of its columns."""
    key = current().key
    names, readers = _shape(model, transaction.get_connection("instance").vendor)
    found = []
    for line in lines:
        values = dict(zip(names, line, strict=True))
        for name, read in readers:
            if values[name] is not None:
                values[name] = read(values[name])
        row = model.__new__(model)
        row.__dict__.update(values)
        state = row._state = ModelState()
        state.adding, state.db, row._place_key = False, "instance", key
        found.append(row)
    return found


@lru_cache(256)
def _columns(model: type[InstanceModel], table: str) -> str:
    before = f"{table}." if table else ""
    return ", ".join(f'{before}"{field.column}"' for field in model._meta.concrete_fields)


@lru_cache(256)
def _shape(model: type[InstanceModel], vendor: str) -> tuple[tuple[str, ...], tuple[tuple[str, Reader], ...]]:
    """The names of a model's columns in Python, and how this engine's values become ours; None stays None."""
    fields = model._meta.concrete_fields
    readers = [(field.attname, read) for field in fields if (read := _reader(model, field, vendor)) is not None]
    return tuple(field.attname for field in fields), tuple(readers)


def _reader(model: type[InstanceModel], field: Any, vendor: str) -> Reader | None:
    connection = transaction.get_connection("instance")
    expression: Any = field.get_col(model._meta.db_table)
    converters = (*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection))
    if not converters:
        return None
    kind = expression.output_field.get_internal_type()
    if vendor == "sqlite" and kind in _FROM_FILES and len(converters) == 1:
        return _FROM_FILES[kind]

    def read(value: Any) -> Any:
        for convert in converters:
            value = convert(value, expression, transaction.get_connection("instance"))
        return value

    return read


@lru_cache(8192)
def to_id(value: str) -> UUID:
    """An id as SQLite keeps it. A board shows a few hundred ids and mostly the same ones."""
    return UUID(value)


def to_day(value: str | date) -> date:
    """A day from SQLite: a plain column arrives as a date already, an expression as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def to_moment(value: str | datetime) -> datetime:
    """A moment from SQLite."""
    return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).replace(tzinfo=UTC)


_FROM_FILES: dict[str, Reader] = {"UUIDField": to_id, "DateTimeField": to_moment, "BooleanField": bool}


# --- writing ---


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model. What the first leaves to the database, all leave to it; they do not learn of it."""
    if not rows:
        return
    kind, connection = type(rows[0]), transaction.get_connection("instance")
    left = tuple(name for name in _maybe_left(kind) if _left_to_the_database(getattr(rows[0], name)))
    statement, writers = _inserting(kind, connection.vendor, left)
    lines = [[write(getattr(row, name)) for name, write in writers] for row in rows]
    for row in rows:
        _mine(row)
        row._state.adding, row._state.db = False, "instance"
    if len(lines) == 1:
        ask(statement, lines[0])
    else:
        with connection.cursor() as cursor:
            cursor.executemany(statement, lines)


def update(row: models.Model, names: Iterable[str]) -> None:
    """Write some columns (`owner_id`, not `owner`) of a row that is there."""
    _mine(row)
    statement, writers = _updating(type(row), transaction.get_connection("instance").vendor, frozenset(names))
    ask(statement, [write(getattr(row, name)) for name, write in writers])


Writers = tuple[tuple[str, Callable[[Any], Any]], ...]


@lru_cache(256)
def _inserting(model: type[models.Model], vendor: str, left: tuple[str, ...]) -> tuple[str, Writers]:
    fields = [field for field in model._meta.concrete_fields if field.attname not in left]
    named = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f'INSERT INTO "{model._meta.db_table}" ({named}) VALUES ({marks})'  # noqa: S608
    return statement, tuple((field.attname, writer(field, vendor)) for field in fields)


@lru_cache(1_000)
def _updating(model: type[models.Model], vendor: str, names: frozenset[str]) -> tuple[str, Writers]:
    fields = [field for field in model._meta.concrete_fields if field.attname in names]
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    key: Any = model._meta.pk
    statement = f'UPDATE "{model._meta.db_table}" SET {sets} WHERE "{key.column}" = %s'  # noqa: S608
    return statement, tuple((field.attname, writer(field, vendor)) for field in (*fields, key))


@lru_cache(256)
def _maybe_left(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(
        field.attname
        for field in model._meta.concrete_fields
        if field.primary_key or getattr(field, "db_default", models.NOT_PROVIDED) is not models.NOT_PROVIDED
    )


def _left_to_the_database(value: Any) -> bool:
    return value is None or isinstance(value, DatabaseDefault)


@lru_cache(2_000)
def writer(field: Any, vendor: str) -> Callable[[Any], Any]:
    """How a value of this field travels: values of its own plain type at once, all others as Django prepares them."""
    plainly = _PLAINLY[vendor].get(_kind(field), {})

    def write(value: Any) -> Any:
        how = plainly.get(type(value))
        if how is not None:
            return how(value)
        return field.get_db_prep_save(value, transaction.get_connection("instance").ops.connection)

    return write


def _kind(field: Any) -> str:
    while field.remote_field is not None:
        field = field.target_field
    return str(field.get_internal_type())


def _same(value: Any) -> Any:
    return value


def _moment(value: datetime) -> Any:
    return str(value.astimezone(UTC).replace(tzinfo=None)) if value.tzinfo is not None else str(value)


Plainly = dict[str, dict[type, Callable[[Any], Any]]]
_NONE: Any = type(None)
_ALIKE: Plainly = {
    **{kind: {str: _same, _NONE: _same} for kind in ("CharField", "TextField")},
    **{kind: {int: _same, _NONE: _same} for kind in (
        "BigIntegerField", "IntegerField", "PositiveIntegerField", "PositiveSmallIntegerField", "SmallIntegerField", "BigAutoField",
    )},
    "BooleanField": {bool: _same, _NONE: _same},
}  # fmt: skip
_PLAINLY: dict[str, Plainly] = {
    "postgresql": {
        **_ALIKE,
        "UUIDField": {UUID: _same, _NONE: _same},
        "DateField": {date: _same, _NONE: _same},
        "DateTimeField": {datetime: _same, _NONE: _same},
    },
    "sqlite": {
        **_ALIKE,
        "UUIDField": {UUID: lambda value: value.hex, _NONE: _same},
        "DateField": {date: date.isoformat, _NONE: _same},
        "DateTimeField": {datetime: _moment, _NONE: _same},
        "JSONField": {dict: json.dumps, list: json.dumps},
    },
}


def _mine(row: models.Model) -> None:
    if isinstance(row, InstanceModel):
        row.stays_in(current())


def _for_files(value: Any) -> Any:
    # As Django keeps them in SQLite: ids as plain hexadecimal, days and moments as text.
    how = _TO_FILES.get(type(value))
    return value if how is None else how(value)


_TO_FILES: dict[type, Callable[[Any], Any]] = {UUID: lambda value: value.hex, date: date.isoformat, datetime: _moment}
