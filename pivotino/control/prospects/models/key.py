"""Keys with which a program of ours hands prospects in. None of them reads anything."""

import hashlib
import secrets
from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import ControlModel

BEGINS = "pvk_"


class KeyQuerySet(models.QuerySet["Key"]):
    def issue(self, name: str, *, days: int, by: str) -> "tuple[Key, str]":
        """A new key and its secret, which is shown once and kept as a hash only."""
        secret = BEGINS + secrets.token_urlsafe(32)
        key = self.create(name=name, by=by, hash=hash_of(secret), hint=secret[-4:], expires_at=timezone.now() + timedelta(days=days))  # fmt: skip
        return key, secret

    def with_secret(self, secret: str) -> "Key | None":
        return self.filter(hash=hash_of(secret)).first()

    def living(self) -> Self:
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())


class Key(ControlModel):
    """One key: whom it is for, who issued it, until when. Its secret is nowhere."""

    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    by = models.CharField(max_length=160)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = KeyQuerySet.as_manager()

    holds = Holds(
        subject="staff", purpose="to know which program hands in prospects, and to stop it", retention="a year after its end", export="no", erasure="row deleted",
        personal={"by": "who issued it"}, plain={"name", "hash", "hint", "made_at", "expires_at", "revoked_at", "used_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def standing(self) -> str:
        """In a word: living, revoked or expired."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= timezone.now() else "living"

    def revoke(self) -> None:
        """It opens nothing any more. Repeating it changes nothing."""
        Key.objects.filter(pk=self.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())


class Call(ControlModel):
    """One call that was answered, so that the same one again gets the same answer for a day."""

    key = models.ForeignKey(Key, on_delete=models.CASCADE, related_name="calls")
    idempotency = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    holds = Nothing("to answer a repeated call like the first one", plain={"key", "idempotency", "fingerprint", "at"})

    class Meta:
        constraints = [models.UniqueConstraint("key", "idempotency", name="call_once_a_key")]


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
