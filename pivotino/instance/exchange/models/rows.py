"""What one row of a file would become, and what became of it."""

from django.db import models
from django.db.models import Q

from pivotino.instance.exchange.models.imports import Import
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import InstanceModel


class Verdict(models.TextChoices):
    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    SAME = "same", "Same"
    CONFLICT = "conflict", "Conflicting"
    REFUSED = "refused", "Refused"


class Fate(models.TextChoices):
    """What was done with a row when its import was applied or taken back."""

    WAITING = "", "Waiting"
    MADE = "made", "Made"
    MET = "met", "Found there already"
    CHANGED = "altered", "Changed"
    LEFT = "left", "Left out"
    KEPT = "kept", "Kept when the rest was taken back"
    GONE = "gone", "Taken back"


class ProposedRow(InstanceModel):
    """One row: the verdict, and why. `target_id` is the record it is about; for a new one the id it will have.

    `reasons` are [column, sentence]; `changes` are [field, before, after] as people read them; `data` is what would be
    written. `before` and `version` are the record as it was, and its version after we wrote: what taking back stands on.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    of_import = models.ForeignKey(Import, on_delete=models.CASCADE, db_index=False, related_name="proposed")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict)
    name = models.CharField(max_length=250)
    reasons = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    target_id = models.UUIDField(null=True, blank=True)
    ticked = models.BooleanField(default=False)
    fate = models.CharField(max_length=8, choices=Fate, blank=True)
    before = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)

    holds = Holds(
        subject="contact", purpose="to show what a file would change, and to take it back", retention="30 days",
        export="no: it repeats the record", erasure="removed with the file",
        personal={"name": "what the row is about", "reasons": "words of the row", "changes": "words of the row",
                  "data": "the row", "before": "the record before", "target_id": "the record"},
        plain={"of_import", "number", "verdict", "ticked", "fate", "version"},
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of_import", "number"], name="proposed_once")]
        indexes = [
            models.Index(fields=["of_import", "verdict", "number"], name="proposed_by_verdict"),
            models.Index(fields=["target_id"], name="proposed_by_target", condition=Q(version__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"row {self.number}"
