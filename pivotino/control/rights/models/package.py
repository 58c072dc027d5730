"""What somebody gets who asks what we know about them."""

import base64
import hashlib
import json
import secrets
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.db import models
from django.utils import timezone

from pivotino.control.rights.models.demand import Demand
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel

GOOD_FOR = timedelta(days=7)


class PackageQuerySet(models.QuerySet["Package"]):
    def seal(self, demand: Demand, content: dict[str, Any]) -> "tuple[Package, str]":
        """Keep this content so that only the secret that comes back opens it. An earlier one of the same demand goes."""
        secret = secrets.token_urlsafe(32)
        sealed = _lock(secret).encrypt(json.dumps(content, ensure_ascii=False).encode())
        self.filter(demand=demand).delete()
        made = self.create(demand=demand, hash=_hash(secret), content=sealed, expires_at=timezone.now() + GOOD_FOR)
        return made, secret

    def opened_by(self, secret: str) -> "Package | None":
        """The one this secret opens, as long as it is good."""
        return self.filter(hash=_hash(secret), expires_at__gt=timezone.now()).select_related("demand").first()


class Package(ControlModel):
    """One package, sealed with the secret that stands in one letter and nowhere else: we cannot read it either."""

    demand = models.OneToOneField(Demand, on_delete=models.CASCADE, related_name="package")
    hash = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = PackageQuerySet.as_manager()

    holds = Holds(
        subject="requester", purpose="to hand somebody what we know about them", retention="7 days", export="it is the export",
        erasure="row deleted", personal={"content": "everything we know about them, sealed for them alone"},
        plain={"demand", "hash", "made_at", "expires_at"},
    )  # fmt: skip

    def __str__(self) -> str:
        return f"package of {self.made_at:%Y-%m-%d}"

    def open(self, secret: str) -> dict[str, Any]:
        """What is in it. Raises InvalidToken for another secret."""
        told: dict[str, Any] = json.loads(_lock(secret).decrypt(bytes(self.content)))
        return told


class Opening(ControlModel):
    """One time it was opened, as its owner may check it."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="openings")
    at = models.DateTimeField(default=timezone.now)
    browser = models.CharField(max_length=80, blank=True)
    network = models.CharField(max_length=45, blank=True)
    what = models.CharField(max_length=10)

    holds = Holds(
        subject="requester", purpose="to show who opened a package", retention="as the package", export="on the package's page", erasure="row deleted",
        personal={"at": "when", "browser": "to recognise it", "network": "to recognise it; the address shortened"}, plain={"package", "what"},
    )  # fmt: skip

    class Meta:
        ordering = ["-at"]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _lock(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"package:{secret}".encode("utf-8", "replace")).digest()))


__all__ = ["GOOD_FOR", "InvalidToken", "Opening", "Package"]
