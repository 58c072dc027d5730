"""Reading rows of an instance's model in one plain statement, for what every request asks."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from pivotino.tenancy.models import InstanceModel

Row = TypeVar("Row", bound=InstanceModel)


def find(model: type[Row], condition: str, params: Iterable[Any] = (), *, lock: bool = False) -> list[Row]:
    """The rows of `model` for which `condition` holds: `find(Stay, "opportunity_id = %s", [id])`.

    Ordinary, complete rows as the ORM gives them, several times as fast, for the statement is not composed again each
    time. `condition` may end in an order and a limit, and is ours alone: values travel as `params`. `lock` holds the
    rows until the transaction ends (in SQLite a transaction that writes holds everything anyway).
    """
    connection = transaction.get_connection("instance")
    in_files = connection.vendor == "sqlite"
    columns, names, readers = _shape(model, connection.vendor)
    held = " FOR UPDATE" if lock and not in_files else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {columns} FROM "{model._meta.db_table}" WHERE {condition}{held}',  # noqa: S608 - no value in it
            [_for_files(value) for value in params] if in_files else list(params),
        )
        lines = cursor.fetchall()
    return [model.from_db("instance", names, _read(line, readers, connection)) for line in lines]


def first(model: type[Row], condition: str, params: Iterable[Any] = (), *, lock: bool = False) -> Row | None:
    """The first row that `find` finds, or None."""
    found = find(model, condition, params, lock=lock)
    return found[0] if found else None


def _read(line: tuple[Any, ...], readers: "Readers", connection: Any) -> list[Any]:
    values = list(line)
    for at, expression, converters in readers:
        for convert in converters:
            values[at] = convert(values[at], expression, connection)
    return values


Readers = tuple[tuple[int, Any, tuple[Any, ...]], ...]


@lru_cache(256)
def _shape(model: type[InstanceModel], vendor: str) -> tuple[str, tuple[str, ...], Readers]:
    """The columns of a model, their names in Python, and how this engine's values become ours."""
    connection, fields = transaction.get_connection("instance"), model._meta.concrete_fields
    readers = []
    for at, field in enumerate(fields):
        expression: Any = field.get_col(model._meta.db_table)
        converters = (*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection))
        if converters:
            readers.append((at, expression, converters))
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return columns, tuple(field.attname for field in fields), tuple(readers)


def _for_files(value: Any) -> Any:
    # As Django keeps them in SQLite: ids as plain hexadecimal, days as text.
    return value.hex if type(value) is UUID else value.isoformat() if type(value) is date else value
