"""Work an instance has decided on, written in the same transaction as the decision."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import InstanceModel

OPEN = Q(done_at__isnull=True)
WAITING = OPEN & Q(started_at__isnull=True)


class ErrandQuerySet(models.QuerySet["Errand"]):
    def open(self) -> Self:
        """Not done yet."""
        return self.filter(OPEN)

    def waiting(self) -> Self:
        """Not begun yet: what is decided now will still be seen by it."""
        return self.filter(WAITING)


class Errand(InstanceModel):
    """One job of this instance. Its ticket in the control plane carries the same id and knows nothing of the arguments.

    `done_at` is set in the same transaction as the work of a `whole` job: whoever comes second finds it done.
    """

    path = models.CharField(max_length=200)
    args = models.JSONField(default=list)
    key = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ErrandQuerySet.as_manager()

    holds = Nothing(
        "to do work once, after it was decided: ids only",
        plain={"path", "args", "key", "made_at", "due_at", "started_at", "done_at"},
    )

    class Meta:
        ordering = [F("id").asc()]
        indexes = [models.Index(fields=["made_at"], name="errand_open", condition=OPEN)]
        constraints = [models.UniqueConstraint("key", condition=WAITING & ~Q(key=""), name="errand_key_waits_once")]

    def __str__(self) -> str:
        return self.path
