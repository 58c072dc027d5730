"""Putting a database back to how it was."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.backups.models.backup import Backup
from pivotino.jobs import steps
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import ControlModel, Instance


class RestoreQuerySet(models.QuerySet["Restore"]):
    def unfinished(self) -> Self:
        return self.filter(OPEN)


OPEN = Q(done_at__isnull=True, failed_at__isnull=True)


class Restore(ControlModel):
    """One database on its way back to a backup. Which steps are done is written in `steps`.

    The generation it gets is settled at the start, so that every step may be repeated. `kept` is the state it had before,
    taken when nobody could write any more: putting that one back undoes all of it.
    """

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="restores")
    backup = models.ForeignKey(Backup, on_delete=models.PROTECT, related_name="restores")
    kept = models.ForeignKey(Backup, on_delete=models.PROTECT, null=True, blank=True, related_name="kept_by")
    account_id = models.UUIDField(null=True, blank=True)
    by = models.CharField(max_length=160)
    why = models.CharField(max_length=400, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    generation = models.PositiveIntegerField()
    generation_before = models.PositiveIntegerField()
    replayed = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    objects = RestoreQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to put a database back, and to say who asked for it", retention="as long as the database",
        export="account", erasure="row deleted",
        personal={"instance": "whose database", "account_id": "who asked", "by": "who asked, as a name", "why": "in their words"},
        plain={"backup", "kept", "asked_at", "generation", "generation_before", "replayed", "tries", "trouble", "done_at", "failed_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-asked_at"]
        constraints = [models.UniqueConstraint("instance", condition=OPEN, name="one_restore_at_a_time")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_over(self) -> bool:
        return self.done_at is not None or self.failed_at is not None


class RestoreStep(steps.Done):
    """One step of a restore that is done."""

    restore = models.ForeignKey(Restore, on_delete=models.CASCADE, related_name="steps")

    holds = Nothing("to go on where a worker stopped", plain={"restore", "name", "at"})

    class Meta(steps.Done.Meta):
        constraints = [models.UniqueConstraint("restore", "name", name="each_restore_step_once")]
