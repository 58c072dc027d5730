"""A new version on a copy, to try it or to rehearse a release."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.jobs import steps
from pivotino.kit.holds import Holds, Nothing
from pivotino.kit.ids import uuid7
from pivotino.tenancy.models import ControlModel, Instance

STANDING = Q(removed_at__isnull=True)


class TrialQuerySet(models.QuerySet["Trial"]):
    def standing(self) -> Self:
        """Those whose copy is there, or is being made."""
        return self.filter(STANDING)

    def being_made(self) -> Self:
        """Neither ready to be tried nor over."""
        return self.standing().filter(ready_at__isnull=True, failed_at__isnull=True)

    def over(self, at: datetime) -> Self:
        """Their time has come: tried long enough, failed, or rehearsed."""
        return self.standing().filter(Q(expires_at__lte=at) | Q(failed_at__isnull=False))


class Trial(ControlModel):
    """One copy of an instance at a newer version. It answers at an address of its own, and goes by itself.

    A `rehearsal` is looked at by us alone: it is never opened, and removed as soon as it was compared.
    `copy_id` is settled at the start, so that every step may be repeated and still means the same copy.
    """

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="trials")
    copy_id = models.UUIDField(default=uuid7)
    rehearsal = models.BooleanField(default=False)
    by = models.CharField(max_length=200)
    why = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    to_version = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    proof = models.UUIDField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)
    report = models.JSONField(default=dict)

    objects = TrialQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to let a customer try a new version before it is theirs",
        retention="as long as the instance; the copy itself 14 days", export="account", erasure="row deleted with the instance",
        personal={"instance": "whose database", "by": "who asked"},
        plain={"copy_id", "rehearsal", "why", "asked_at", "to_version", "tries", "ready_at", "expires_at", "failed_at",
               "removed_at", "proof", "trouble", "before", "report"},
    )  # fmt: skip

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                "instance", "rehearsal", condition=STANDING & Q(failed_at__isnull=True), name="trial_one_standing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.instance.slug} on trial"

    @property
    def copy(self) -> Instance:
        """The copy's own row in the register."""
        return Instance.objects.select_related("copy_of").get(pk=self.copy_id)

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None and self.removed_at is None

    @property
    def is_being_made(self) -> bool:
        return self.ready_at is None and self.failed_at is None and self.removed_at is None

    def set(self, **values: Any) -> None:
        """Write these columns and nothing else."""
        Trial.objects.filter(pk=self.pk).update(**values)
        for name, value in values.items():
            setattr(self, name, value)


class TrialStep(steps.Done):
    """One step of one trial that is done."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="steps")

    holds = Nothing("to go on where a worker stopped", plain={"trial", "name", "at"})

    class Meta(steps.Done.Meta):
        constraints = [models.UniqueConstraint("trial", "name", name="trial_step_once")]
