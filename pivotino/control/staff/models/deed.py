"""What staff did: who, what, why, for which ticket. Rows are only added, and each is sealed to the one before."""

import hashlib
import json
from typing import Any, Self
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance


class DeedTampered(RuntimeError):
    """A deed was changed or taken out after it was written. The message names the first place."""


class DeedQuerySet(models.QuerySet["Deed"]):
    def keep(self, *, by: str, account_id: UUID | None, what: str, why: str, ticket: str = "", instance: Instance | None = None, facts: dict[str, Any] | None = None) -> "Deed":  # fmt: skip
        """Write one deed down, in the caller's transaction: no deed, no effect. Deeds are written one after the other."""
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(7002)")
            last = self.order_by("-number").first()
            deed = Deed(
                number=(last.number if last else 0) + 1, at=timezone.now(), by=by, account_id=account_id, what=what, why=why,
                ticket=ticket, instance_id=instance.pk if instance else None, slug=instance.slug if instance else "",
                facts=facts or {},
            )  # fmt: skip
            deed.seal = deed.sealed_after(last.seal if last else "")
            deed.save(force_insert=True)
            return deed

    def verify(self) -> int:
        """Read every deed again in order and say how many there are; raises DeedTampered at the first wrong place."""
        seal, number = "", 0
        for deed in self.order_by("number").iterator():
            if deed.number != number + 1:
                raise DeedTampered(f"Between deed {number} and deed {deed.number} something is missing.")
            if deed.seal != deed.sealed_after(seal):
                raise DeedTampered(f"Deed {deed.number} does not read as it was written.")
            seal, number = deed.seal, deed.number
        return number

    def about(self, instance: Instance) -> Self:
        """What staff did to one instance, newest first."""
        return self.filter(instance_id=instance.pk).order_by("-number")


class Deed(ControlModel):
    """One deed of staff. `by` is the name they had then; `facts` are ids and numbers, never a customer's content."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=160)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    what = models.CharField(max_length=60)
    why = models.CharField(max_length=300)
    ticket = models.CharField(max_length=40, blank=True)
    instance = models.ForeignKey(Instance, null=True, on_delete=models.SET_NULL, related_name="deeds")
    slug = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    seal = models.CharField(max_length=64)

    objects = DeedQuerySet.as_manager()

    holds = Holds(
        subject="staff", purpose="to say who did what to a customer's database, and why", retention="ten years",
        export="no", erasure="kept; the account is unlinked",
        personal={"by": "who did it", "account": "who did it", "instance": "whose database", "slug": "its address then",
                  "why": "may name a customer"},
        plain={"number", "at", "what", "ticket", "facts", "seal"},
    )  # fmt: skip

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number} {self.what}"

    def sealed_after(self, seal: str) -> str:
        """The seal of this deed after the one with `seal`: over everything but links to rows that may go."""
        told = [self.number, self.at.isoformat(), self.by, self.what, self.why, self.ticket, self.slug, self.facts]
        return hashlib.sha256(f"{seal}\n{json.dumps(told, sort_keys=True)}".encode()).hexdigest()
