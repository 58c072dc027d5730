"""What staff see of an instance before anything is revealed to them: every table through a view that covers what it says.

The views are temporary and stand before the tables of the same names, on SQLite as on PostgreSQL. So whatever code asks,
by the ORM or by hand, in whatever room, the content never leaves the database. What a column is decides: ids, links,
yes and no, days and moments are seen, names of settings where the table `instance/visiting.toml` lists them. Everything else is
covered, a column that is new and every field that says something about a person among it. A table nobody knows is empty.
"""

import json
import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from pivotino.tenancy.router import plane_of

TABLE = Path(__file__).parents[1] / "instance" / "visiting.toml"
COVER = "•"
# What stays of a text: blanks, and signs that show its shape. One class for both engines, so it names single signs only.
SIGNS = r" \n\r\t@.,:;/()+-"
COVERED = re.compile(f"[^{SIGNS}]")
# In a kept shape ids, days and moments stay, or no page could be drawn of it.
ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DAY = r"\d{4}-\d{2}-\d{2}(T[0-9:.+Z-]*)?"
STAYS = re.compile(f"^({ID}|{DAY})$")

NUMBERS = (models.IntegerField, models.DecimalField, models.FloatField)
TEXTS = (models.CharField, models.TextField)
MOMENTS = (models.DateField, models.TimeField)


def cover(text: str | None) -> str | None:
    """The shape of a text without its words."""
    return None if text is None else COVERED.sub(COVER, str(text))


def cover_shape(written: str | None) -> str | None:
    """The shape of written JSON: its keys, ids and days; every other text covered, every number 0."""
    return None if written is None else json.dumps(_covered(json.loads(written)))


def _covered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _covered(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_covered(one) for one in value]
    if isinstance(value, str):
        return value if STAYS.match(value) else cover(value)
    return value if value is None or isinstance(value, bool) else 0


def hang_in_file(raw: Any) -> None:
    """Put the views before the tables of an open SQLite file, for this connection alone."""
    raw.create_function("pv_cover", 1, cover, deterministic=True)
    raw.create_function("pv_shape", 1, cover_shape, deterministic=True)
    tables = [name for (name,) in raw.execute("SELECT name FROM main.sqlite_master WHERE type IN ('table', 'view')")]
    for name in tables:
        if not name.startswith("sqlite_"):
            raw.execute(f'CREATE TEMP VIEW "{name}" AS {_view(name, "main", "sqlite")}')


def hang_in_schema(raw: Any, schema: str) -> None:
    """Put the views before the tables of a PostgreSQL schema, for this connection alone."""
    rows = raw.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relkind IN ('r', 'v', 'm', 'p', 'f')",
        [schema],
    ).fetchall()
    views = [f'CREATE TEMP VIEW "{name}" AS {_view(name, schema, "postgresql")}' for (name,) in rows]
    raw.execute(";\n".join([SHAPE, *views]))


SHAPE = f"""
CREATE FUNCTION pg_temp.pv_shape(told jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE jsonb_typeof(told)
    WHEN 'object' THEN coalesce((SELECT jsonb_object_agg(key, pg_temp.pv_shape(value)) FROM jsonb_each(told)), '{{}}')
    WHEN 'array' THEN coalesce((SELECT jsonb_agg(pg_temp.pv_shape(one)) FROM jsonb_array_elements(told) AS one), '[]')
    WHEN 'number' THEN '0'::jsonb
    WHEN 'string' THEN CASE WHEN told #>> '{{}}' ~ '{STAYS.pattern}' THEN told
      ELSE to_jsonb(regexp_replace(told #>> '{{}}', '[^{SIGNS}]', '{COVER}', 'g')) END
    ELSE told END;
END $$"""  # noqa: S608 - patterns, ours


def _view(table: str, schema: str, engine: str) -> str:
    """The statement behind one view."""
    model = _models().get(table)
    if model is None:
        return f'SELECT * FROM "{schema}"."{table}" WHERE 1 = 0'  # noqa: S608 - names of tables, ours
    columns = [f'{_seen(model, field, engine)} AS "{field.column}"' for field in model._meta.concrete_fields]
    # A view has no numbers of lines, and some statements find a line by it.
    shown = ", ".join(["rowid AS rowid", *columns] if engine == "sqlite" else columns)
    return f'SELECT {shown} FROM "{schema}"."{table}"'  # noqa: S608 - names of columns, ours


def _seen(model: type[models.Model], field: Any, engine: str) -> str:
    """A column as it is, or covered."""
    column = f'"{field.column}"'
    if is_open(model, field):
        return column
    if isinstance(field, models.JSONField):
        return _json(column, engine, keeps=field.name in listed("shapes", model))
    if isinstance(field, TEXTS):
        return (
            f"pv_cover({column})" if engine == "sqlite" else f"regexp_replace({column}, '[^{SIGNS}]', '{COVER}', 'g')"
        )
    if isinstance(field, NUMBERS):
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE 0 END"
    if isinstance(field, models.BooleanField):
        return "false"
    return "NULL"


def _json(column: str, engine: str, *, keeps: bool) -> str:
    if keeps:
        return f"pv_shape({column})" if engine == "sqlite" else f"pg_temp.pv_shape({column})"
    kind, cast = (f"json_type({column})", "") if engine == "sqlite" else (f"jsonb_typeof({column})", "::jsonb")
    return f"CASE {kind} WHEN 'object' THEN '{{}}'{cast} WHEN 'array' THEN '[]'{cast} END"


def is_open(model: type[models.Model], field: Any) -> bool:
    """Whether staff see this column before anything is revealed."""
    if field.primary_key or field.is_relation or isinstance(field, models.UUIDField):
        return True
    if field.name in getattr(getattr(model, "holds", None), "personal", {}):
        return False
    return (
        field.name in listed("columns", model)
        or bool(field.choices)
        or isinstance(field, (models.BooleanField, *MOMENTS))
    )


def listed(what: str, model: type[models.Model]) -> Iterable[str]:
    """What the table says of a model: `columns` that are seen, `shapes` of which only the shape is."""
    found: Iterable[str] = table().get(what, {}).get(model._meta.label, ())
    return found


@lru_cache(1)
def table() -> dict[str, Any]:
    """What guests may see and open, as it is written down."""
    return tomllib.loads(TABLE.read_text())


@lru_cache(1)
def _models() -> dict[str, type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    return {one._meta.db_table: one for one in every if plane_of(one._meta.app_label) == "instance"}
