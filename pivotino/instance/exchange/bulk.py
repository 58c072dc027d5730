"""Many rows of one table at once, for both engines. Defaults of the model fill what a line leaves out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import models, transaction

from pivotino.instance.history import sql
from pivotino.tenancy.rows import writer

Line = Mapping[str, Any]
AT_ONCE = 200


def insert(model: type[models.Model], lines: Sequence[Line]) -> None:
    """Insert lines of {column: value}; a column without a default must be in each."""
    if not lines:
        return
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.BigAutoField)]
    rows = list(zip(*(_column(field, lines) for field in fields), strict=True))
    names = ", ".join(_quoted(field.column) for field in fields)
    table = _quoted(model._meta.db_table)
    if sql.is_postgres():
        _copy(f"COPY {table} ({names}) FROM STDIN", rows)
    else:
        _insert(f"INSERT INTO {table} ({names}) VALUES", rows)


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[models.Model]) -> None:
    """Write these columns of these rows as they stand in memory."""
    by_column = {field.attname: field for field in model._meta.concrete_fields}
    fields = [*(by_column[name] for name in columns), model._meta.pk]
    every = list(rows)
    if not every:
        return
    ready = [_column(field, [{field.attname: getattr(row, field.attname)} for row in every]) for field in fields]
    sets = ", ".join(f"{_quoted(field.column)} = %s" for field in fields[:-1])
    where = f"UPDATE {_quoted(model._meta.db_table)} SET {sets} WHERE {_quoted(model._meta.pk.column)} = %s"  # noqa: S608
    sql.run_many(where, list(zip(*ready, strict=True)))


def _insert(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    # SQLite takes at most 32,766 values a statement.
    at_once = min(AT_ONCE, 30_000 // len(rows[0]))
    mark = f"({', '.join(['%s'] * len(rows[0]))})"
    with transaction.get_connection("instance").cursor() as cursor:
        for at in range(0, len(rows), at_once):
            some = rows[at : at + at_once]
            cursor.execute(f"{statement} {', '.join([mark] * len(some))}", [value for row in some for value in row])


def _copy(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    connection = transaction.get_connection("instance")
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _column(field: Any, lines: Sequence[Line]) -> list[Any]:
    """The values of one column as this engine keeps them. Most columns repeat a few values, or hold plain text."""
    name = field.attname
    default = None if not field.has_default() and field.null else field.get_default()
    found = [line.get(name, default) for line in lines]
    kinds = {type(value) for value in found}
    connection = transaction.get_connection("instance")
    ready = writer(field, connection.vendor)
    if isinstance(field, models.JSONField):
        return [None if value is None else ready(value) for value in found]
    if kinds <= {str, int, type(None)}:
        return found
    if kinds <= {UUID, type(None)}:
        return found if connection.vendor == "postgresql" else [value.hex if value else None for value in found]
    if kinds <= {UUID, str, type(None)} and isinstance(field, models.UUIDField | models.ForeignKey):
        return [None if value is None else ready(value) for value in found]
    known: dict[Any, Any] = {}
    for value in found:
        if value not in known:
            known[value] = None if value is None else ready(value)
    return [known[value] for value in found]


def _quoted(name: str | None) -> str:
    return str(transaction.get_connection("instance").ops.quote_name(name))
