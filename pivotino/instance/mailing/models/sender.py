"""In whose name a mailing goes, and through which mail server."""

import secrets
from email.utils import formataddr
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.utils import timezone

from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import record
from pivotino.instance.mailing.sealing import CannotOpen, seal, unseal
from pivotino.instance.members.models import Member
from pivotino.kit.diffs import as_json, changes
from pivotino.kit.holds import Holds
from pivotino.tenancy import atomic
from pivotino.tenancy.models import InstanceModel

# There is one sender, and it has this id.
ONLY = UUID("0198f0aa-0000-7000-8000-00000000ca11")
FACTS = ("name", "address", "postal", "host", "port", "security", "user")
# Another of these, and what a test letter proved is proved no more.
ROAD = frozenset({"address", "host", "port", "security", "user"})


def fresh_key() -> str:
    return secrets.token_hex(32)


class Security(models.TextChoices):
    STARTTLS = "starttls", "STARTTLS (usual with port 587)"
    TLS = "tls", "TLS from the start (usual with port 465)"
    NONE = "none", "None: everybody on the way can read it"


class Sender(InstanceModel):
    """The company as the sender of its mailings. It answers for them, so they carry its name, its address and no other.

    `postal` is what the law wants at the end of every letter. `proven_at` is set by a test letter that the mail server
    took, and unset by another road. `key` makes the marks of who is not written to; it stays with the customer's data.
    """

    name = models.CharField(max_length=120, blank=True)
    address = models.EmailField(max_length=254, blank=True)
    postal = models.TextField(max_length=500, blank=True)
    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=8, choices=Security, default=Security.STARTTLS)
    user = models.CharField(max_length=254, blank=True)
    proven_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=64, default=fresh_key)

    # What sort of record this is, for its history; nobody's own, so only those who keep settings see it.
    kind: ClassVar[str] = "mailing_sender"
    owner_id: ClassVar[None] = None

    holds = Holds(
        subject="member", purpose="to send mailings in the customer's own name", retention="until changed", export="mailing",
        erasure="emptied with the company",
        personal={"name": "may name a person", "address": "who is written from", "postal": "may be where somebody lives",
                  "user": "who signs in at the mail server"},
        plain={"host", "port", "security", "proven_at", "key"},
    )  # fmt: skip

    def __str__(self) -> str:
        return formataddr((self.name, self.address))

    @classmethod
    def ours(cls) -> Self:
        """The one sender, as it stands; an empty one, not kept yet, before anybody said anything."""
        return cls.objects.filter(pk=ONLY).first() or cls(pk=ONLY)

    @property
    def is_ready(self) -> bool:
        """True once somebody said who writes, from where, and a test letter went through."""
        return bool(self.name and self.address and self.postal and self.host and self.proven_at)

    @property
    def has_password(self) -> bool:
        return Password.objects.exclude(sealed="").exists()

    def change(self, *, by: Member, password: str = "", **fields: Any) -> Event | None:
        """Keep what differs, as `mailing_sender.changed`; None when nothing does. An empty password leaves the one that is there."""
        with atomic():
            before = {field: getattr(self, field) for field in FACTS}
            for field, value in fields.items():
                setattr(self, field, value)
            found = changes(before, {field: getattr(self, field) for field in FACTS})
            other = {change.field for change in found}
            if password or other & ROAD:
                self.proven_at = None
            # Another server or another user never gets the password of the one before.
            if other & {"host", "user"}:
                Password.objects.all().delete()
            if not (found or password):
                return None
            self.save()
            if password:
                Password.objects.update_or_create(pk=ONLY, defaults={"sender": self, "sealed": seal(password)})
            return record("mailing_sender.changed", self, by=by, changes=as_json(found), password=bool(password))

    def password(self) -> str:
        """What was typed for the mail server, or nothing; raises CannotOpen."""
        kept = Password.objects.exclude(sealed="").filter(pk=ONLY).first()
        if kept is None and self.user:
            raise CannotOpen("The password of the mail server has to be typed again.")
        return unseal(kept.sealed) if kept else ""

    def prove(self) -> None:
        """A test letter went through."""
        self.proven_at = timezone.now()
        self.save(update_fields=["proven_at"])


class Password(InstanceModel):
    """The sealed password of the mail server. It never leaves with an export, and never shows."""

    sender = models.OneToOneField(Sender, on_delete=models.CASCADE, related_name="+")
    sealed = models.TextField()

    holds = Holds(
        subject="member", purpose="to hand letters to the customer's mail server", retention="until another one is typed",
        export="no: a secret", erasure="deleted", personal={"sealed": "a secret of the customer"}, plain={"sender"},
    )  # fmt: skip
