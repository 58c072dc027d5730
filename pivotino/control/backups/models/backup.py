"""Sealed copies of customers' databases."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.backups.rotation import rotation
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance

LATELY = timedelta(days=3)


class BackupQuerySet(models.QuerySet["Backup"]):
    def made(self) -> Self:
        """Those that are there and were not found broken."""
        return self.filter(made_at__isnull=False, removed_at__isnull=True, broken_at__isnull=True)

    def stored(self) -> Self:
        """Those whose file is there, sound or not."""
        return self.filter(made_at__isnull=False, removed_at__isnull=True)

    def under_way(self) -> Self:
        return self.filter(made_at__isnull=True, failed_at__isnull=True)

    def before(self, moment: datetime) -> Self:
        """What was there at `moment`, newest first."""
        return self.made().filter(taken_at__lte=moment).order_by("-taken_at", "-id")

    def expired(self, at: datetime | None = None) -> Self:
        """Those whose day has come. Of a living database none goes while no new ones are made: something is wrong with us."""
        living = Instance.objects.filter(pk=models.OuterRef("instance_id"), erased_at__isnull=True)
        recent = Backup.objects.made().filter(
            instance_id=models.OuterRef("instance_id"), taken_at__gt=timezone.now() - LATELY
        )
        needed = ~models.Exists(recent) & models.Exists(living) & Q(broken_at__isnull=True)
        return self.stored().filter(expires_at__lte=at or timezone.now()).exclude(needed)


class Backup(ControlModel):
    """One database as it was at `taken_at`. The row stays as the inventory's memory after its file went.

    Without `made_at` it is still to be made, or `failed_at`. `removed_at` is the real moment its file was removed,
    `broken_at` when a check found that it does not open. `rows` counts the rows of each table as they are in the file.
    """

    class Kind(models.TextChoices):
        DAILY = "daily", "Every night"
        WEEKLY = "weekly", "Once a week"
        ASKED = "asked", "Asked for"
        BEFORE = "before", "Before another was put back"

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="backups")
    kind = models.CharField(max_length=8, choices=Kind)
    night = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    storage_name = models.CharField(max_length=120, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)
    sealed_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    engine = models.CharField(max_length=10, blank=True)
    schema_version = models.CharField(max_length=64, blank=True)
    rows = models.JSONField(default=dict)

    objects = BackupQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to put a database back after a mishap", retention="as rotation.toml says, 28 days at most",
        export="account", erasure="the file goes on its day; the row, which names nobody, stays",
        personal={"instance": "whose database"},
        plain={"kind", "night", "asked_at", "taken_at", "made_at", "failed_at", "tries", "expires_at", "removed_at", "checked_at",
               "broken_at", "storage_name", "bytes", "sealed_bytes", "sha256", "engine", "schema_version", "rows"},
    )  # fmt: skip

    class Meta:
        ordering = ["-taken_at", "-id"]
        indexes = [
            models.Index("instance", "taken_at", name="backup_of_instance"),
            models.Index("expires_at", condition=Q(removed_at__isnull=True), name="backup_expires"),
        ]
        constraints = [
            models.UniqueConstraint("instance", "night", name="one_backup_a_night"),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True) | Q(taken_at__isnull=False, expires_at__isnull=False),
                name="a_made_backup_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instance_id} {self.taken_at:%Y-%m-%d %H:%M}" if self.taken_at else str(self.id)

    @property
    def row_count(self) -> int:
        """Rows of all tables together."""
        return sum(self.rows.values())

    @property
    def is_there(self) -> bool:
        return self.made_at is not None and self.removed_at is None

    @property
    def is_sound(self) -> bool:
        return self.is_there and self.broken_at is None

    def keep_as(self, taken_at: datetime) -> None:
        """Settle when it was taken and on which day it goes. A week's first one is kept longer."""
        if self.kind == self.Kind.DAILY and self._is_first_of_its_week(taken_at.date()):
            self.kind = self.Kind.WEEKLY
        self.taken_at, self.expires_at = taken_at, rotation().until(self.kind, taken_at)

    def _is_first_of_its_week(self, day: date) -> bool:
        monday = day - timedelta(days=day.weekday())
        weekly = Backup.objects.made().filter(instance_id=self.instance_id, kind=self.Kind.WEEKLY)
        return not weekly.filter(taken_at__date__gte=monday).exists()
