"""Every sweep is written down, and asks first what may not go."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils import timezone

from pivotino.control.erasures.hooks import held_keys
from pivotino.control.retention.models import Sweep
from pivotino.kit.retention import hears, spares


@hears
def write_down(key: str, count: int, held: int) -> None:
    Sweep.objects.create(rule=key, at=timezone.now(), count=count, held=held)


@spares
def held(model: type[Model], ids: Iterable[Any]) -> set[Any]:
    """What a legal hold keeps."""
    return held_keys(model._meta.label) & set(ids)
