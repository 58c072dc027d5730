"""Visits to the provider's pages."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance

# The provider's page of a checkout may be opened for a day; one is used again for so long.
USED_AGAIN = timedelta(minutes=30)


class VisitQuerySet(models.QuerySet["Visit"]):
    def open_checkouts(self) -> Self:
        return self.filter(kind=Visit.Kind.CHECKOUT, over_at__isnull=True)

    def fresh(self, what: str) -> "Visit | None":
        """A checkout for the same, begun a moment ago: pressing twice is one visit."""
        return self.open_checkouts().filter(what=what, made_at__gt=timezone.now() - USED_AGAIN).first()


class Visit(ControlModel):
    """Somebody was sent to the provider's pages, to pay for `what` or to look after how they pay. `url` is forgotten after."""

    class Kind(models.TextChoices):
        CHECKOUT = "checkout"
        PORTAL = "portal"

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="visits")
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    what = models.CharField(max_length=200, blank=True)
    ref = models.CharField(max_length=120, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    over_at = models.DateTimeField(null=True, blank=True)
    order_ref = models.CharField(max_length=80, blank=True)

    objects = VisitQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to send somebody to the payment page and to know them when they come back",
        retention="30 days", export="no", erasure="row deleted with the database",
        personal={"account": "who was sent", "instance": "for which company", "url": "opens that one payment page"},
        plain={"kind", "what", "ref", "made_at", "over_at", "order_ref"},
    )  # fmt: skip

    class Meta:
        indexes = [models.Index("made_at", name="visit_by_time")]

    def end(self, order_ref: str = "") -> None:
        """The page is done with."""
        self.over_at, self.url, self.order_ref = timezone.now(), "", order_ref
        self.save(update_fields=["over_at", "url", "order_ref"])
