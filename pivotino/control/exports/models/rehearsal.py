"""Leaving, tried out: an export taken in elsewhere, compared, and destroyed again."""

from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from pivotino.control.exports.models.export import Export
from pivotino.kit.holds import Nothing
from pivotino.kit.ids import uuid7
from pivotino.tenancy.models import ControlModel
from pivotino.tenancy.places import Place


class Rehearsal(ControlModel):
    """One export put into a scratch database under `scratch_id`, taken out again and compared. Nothing of it is kept.

    `equal` is None until it has ended; `counts` are the rows found in the scratch, `different` the files that differ.
    """

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="rehearsals")
    asked_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    scratch_id = models.UUIDField(default=uuid7)
    counts = models.JSONField(default=dict)
    contents = models.CharField(max_length=64, blank=True)
    different = models.JSONField(default=list)
    equal = models.BooleanField(null=True)
    seconds = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    holds = Nothing(
        "to prove that an export can be taken in elsewhere",
        plain={"export", "asked_at", "tries", "scratch_id", "counts", "contents", "different", "equal", "seconds", "problem",
               "ended_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-asked_at", "-id"]

    @property
    def scratch(self) -> Place:
        """Where it is tried: beside the instance, under an address nobody can open."""
        bucket = self.export.instance.place.bucket
        return Place(id=UUID(str(self.scratch_id)), slug="rehearsal", name="Rehearsal", bucket=bucket)

    def end(self, **facts: Any) -> None:
        """Keep how it ended."""
        self.ended_at = timezone.now()
        for name, value in facts.items():
            setattr(self, name, value)
        self.save()
