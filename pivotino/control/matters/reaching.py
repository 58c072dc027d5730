"""What an order may reach: sorts of records with their fields, in a database and in our own books, and how they are read."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.erasures.references import speaking_of_instances
from pivotino.control.matters import holding
from pivotino.control.matters.models import Disclosure, HeldRecord, Item
from pivotino.tenancy import provision
from pivotino.tenancy.packing import shape
from pivotino.tenancy.packing.book import opened
from pivotino.tenancy.router import plane_of

# Nobody needs these to obey an order, and whoever has them could do harm.
SECRET = re.compile(r"password|secret|token|seal|(^|_)key$|digest|hash|session|code$")
WHEN = ("at", "on", "created_at", "begun_at", "sent_at", "registered_at", "issued_on", "taken_at")
Row = dict[str, Any]


@dataclass(frozen=True)
class Sort:
    """A sort of record by the name of its model, and the fields that may be asked for, with why each is personal."""

    kind: str
    name: str
    fields: dict[str, str]


def sorts(disclosure: Disclosure) -> list[Sort]:
    """Everything this disclosure may choose from: the tables of its database and our own rows about it, or about the person."""
    found = [_sort(one.model) for one in shape.entities()] if disclosure.instance_id else []
    return sorted((one for one in (*found, *map(_sort, _ours(disclosure))) if one.fields), key=lambda one: one.kind)


def sort(disclosure: Disclosure, kind: str) -> Sort | None:
    return next((one for one in sorts(disclosure) if one.kind == kind), None)


def read(item: Item) -> Iterator[Row]:
    """The rows an item reaches, with its fields and nothing else. What a database let go of comes from the vault."""
    disclosure, model = item.disclosure, apps.get_model(item.kind)
    inside = plane_of(model._meta.app_label) == "instance"
    for row in _inside(disclosure, item.kind) if inside else _outside(disclosure, model):
        if _reached(item, row):
            yield {name: row.get(name) for name in item.fields}


def _reached(item: Item, row: Row) -> bool:
    if item.ids and str(row.get("id")) not in item.ids:
        return False
    if item.about and not any(str(value).strip().lower() == item.about.lower() for value in row.values()):
        return False
    if item.by_dates:
        day = next((day for name in WHEN if (day := _day(row.get(name)))), None)
        return day is not None and item.disclosure.matter.covers(day)
    return bool(item.ids or item.about)


def _inside(disclosure: Disclosure, kind: str) -> Iterator[Row]:
    instance, seen = disclosure.instance, set()
    if instance and provision.exists(instance.place.writable):
        with opened(instance.place) as book:
            for row in book.rows(shape.label_of(apps.get_model(kind))):
                seen.add(str(row.get("id")))
                yield row
    kept = HeldRecord.objects.filter(
        hold__instance_id=disclosure.instance_id, sealed_at__isnull=False, emptied_at__isnull=True
    )
    for record in kept:
        for line in holding.opened(record).splitlines():
            told = json.loads(line)
            if told["kind"] == kind and str(told["row"].get("id")) not in seen:
                seen.add(str(told["row"].get("id")))
                yield told["row"]


def _outside(disclosure: Disclosure, model: type[models.Model]) -> Iterator[Row]:
    names = [field.attname for field in model._meta.concrete_fields]
    for row in model._default_manager.filter(_about(disclosure, model)).order_by("pk").values(*names):
        yield {name: _plain(value) for name, value in row.items()}


def _about(disclosure: Disclosure, model: type[models.Model]) -> Q:
    if disclosure.instance_id:
        column = dict(speaking_of_instances()).get(model)
        return Q(**{column: disclosure.instance_id}) if column else Q(pk__in=[])
    wanted = Q()
    for column in _naming(model):
        wanted |= Q(**{f"{column}__iexact": disclosure.email})
    return wanted


def _ours(disclosure: Disclosure) -> Iterator[type[models.Model]]:
    if disclosure.instance_id:
        yield from (model for model, _ in speaking_of_instances() if _may(model))
        return
    yield from (model for model in apps.get_models() if _may(model) and _naming(model))


def _naming(model: type[models.Model]) -> list[str]:
    names = {field.attname for field in model._meta.concrete_fields}
    return [column for column, there in holding.NAMING.items() if there in names]


def _may(model: type[models.Model]) -> bool:
    module = model.__module__
    return module.startswith("pivotino.") and not module.startswith("pivotino.control.matters") and (
        plane_of(model._meta.app_label) == "default"
    )  # fmt: skip


def _sort(model: type[models.Model]) -> Sort:
    declared = getattr(model, "holds", None)
    personal = dict(declared.personal) if declared else {}
    names = [field.attname for field in model._meta.concrete_fields if not SECRET.search(field.name)]
    why = {name: personal.get(name) or personal.get(name.removesuffix("_id"), "") for name in names}
    return Sort(model._meta.label, str(model._meta.verbose_name_plural), why)


def _day(value: Any) -> date | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if value.tzinfo else value.date()
    return value if isinstance(value, date) else None


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
