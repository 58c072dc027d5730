"""One file with everything, from the request to the day it is gone; and each time it was downloaded."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.exports.sealing import new_key
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance


class ExportQuerySet(models.QuerySet["Export"]):
    def being_made(self) -> Self:
        return self.filter(ready_at__isnull=True, failed_at__isnull=True, swept_at__isnull=True)

    def to_sweep(self, at: datetime) -> Self:
        """Those whose file has been kept long enough by then."""
        return self.filter(swept_at__isnull=True, expires_at__lte=at)

    def request(self, instance: Instance, account_id: UUID) -> "Export":
        """A new export, or the one that this account waits for already."""
        waiting = self.being_made().filter(instance=instance, requested_by_id=account_id).first()
        return waiting or self.create(instance=instance, requested_by_id=account_id)


class Export(ControlModel):
    """One file with everything in one instance. It opens with `key` only, which goes with the file.

    `done` of `of` rows are read; `counts` says what is in it, `contents` is the fingerprint two equal exports share. The
    row stays when the file is gone: it says who took what, and when.
    """

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="exports")
    requested_by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    of = models.BigIntegerField(default=0)
    key = models.CharField(max_length=64, default=new_key, blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    contents = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)
    swept_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to hand a customer everything, and to show who took what",
        retention="the file 7 days, the row as long as the instance is known", export="account",
        erasure="file and key removed; the account's name goes with the account",
        personal={"instance": "whose database", "requested_by": "who asked for it"},
        plain={"requested_at", "tries", "done", "of", "key", "size", "sha256", "contents", "counts", "ready_at", "expires_at",
               "failed_at", "problem", "swept_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-requested_at", "-id"]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def state(self) -> str:
        """waiting · making · ready · failed · gone"""
        if self.swept_at:
            return "failed" if self.failed_at else "gone"
        if self.failed_at:
            return "failed"
        if self.ready_at:
            return "ready" if self.expires_at and self.expires_at > timezone.now() else "gone"
        return "making" if self.tries else "waiting"

    @property
    def is_over(self) -> bool:
        return self.state not in ("waiting", "making")

    @property
    def percent(self) -> int:
        """How far it is; a hundred only when it is ready."""
        return 100 if self.ready_at else min(99, self.done * 100 // self.of if self.of else 0)

    @property
    def file_name(self) -> str:
        """What the file is called where it is downloaded."""
        return f"{self.instance.slug}-{self.requested_at:%Y-%m-%d}.zip"

    def belongs_to(self, account_id: UUID) -> bool:
        """True for the one account that may download it."""
        return self.requested_by_id is not None and self.requested_by_id == account_id


class Download(ControlModel):
    """Somebody began to download an export, or went on with it from `first_byte`."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="downloads")
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    network = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=80, blank=True)
    first_byte = models.BigIntegerField(default=0)

    holds = Holds(
        subject="subscriber", purpose="to show who took what, and when", retention="as the export", export="account",
        erasure="row deleted", personal={"account": "who", "network": "from where, shortened", "browser": "with what",
                                         "export": "of which database"},
        plain={"at", "first_byte"},
    )  # fmt: skip

    class Meta:
        ordering = ["-at", "-id"]
