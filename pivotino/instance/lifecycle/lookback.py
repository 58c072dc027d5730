"""Looking through what was kept before it was forbidden: a report by field, and one press that puts all of it out of sight."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models
from django.utils import timezone

from pivotino.instance.history.recording import record
from pivotino.instance.lifecycle.guarding import harmless_marks, mark_of, stances
from pivotino.instance.lifecycle.models import LookBack
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import company
from pivotino.kit import sensitive
from pivotino.kit.sensitive import Finding, Pack, Stance
from pivotino.tenancy import atomic
from pivotino.tenancy.router import plane_of

BATCH = 500
# Ours about this very thing, work in line (ids only), and what may not change: a sealed trail.
SPARED = frozenset({"lifecycle", "errands"})
WHOLE = (models.EmailField, models.URLField, models.SlugField)  # without a part of it, it would be nothing


@dataclass(frozen=True, slots=True)
class Column:
    """One column in which somebody may have written something."""

    model: type[models.Model]
    field: Any

    @property
    def name(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    @property
    def says(self) -> str:
        return f"{str(self.model._meta.verbose_name).capitalize()}, {self.field.verbose_name}"


def columns() -> list[Column]:
    """Every column of the instance with words in it, in order of their names."""
    found = [
        Column(model, field)
        for model in apps.get_models()
        if plane_of(model._meta.app_label) == "instance" and model._meta.app_label not in SPARED
        if not getattr(model, "sealed", False) and not model.__name__.startswith("Trail")
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices
    ]
    return sorted(found, key=lambda column: column.name)


def begin(*, by: Member, masks: bool = False) -> LookBack:
    """Put a look in line. One that goes on already is taken instead of a second one."""
    from pivotino.instance.lifecycle.jobs import look_through

    with atomic():
        going = LookBack.objects.select_for_update().filter(finished_at=None).first()
        if going is not None:
            return going
        packs = [pack.value for pack, stance in stances().items() if stance is not Stance.OFF]
        one = LookBack.objects.create(by=by, masks=masks, packs=packs)
        look_through.later(str(one.pk), key=f"look:{one.pk}")
        return one


def go_on(one: LookBack) -> None:
    """Column by column from where it stopped. Done twice, a column counts once."""
    packs = frozenset(Pack(pack) for pack in one.packs)
    for column in columns():
        if column.name <= one.cursor:
            continue
        found, looked, masked = _through(column, packs, masks=one.masks)
        if found:
            one.found = {**one.found, column.name: dict(found)}
        one.cursor, one.looked, one.masked = column.name, one.looked + looked, one.masked + masked
        one.save(update_fields=["cursor", "found", "looked", "masked"])
    with atomic():
        one.finished_at = timezone.now()
        one.save(update_fields=["finished_at"])
        if one.masked:
            record("sensitive.tidied", company(), by=one.by, count=one.masked)


def _through(column: Column, packs: Collection[Pack], *, masks: bool) -> tuple[Counter[str], int, int]:
    found: Counter[str] = Counter()
    looked = masked = 0
    for pk, value in _rows(column):
        looked += 1
        finds: list[Finding] = []
        fresh = _hidden(value, packs, finds)
        found.update(one.pack.value for one in finds)
        if masks and finds and not isinstance(column.field, WHOLE):
            masked += _replace(column, pk, value, fresh)
    return found, looked, masked


def _rows(column: Column) -> Iterator[tuple[Any, Any]]:
    """Every filled value with its row, in order of the rows, so that long tables take little memory."""
    name, last = column.field.attname, None
    while True:
        rows = column.model._base_manager.order_by("pk")
        batch = list((rows.filter(pk__gt=last) if last is not None else rows).values_list("pk", name)[:BATCH])
        yield from ((pk, value) for pk, value in batch if value)
        if len(batch) < BATCH:
            return
        last = batch[-1][0]


def _hidden(value: Any, packs: Collection[Pack], finds: list[Finding]) -> Any:
    """The value without what is in it; what was found is added to `finds`."""
    if isinstance(value, str):
        known = harmless_marks()
        here = [
            one for one in sensitive.find(value, packs) if mark_of(one.pack, value[one.start : one.end]) not in known
        ]
        finds += here
        return sensitive.masked(value, here)
    if isinstance(value, list):
        return [_hidden(one, packs, finds) for one in value]
    if isinstance(value, dict):
        return {key: _hidden(one, packs, finds) for key, one in value.items()}
    return value


def _replace(column: Column, pk: Any, value: Any, fresh: Any) -> int:
    """Unless somebody changed it meanwhile; a row that may not change is left and stands in the report."""
    name = column.field.attname
    same = {} if isinstance(column.field, models.JSONField) else {name: value}
    try:
        with atomic():
            return int(column.model._base_manager.filter(pk=pk, **same).update(**{name: fresh}))
    except DatabaseError:
        return 0


def report(one: LookBack) -> list[tuple[str, dict[str, int]]]:
    """What was found, as a page shows it: the column in words, and how many of each kind."""
    names = {column.name: column.says for column in columns()}
    return [(names.get(name, name), kinds) for name, kinds in sorted(one.found.items())]


def total(one: LookBack) -> int:
    """How many finds there are."""
    return sum(sum(kinds.values()) for kinds in one.found.values())
