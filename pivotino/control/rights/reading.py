"""Texts that may name somebody who was erased, read by one of us."""

from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from pivotino.control.rights.models import Finding
from pivotino.jobs import alerts

# Sealed one to the next: a word changed there would read as tampering.
SEALED = {"staff.Deed"}


class Sealed(RuntimeError):
    """This text is part of a sealed record, which is kept by law."""


def words_of(finding: Finding) -> list[tuple[str, str]]:
    """What the text says now, field by field; nothing where it went meanwhile."""
    row, fields = _row(finding)
    return [
        (str(field.verbose_name), str(getattr(row, field.attname)))
        for field in fields
        if row and getattr(row, field.attname)
    ]


def judge(finding: Finding, verdict: str) -> None:
    """It was read. `emptied` takes every text of the row away. Raises Sealed where that cannot be."""
    row, fields = _row(finding)
    with transaction.atomic():
        if verdict == Finding.Verdict.EMPTIED and row is not None:
            if finding.model in SEALED:
                raise Sealed("Deeds are sealed one to the next and kept by law. Say that it stays, and why.")
            type(row)._base_manager.filter(pk=row.pk).update(
                **{field.attname: "" for field in fields if not field.unique}
            )
        Finding.objects.filter(pk=finding.pk, read_at__isnull=True).update(read_at=timezone.now(), verdict=verdict)
        if not Finding.objects.filter(demand=finding.demand_id, read_at__isnull=True).exists():
            alerts.settle("rights texts", finding.demand_id)


def _row(finding: Finding) -> tuple[Any, list[Any]]:
    model: Any = apps.get_model(finding.model)
    personal = model.holds.personal
    fields = [
        field for field in model._meta.concrete_fields
        if field.name in personal and isinstance(field, models.CharField | models.TextField) and not field.choices
    ]  # fmt: skip
    return model._base_manager.filter(pk=finding.row).first(), fields
