"""People who asked to be told when the policy, the terms or the register change."""

import hashlib
import secrets
from typing import Self

from django.db import models
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel


class WatcherQuerySet(models.QuerySet["Watcher"]):
    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def ask(self, email: str) -> "tuple[Watcher, str]":
        """Remember that this address was typed, with a fresh token for its letter. Nobody is told anything yet."""
        token = secrets.token_urlsafe(24)
        watcher, _ = self.update_or_create(email=email.strip().lower(), defaults={"token_hash": hash_of(token), "asked_at": timezone.now()})  # fmt: skip
        return watcher, token

    def with_token(self, token: str) -> "Watcher | None":
        return self.filter(token_hash=hash_of(token)).first()


class Watcher(ControlModel):
    """One address. Without `confirmed_at` its owner has not said yes, and it is swept after a week."""

    email = models.EmailField(unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = WatcherQuerySet.as_manager()

    holds = Holds(
        subject="visitor", purpose="to tell those who asked when our rules or helpers change",
        retention="until they stop it; 7 days without a yes", export="account", erasure="row deleted",
        personal={"email": "where to write"}, plain={"token_hash", "asked_at", "confirmed_at"},
    )  # fmt: skip

    def confirm(self) -> None:
        """The owner of the address said yes. Repeating it changes nothing."""
        Watcher.objects.filter(pk=self.pk, confirmed_at__isnull=True).update(confirmed_at=timezone.now())


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
