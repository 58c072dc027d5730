"""People who might become customers."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.prospects import rules
from pivotino.control.prospects.models.origin import Kind, Origin
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel

OWN = [kind.value for kind in Kind if rules.sort_of(kind.value).own]


class ProspectQuerySet(models.QuerySet["Prospect"]):
    def waiting(self) -> Self:
        """In quarantine: nobody of us cleared them yet."""
        return self.filter(cleared_at__isnull=True, account__isnull=True)

    def cleared(self) -> Self:
        return self.filter(cleared_at__isnull=False, account__isnull=True)

    def no_customers(self) -> Self:
        """Without those who have an account by now, linked already or not."""
        return self.filter(~Exists(Account.objects.filter(email=OuterRef("address"), is_active=True)), account__isnull=True)  # fmt: skip

    def asking(self) -> Self:
        """Those who wait for a demo, the longest first."""
        return self.filter(asked_at__isnull=False, answered_at__isnull=True, account__isnull=True).order_by("asked_at")

    def overdue(self, at: datetime) -> Self:
        """Untouched by then for as long as we keep such people."""
        return self.filter(touched_at__lt=at - rules.kept_for(told=True), account__isnull=True)

    def untold(self, at: datetime) -> Self:
        """Who by then would have to be told that we know them."""
        old = self.filter(written_at__isnull=True, touched_at__lt=at - rules.kept_for(told=False), account__isnull=True)
        return old.exclude(origin__kind__in=OWN)


class Prospect(ControlModel):
    """One person at one address. Without `cleared_at` in quarantine: nothing is written to them.

    `origin` is where the address came from; every other filled field has a Fact. `touched_at` is when we learned of them,
    wrote to them or heard of them last. `account` is set when they became a subscriber: then they are none any more.
    """

    address = models.EmailField(unique=True)
    name = models.CharField(max_length=160, blank=True)
    company = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=12, blank=True)
    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, related_name="prospects")
    created_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.CharField(max_length=160, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    account = models.OneToOneField(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    objects = ProspectQuerySet.as_manager()

    holds = Holds(
        subject="prospect", purpose="to tell people of Pivotino who may want it, and to answer who asked for a demo",
        retention="30 days while they do not know of it, a year after the last letter or request; both in rules.toml",
        export="look-up: by mail to the address alone", erasure="row deleted at once; a mark keeps them out",
        personal={"address": "where to write", "name": "how we greet", "company": "where they work", "phone": "to call back who asked for it",
                  "country": "whose law holds", "language": "which language to write in", "origin": "where we learned of them",
                  "cleared_by": "who of us cleared them", "account": "who they became"},
        plain={"created_at", "touched_at", "cleared_at", "written_at", "asked_at", "answered_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index("touched_at", name="prospect_by_touch"), models.Index("cleared_at", name="prospect_by_clearance")]  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=Q(cleared_at__isnull=True, cleared_by="") | (Q(cleared_at__isnull=False) & ~Q(cleared_by="")), name="prospect_cleared_by_somebody"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_told(self) -> bool:
        """They know that we hold them: they asked us themselves, or had a letter that says so."""
        return self.written_at is not None or self.origin.sort.own

    @property
    def expires_at(self) -> datetime:
        """When they are forgotten unless something happens before."""
        return self.touched_at + rules.kept_for(told=self.is_told)


class Fact(ControlModel):
    """Where the present value of one field of a prospect came from; `url` where that is not the origin's own address."""

    prospect = models.ForeignKey(Prospect, on_delete=models.CASCADE, related_name="facts")
    field = models.CharField(max_length=20)
    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, related_name="facts")
    url = models.URLField(max_length=500, blank=True)

    holds = Holds(
        subject="prospect", purpose="to say of every single fact where it came from", retention="as long as the prospect",
        export="look-up: by mail to the address alone", erasure="row deleted with the prospect",
        personal={"prospect": "about whom", "origin": "where it came from", "url": "where it was found"}, plain={"field"},
    )  # fmt: skip

    class Meta:
        ordering = ["prospect", "field"]
        constraints = [models.UniqueConstraint("prospect", "field", name="fact_once_a_field")]
