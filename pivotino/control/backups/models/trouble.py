"""What staff must look at."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import ControlModel


class TroubleQuerySet(models.QuerySet["Trouble"]):
    def open(self) -> Self:
        return self.filter(over_at__isnull=True)

    def begin(self, what: str, says: str) -> None:
        """Note a trouble once; while it lasts, only its sentence changes."""
        says = says[:300]
        if not self.open().filter(what=what).update(says=says):
            self.get_or_create(what=what, over_at=None, defaults={"says": says})

    def end(self, what: str) -> None:
        """It is over. Repeating it changes nothing."""
        self.open().filter(what=what).update(over_at=timezone.now())


class Trouble(ControlModel):
    """Something about backups that does not heal by itself: a full disk, a backup that does not open, a missing program."""

    what = models.CharField(max_length=80)
    says = models.CharField(max_length=300)
    since = models.DateTimeField(default=timezone.now)
    over_at = models.DateTimeField(null=True, blank=True)

    objects = TroubleQuerySet.as_manager()

    holds = Nothing("to tell staff what they must look at", plain={"what", "says", "since", "over_at"})

    class Meta:
        ordering = ["-since"]
        constraints = [models.UniqueConstraint("what", condition=Q(over_at__isnull=True), name="trouble_once")]

    def __str__(self) -> str:
        return self.what
