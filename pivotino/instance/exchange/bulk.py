"""Many rows of one table in one statement each way, for both engines. Defaults of the model fill what a line leaves out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models, transaction

from pivotino.instance.history import sql

Line = Mapping[str, Any]
AT_ONCE = 200


def insert(model: type[models.Model], lines: Sequence[Line]) -> None:
    """Insert lines of {column: value}; a column without a default must be in each."""
    if not lines:
        return
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.BigAutoField)]
    names = ", ".join(_quoted(field.column) for field in fields)
    ready = [_column(field, lines) for field in fields]
    rows = list(zip(*ready, strict=True))
    # SQLite takes at most 32,766 values a statement, PostgreSQL 65,535.
    at_once = min(AT_ONCE, 30_000 // len(fields))
    mark = f"({', '.join(['%s'] * len(fields))})"
    with transaction.get_connection("instance").cursor() as cursor:
        for at in range(0, len(rows), at_once):
            some = rows[at : at + at_once]
            cursor.execute(
                f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) VALUES {', '.join([mark] * len(some))}",  # noqa: S608
                [value for row in some for value in row],
            )


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[models.Model]) -> None:
    """Write these columns of these rows as they stand in memory."""
    by_column = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_column[name] for name in columns]
    lines = [[*(_ready(field, getattr(row, field.attname)) for field in fields), _ready(model._meta.pk, row.pk)] for row in rows]
    if not lines:
        return
    sets = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    run_many(f"UPDATE {_quoted(model._meta.db_table)} SET {sets} WHERE {_quoted(model._meta.pk.column)} = %s", lines)  # noqa: S608


def run_many(statement: str, lines: Sequence[Sequence[Any]]) -> None:
    """Execute a statement once for each line; values may be of any type the engines' columns hold."""
    sql.run_many(statement, lines)


def _column(field: Any, lines: Sequence[Line]) -> list[Any]:
    name = field.attname
    default = None if field.has_default() is False and field.null else field.get_default()
    found = [line.get(name, default) for line in lines]
    kinds = {type(value) for value in found}
    if kinds <= {str, int, type(None)} and not isinstance(field, models.JSONField | models.BooleanField):
        return found
    return [_ready(field, value) for value in found]


def _ready(field: Any, value: Any) -> Any:
    if value is None:
        return None
    return field.get_db_prep_save(value, connection=transaction.get_connection("instance"))


def _quoted(name: str | None) -> str:
    return str(transaction.get_connection("instance").ops.quote_name(name))
