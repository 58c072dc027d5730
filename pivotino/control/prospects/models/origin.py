"""Where we learned of somebody: without a row of these there is no prospect."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.prospects.rules import Sort, sort_of
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel


class Kind(models.TextChoices):
    """The kinds of sources the policy names, and those by which people come to us."""

    INTEREST_GROUP = "interest-group", "Interest group"
    DOMAIN = "domain-ownership", "Domain ownership"
    SOCIAL = "social-subscription", "Social subscription"
    PUBLIC_WEB = "public-web", "Public web"
    REFERRAL = "referral", "Referral"
    API = "api", "API"
    DEMO = "demo-request", "Demo request"


class Basis(models.TextChoices):
    """Why we may hold an address and, where the country's law agrees, write to it."""

    CONSENT = "consent", "They agreed to letters, and we can prove it"
    REQUEST = "request", "They asked us something"
    INTEREST = "interest", "Our legitimate interest, weighed in a note"


HARVESTED = tuple(kind.value for kind in Kind if sort_of(kind.value).harvested)


class OriginQuerySet(models.QuerySet["Origin"]):
    def unused(self) -> Self:
        """Those nobody came from who is still here."""
        return self.filter(prospects__isnull=True, facts__isnull=True)


class Origin(ControlModel):
    """One list, page, request or friend by which we learned of people. Never changed.

    `note` weighs a legitimate interest or says where the proof of a consent lies. `allowed_by` is the officer who allowed
    a list of addresses that nobody handed over.
    """

    kind = models.CharField(max_length=24, choices=Kind)
    detail = models.CharField(max_length=200)
    url = models.URLField(max_length=500)
    day = models.DateField()
    basis = models.CharField(max_length=10, choices=Basis)
    note = models.CharField(max_length=500, blank=True)
    allowed_by = models.CharField(max_length=160, blank=True)
    by = models.CharField(max_length=160)
    at = models.DateTimeField(default=timezone.now)

    objects = OriginQuerySet.as_manager()

    holds = Holds(
        subject="prospect", purpose="to say where we learned of somebody, to them and to whoever asks us to prove it",
        retention="as long as somebody of it is kept", export="look-up: by mail to the address alone", erasure="row deleted with the last person of it",
        personal={"detail": "may name who recommended us", "note": "may name a proof", "allowed_by": "which officer", "by": "who brought it"},
        plain={"kind", "url", "day", "basis", "at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~Q(detail="") & ~Q(url=""), name="origin_is_named"),
            models.CheckConstraint(condition=~Q(kind__in=HARVESTED) | ~Q(allowed_by=""), name="origin_harvested_is_allowed"),
            models.CheckConstraint(condition=Q(basis="request") | Q(kind="demo-request") | ~Q(note=""), name="origin_basis_is_reasoned"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.detail}"

    @property
    def sort(self) -> Sort:
        return sort_of(self.kind)

    def sentence(self) -> str:
        """Where the address comes from, in the words the person reads; nothing where that is not known."""
        if not (self.detail and self.url):
            return ""
        return self.sort.says.format(detail=self.detail, url=self.url, day=f"{self.day:%-d %B %Y}")

    def note_of_fact(self, url: str = "") -> str:
        """Where one fact beside the address comes from; `url` where it was found elsewhere than the rest."""
        return f"{self.get_kind_display()} “{self.detail}”, {url or self.url}, {self.day:%-d %B %Y}."
