"""How far we know of a thing at the provider."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.payments.models.payer import Payer
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel


class WatermarkQuerySet(models.QuerySet["Watermark"]):
    def version_of(self, ref: str) -> int:
        """What to read before fetching a thing: it must be the same when the thing is written down."""
        return self.filter(ref=ref).values_list("version", flat=True).first() or 0

    def live(self) -> Self:
        """Orders that run."""
        return self.filter(kind=Watermark.Kind.ORDER).exclude(Q(status="canceled") | Q(status="incomplete"))


class Watermark(ControlModel):
    """The state of one order or bill that was told last, with a number that grows each time.

    A state counts only if the number did not move while it was fetched: so what we know never goes back, however messages
    are mixed. An order that has ended stays ended.
    """

    class Kind(models.TextChoices):
        ORDER = "order"
        BILL = "bill"

    ref = models.CharField(max_length=80, unique=True)
    payer = models.ForeignKey(Payer, on_delete=models.CASCADE, related_name="watermarks")
    kind = models.CharField(max_length=5, choices=Kind)
    version = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WatermarkQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to know the newest state of an order, in whatever order messages come",
        retention="as long as the payer is known", export="no", erasure="row deleted with the payer",
        personal={"payer": "whose order"}, plain={"ref", "kind", "version", "status", "digest", "seen_at", "ended_at"},
    )  # fmt: skip
