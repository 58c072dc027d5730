"""Which tables an archive holds and how each column is written, the same for both engines.

uuid     "0198c1…-…"                    moment   "2026-11-23T09:30:00.000000Z", always UTC
text     as it is                       day      "2026-11-23"
int      a whole number                 time     "14:30:00"
bool     true or false                  decimal  "4.7500000000", as text so that nothing is rounded
json     as it is, keys in order
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from pivotino.kit.holds import Holds
from pivotino.tenancy.packing import registry
from pivotino.tenancy.router import plane_of

Kind = Literal["uuid", "text", "int", "bool", "json", "moment", "day", "time", "decimal"]
KINDS: dict[str, Kind] = {
    "UUIDField": "uuid", "CharField": "text", "TextField": "text", "EmailField": "text", "SlugField": "text", "URLField": "text",
    "IntegerField": "int", "BigIntegerField": "int", "SmallIntegerField": "int", "PositiveIntegerField": "int",
    "PositiveSmallIntegerField": "int", "PositiveBigIntegerField": "int", "AutoField": "int", "BigAutoField": "int",
    "SmallAutoField": "int", "BooleanField": "bool", "JSONField": "json", "DateTimeField": "moment", "DateField": "day",
    "TimeField": "time", "DecimalField": "decimal", "FileField": "text", "GenericIPAddressField": "text",
}  # fmt: skip
CALLED = ("name", "title")


class NotPackable(TypeError):
    """A model has a column of a sort the archive's format does not know. Teach `shape.KINDS` and both sides."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the archive, in the table, and how it is written. `to` is the entity it points at."""

    name: str
    column: str
    kind: Kind
    null: bool
    places: int
    to: str
    field: Any


@dataclass(frozen=True)
class Entity:
    """One table. `order` are the columns its rows are sorted by, so that the same rows make the same file."""

    label: str
    model: type[models.Model]
    table: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]

    @property
    def rows_file(self) -> str:
        return f"data/{self.label}.jsonl"

    @property
    def csv_file(self) -> str:
        return f"data/{self.label}.csv"

    @property
    def called(self) -> str:
        """The column a person recognises a row by, or nothing."""
        names = {column.name for column in self.columns}
        return next((name for name in CALLED if name in names), "")

    @property
    def holds(self) -> Holds | None:
        return getattr(self.model, "holds", None)

    @property
    def described(self) -> dict[str, str]:
        """Each column and how it is written, as the manifest keeps it."""
        return {column.name: column.kind for column in self.columns}


def entities(*, moving: bool = False) -> list[Entity]:
    """What an archive holds, each after those it points at. `moving` adds what passes: the same instance lives on."""
    skipped = registry.derived | (set() if moving else registry.passed)
    return [one for one in everything() if one.label not in skipped]


@lru_cache(1)
def everything() -> tuple[Entity, ...]:
    """Every table of an instance, each after those it points at."""
    found = {one.label: one for one in (_entity(model) for model in _models())}
    ordered: dict[str, Entity] = {}

    def put(label: str, above: tuple[str, ...]) -> None:
        for column in found[label].columns:
            if column.to and column.to not in (*above, label) and column.to not in ordered:
                put(column.to, (*above, label))
        ordered[label] = found[label]

    for label in sorted(found):
        if label not in ordered:
            put(label, ())
    return tuple(ordered.values())


def entity(label: str) -> Entity:
    return next(one for one in everything() if one.label == label)


@lru_cache(1)
def migrations() -> dict[str, list[str]]:
    """The migrations this code knows, by room: what tells an older archive from a newer one."""
    known: dict[str, list[str]] = {}
    for app, name in sorted(MigrationLoader(None, ignore_no_migrations=True).disk_migrations):
        if plane_of(app) == "instance":
            known.setdefault(app, []).append(name)
    return known


def label_of(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.{model._meta.model_name}"


def _models() -> Iterable[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if plane_of(model._meta.app_label) == "instance" and model._meta.managed and not model._meta.proxy
    ]


def _entity(model: type[models.Model]) -> Entity:
    meta = model._meta
    # A row that only ties two others together has a number of its own that says nothing.
    fields = [field for field in meta.concrete_fields if not (meta.auto_created and field.primary_key)]
    columns = tuple(_column(field) for field in fields)
    order = tuple(column.column for column in columns) if meta.auto_created else (str(meta.pk.column),)
    return Entity(label_of(model), model, meta.db_table, columns, order)


def _column(field: Any) -> Column:
    target = field
    while target.remote_field is not None and target.is_relation:
        target = target.target_field
    kind = KINDS.get(target.get_internal_type())
    if kind is None:
        raise NotPackable(f"{field.model._meta.label}.{field.name} is a {target.get_internal_type()}.")
    to = label_of(field.remote_field.model) if field.is_relation else ""
    return Column(field.attname, field.column, kind, field.null, getattr(target, "decimal_places", 0) or 0, to, field)
