"""A disclosure: which fields of which records go to an authority, who prepared it, who approved it, who has it now."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from pivotino.control.matters.models.matter import Matter
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance

# What the chain of custody says when a package leaves our machines.
TAKEN = "taken away"


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def left(self) -> Self:
        """Those of which a package went out, whatever became of it."""
        return self.filter(models.Exists(Custody.objects.filter(disclosure=models.OuterRef("pk"), what=TAKEN)))

    def untold(self) -> Self:
        """Those whom it concerns do not know yet, though the data is out."""
        return self.left().filter(told_at__isnull=True)


class Disclosure(ControlModel):
    """It is prepared by one and approved by another, who takes the package away once. `package` is how often it was made.

    A matter may be refused instead; both count in public.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="disclosures")
    instance_id = models.UUIDField(null=True, blank=True)
    slug = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    prepared_id = models.UUIDField()
    prepared_by = models.CharField(max_length=160)
    prepared_at = models.DateTimeField(null=True, blank=True)
    approved_id = models.UUIDField(null=True, blank=True)
    approved_by = models.CharField(max_length=160, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=300, blank=True)
    package = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_to = models.CharField(max_length=160, blank=True)
    handed_how = models.CharField(max_length=160, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = DisclosureQuerySet.as_manager()

    holds = Holds(
        subject="whoever an order is about", purpose="to keep a list of what was handed to whom, as the law asks",
        retention="with the matter", export="no: by request", erasure="kept by law",
        personal={"instance_id": "whose database", "slug": "its address", "email": "whom it is about, to tell them",
                  "prepared_id": "who of us", "prepared_by": "who of us", "approved_id": "who of us", "approved_by": "who of us",
                  "handed_to": "who got it", "refused_why": "may name people", "key": "opens the package"},
        plain={"matter", "prepared_at", "approved_at", "refused_at", "package", "made_at", "bytes", "rows", "sha256",
               "taken_at", "handed_at", "handed_how", "told_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-matter__number", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_id__isnull=True) | ~Q(approved_id=F("prepared_id")), name="two_disclose"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.slug or self.email

    @property
    def path(self) -> Path:
        return Path(settings.VAR_DIR) / "disclosures" / f"{self.id.hex}.{self.package}.sealed"

    @property
    def name(self) -> str:
        """The name of the package when it is taken away."""
        return f"{self.matter}-{self.id.hex[-6:]}-{self.package}.zip"

    @property
    def instance(self) -> Instance | None:
        return Instance.objects.filter(pk=self.instance_id).first() if self.instance_id else None

    @property
    def left_at(self) -> datetime | None:
        """When a package last went out."""
        last = self.custody.filter(what=TAKEN).last()
        return last.at if last else None

    @property
    def contents(self) -> str:
        """A fingerprint of what is chosen, so that nobody says yes to something else than what they read."""
        said = list(self.items.values_list("kind", "fields", "ids", "about", "by_dates"))
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    @property
    def state(self) -> str:
        for at, word in (
            (self.refused_at, "refused"), (self.handed_at, "handed over"), (self.taken_at, "taken away"),
            (self.made_at, "package is ready"), (self.approved_at, "package is being made"),
            (self.prepared_at, "waits for a second person"),
        ):  # fmt: skip
            if at:
                return word
        return "being prepared"

    def note(self, what: str, *, by: str, says: str = "") -> "Custody":
        """One more line of who had it when."""
        return self.custody.create(what=what, by=by, says=says[:300])


class Item(ControlModel):
    """Some fields of some records of one kind. Nothing else leaves. At least one of the three conditions is said."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=80)
    fields = models.JSONField(default=list)
    ids = models.JSONField(default=list, blank=True)
    about = models.CharField(max_length=254, blank=True)
    by_dates = models.BooleanField(default=False)

    holds = Holds(
        subject="whoever an order is about", purpose="to say exactly what an order reaches", retention="with the matter",
        export="no: by request", erasure="kept by law",
        personal={"ids": "which records, by ids that name nobody", "about": "an address the records name"},
        plain={"disclosure", "kind", "fields", "by_dates"},
    )  # fmt: skip

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(self.fields)}; {self.condition}"

    @property
    def condition(self) -> str:
        """Which records, in words."""
        said: list[Any] = [f"records by number: {len(self.ids)}" if self.ids else "", f"that name {self.about}" if self.about else "",
                           "within the dates of the matter" if self.by_dates else ""]  # fmt: skip
        return ", ".join(one for one in said if one)


class Custody(ControlModel):
    """Who did what with a package, and when. Rows are only added."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="custody")
    what = models.CharField(max_length=40)
    by = models.CharField(max_length=160)
    at = models.DateTimeField(default=timezone.now)
    says = models.CharField(max_length=300, blank=True)

    holds = Holds(
        subject="staff", purpose="to show through whose hands data went", retention="with the matter", export="no",
        erasure="kept by law", personal={"by": "who of us", "says": "may name who got it"}, plain={"disclosure", "what", "at"},
    )  # fmt: skip

    class Meta:
        ordering = ["at", "pk"]
