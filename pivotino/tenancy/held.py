"""Records of an instance that somebody may not let go of. Whoever deletes for good asks here first, inside the instance.

    held_ids("contacts.Contact")            # leave these out, or …
    put_aside("contacts.Contact", ids)      # … call this before deleting: what is held is copied into the vault, and then all may go

Deleting by `tenancy.erasing.erase` asks by itself. Who holds what is kept outside of every instance, so that a restore takes no
hold away and nobody inside learns of one that may not be spoken of. The control plane joins in by `kept_by`.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from pivotino.tenancy.context import current, inside
from pivotino.tenancy.places import Place


class Keeper(Protocol):
    """Knows what is held in which instance, and has the vault."""

    def ids(self, place: Place) -> dict[str, set[UUID]]:
        """What is held there at present, by kind: `contacts.Contact`."""
        ...

    def holds_all(self, place: Place) -> bool:
        """Whether the whole database is held, so that each of its records is."""
        ...

    def seal(self, place: Place, kind: str, id: UUID, lines: bytes) -> None:
        """Keep a record, one JSON object a line, so that only an order opens it. The first time counts."""
        ...


_keepers: list[Keeper] = []


def kept_by(keeper: Keeper) -> None:
    """Let `keeper` say what is held. A second one takes the first one's place."""
    _keepers[:] = [keeper]


def is_held(kind: str, id: UUID) -> bool:
    return bool(_among(current(), kind, {id}))


def held_ids(kind: str) -> set[UUID]:
    """The records of a kind (`contacts.Contact`) in the current instance that may not go at present."""
    if _all_held(current()):
        return set(apps.get_model(kind)._default_manager.values_list("pk", flat=True))
    return _held(current()).get(_label(kind), set())


def put_aside(kind: str, ids: Iterable[UUID]) -> int:
    """Copy those of `ids` that are held into the vault, with all that goes with them. Then everything may be deleted.

    Inside the instance, in the transaction that deletes. Safe to repeat. Returns how many were put aside.
    """
    place, kept = current(), 0
    held = _among(place, kind, set(ids))
    for row in apps.get_model(kind)._default_manager.filter(pk__in=held) if held else ():
        for keeper in _keepers:
            keeper.seal(place, _label(kind), row.pk, _written(row))
        kept += 1
    return kept


def put_all_aside(place: Place) -> int:
    """The same for everything that is held in `place`, before its database is erased."""
    held = _held(place)
    if not held:
        return 0
    with inside(place.writable):
        return sum(put_aside(kind, ids) for kind, ids in sorted(held.items()))


def _among(place: Place, kind: str, ids: set[UUID]) -> set[UUID]:
    return ids if _all_held(place) else ids & _held(place).get(_label(kind), set())


def _all_held(place: Place) -> bool:
    return any(keeper.holds_all(place) for keeper in _keepers)


def _label(kind: str) -> str:
    return str(apps.get_model(kind)._meta.label)


def _held(place: Place) -> dict[str, set[UUID]]:
    return _keepers[0].ids(place) if _keepers else {}


def _written(row: models.Model) -> bytes:
    """The record and all that would be deleted with it, one JSON object a line."""
    return b"".join(_line(one) for one in _with_all(row))


def _with_all(row: models.Model) -> Iterator[models.Model]:
    seen, waiting = set(), [row, *_about(row)]
    while waiting:
        one = waiting.pop(0)
        if (key := (type(one), one.pk)) in seen:
            continue
        seen.add(key)
        yield one
        for relation in type(one)._meta.related_objects:
            if getattr(relation, "on_delete", None) is models.CASCADE:
                manager = relation.related_model._base_manager
                waiting += manager.filter(**{relation.field.name: one.pk})


def _about(row: models.Model) -> Iterator[models.Model]:
    """What happened to the record and what lies with it: rows that name it as their subject without leaning on it."""
    for model in apps.get_models():
        if getattr(apps.get_app_config(model._meta.app_label), "plane", "") != "instance":
            continue
        if any(field.attname == "subject_id" and not field.is_relation for field in model._meta.concrete_fields):
            yield from model._default_manager.filter(subject_id=row.pk)


def _line(row: models.Model) -> bytes:
    told: dict[str, Any] = {field.attname: _value(row, field) for field in row._meta.concrete_fields}
    said = {"kind": row._meta.label, "row": told}
    return json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False).encode() + b"\n"


def _value(row: models.Model, field: Any) -> Any:
    value = getattr(row, field.attname)
    if isinstance(field, models.FileField):
        return {"name": str(value), "base64": base64.b64encode(value.read()).decode()} if value else None
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value
