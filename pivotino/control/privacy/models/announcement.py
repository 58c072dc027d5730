"""What we said would change, and from when on it counts."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import ControlModel


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def in_effect(self, at: datetime | None = None) -> Self:
        return self.filter(effective_at__lte=at or timezone.now())

    def coming(self) -> Self:
        """Said already, and not counting yet; the nearest first."""
        return self.filter(effective_at__gt=timezone.now()).order_by("effective_at")

    def untold(self) -> Self:
        """Those the people who asked have not been written to about."""
        return self.filter(told_at__isnull=True, kind__in=("register", "policy", "terms")).exclude(what="first")


class Announcement(ControlModel):
    """One change of the register, the policy or the terms. Never changed; `told_at` is when the last letter was put in line.

    `name` is the third party or the version; `row` the register's row as it is from `effective_at` on, empty for one that
    leaves. `what` is first, added, changed, left or version; `lines` say it in sentences.
    """

    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    what = models.CharField(max_length=10)
    lines = models.JSONField(default=list)
    row = models.JSONField(default=dict, blank=True)
    fingerprint = models.CharField(max_length=64)
    announced_at = models.DateTimeField(default=timezone.now)
    effective_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    holds = Nothing(
        "to say what changes before it changes",
        plain={"kind", "name", "what", "lines", "row", "fingerprint", "announced_at", "effective_at", "told_at"},
    )

    class Meta:
        ordering = ["-announced_at", "-id"]
        indexes = [models.Index("kind", "name", "announced_at", name="announcement_of_one")]

    def get_what(self) -> str:
        """In a word, as a page shows it."""
        words = {
            "first": "from the start",
            "added": "new",
            "changed": "changed",
            "left": "left",
            "version": "new version",
        }
        return words[self.what]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.what}"
