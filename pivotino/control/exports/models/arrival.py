"""A file with everything, brought into a database that is still empty."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.exports.sealing import new_key
from pivotino.kit.holds import Holds
from pivotino.kit.retention import period
from pivotino.tenancy.models import ControlModel, Instance


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    def to_sweep(self, at: datetime) -> Self:
        """Files nobody said yes to, and those that were dealt with."""
        long_ago = at - period("arrivals")
        over = models.Q(applied_at__isnull=False) | models.Q(brought_at__lt=long_ago, applying_at__isnull=True)
        return self.filter(over | models.Q(applying_at__lt=long_ago), swept_at__isnull=True)


class Arrival(ControlModel):
    """One file somebody brought, checked already. `counts` says what is in it, `company` and `taken_at` whose and of when.

    `origin` is the instance it was taken from, which may be one of another installation.
    """

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="arrivals")
    brought_by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    brought_at = models.DateTimeField(default=timezone.now)
    key = models.CharField(max_length=64, default=new_key, blank=True)
    size = models.BigIntegerField(default=0)
    company = models.CharField(max_length=200, blank=True)
    origin = models.UUIDField()
    taken_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    of = models.BigIntegerField(default=0)
    applying_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)
    swept_at = models.DateTimeField(null=True, blank=True)

    objects = ArrivalQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to fill a database from an export", retention="the file a day, the row as the instance",
        export="account", erasure="file, key and row removed",
        personal={"instance": "whose database", "brought_by": "who brought it", "company": "a company may be called after a person"},
        plain={"brought_at", "key", "size", "origin", "taken_at", "counts", "tries", "done", "of", "applying_at", "applied_at", "problem",
               "swept_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-brought_at", "-id"]

    @property
    def state(self) -> str:
        """checked · applying · applied · failed · gone"""
        if self.applied_at:
            return "applied"
        if self.problem:
            return "failed"
        if self.swept_at:
            return "gone"
        return "applying" if self.applying_at else "checked"

    @property
    def percent(self) -> int:
        return 100 if self.applied_at else min(99, self.done * 100 // self.of if self.of else 0)

    def belongs_to(self, account_id: UUID) -> bool:
        return self.brought_by_id is not None and self.brought_by_id == account_id

    def note(self, **facts: Any) -> None:
        """Keep facts about it."""
        type(self).objects.filter(pk=self.pk).update(**facts)
        for name, value in facts.items():
            setattr(self, name, value)
