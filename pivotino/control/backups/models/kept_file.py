"""Sealed copies of customers' files."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.backups.rotation import rotation
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance


class KeptFileQuerySet(models.QuerySet["KeptFile"]):
    def stored(self) -> Self:
        return self.filter(removed_at__isnull=True)

    def expired(self) -> Self:
        """Those that went from their instance so long ago that no backup speaks of them any more."""
        return self.stored().filter(gone_at__lte=timezone.now() - rotation().longest)


class KeptFile(ControlModel):
    """One file of an instance, sealed once, for it never changes; every backup since then stands on it.

    `gone_at` is when a backup found it gone. From then on no new backup speaks of it, so it goes when the last older one does.
    """

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="kept_files")
    name = models.CharField(max_length=80)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    kept_at = models.DateTimeField(default=timezone.now)
    gone_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = KeptFileQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to put a database back after a mishap", retention="as rotation.toml says, 28 days at most after it went",
        export="account", erasure="the file goes on its day; the row, which names nobody, stays",
        personal={"instance": "whose file"}, plain={"name", "bytes", "sha256", "kept_at", "gone_at", "removed_at"},
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint("instance", "name", condition=Q(removed_at__isnull=True), name="one_copy_a_file")
        ]

    def __str__(self) -> str:
        return f"{self.instance_id} {self.name[:12]}"

    @property
    def storage_name(self) -> str:
        key = self.instance.place.key
        return f"{key[-2:]}/{key}/files/{self.pk}.pvb"
