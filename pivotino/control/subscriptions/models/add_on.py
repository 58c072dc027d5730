"""What can be had beside a plan."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pivotino.control.subscriptions.models.offering import Offering
from pivotino.control.subscriptions.models.plan import check_prices
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import ControlModel, Instance


class AddOn(Offering):
    """One version of an add-on.

    An extension has a price a month and lasts as long as it is paid; `seats` is how many more people it lets one invite. A
    promotion has no price and lasts `duration_days`: days of trial we give.
    """

    class Kind(models.TextChoices):
        EXTENSION = "extension", "Extension"
        PROMOTION = "promotion", "Promotion"

    SECTION = "add_on"
    KEPT = (*Offering.KEPT, "kind", "duration_days", "seats", "listed")

    kind = models.CharField(max_length=10, choices=Kind)
    duration_days = models.PositiveSmallIntegerField(default=0)
    seats = models.PositiveSmallIntegerField(default=0)
    listed = models.BooleanField(default=True)  # False: only staff give it

    holds = Nothing(
        "to say what may be had beside a plan",
        plain={"code", "version", "place", "name", "kind", "prices", "duration_days", "seats", "listed", "blurb", "published",
               "since", "by", "why", "retired_by", "retired_why"},
    )  # fmt: skip

    class Meta(Offering.Meta):
        constraints = [
            *Offering.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind="extension", duration_days=0) | Q(kind="promotion", duration_days__gt=0),
                name="only_a_promotion_has_days",
            ),
        ]

    def clean(self) -> None:
        """An extension has a price and no days, a promotion has days and no price."""
        extension = self.kind == self.Kind.EXTENSION
        if bool(self.prices) != extension or bool(self.duration_days) == extension:
            raise ValidationError("An extension has a price and no days; a promotion has days and no price.")
        check_prices(self.prices)


class Addition(ControlModel):
    """An add-on that an instance has or had. No `until` lasts."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="additions")
    add_on = models.ForeignKey(AddOn, on_delete=models.PROTECT, related_name="additions")
    currency = models.CharField(max_length=3, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=300, blank=True)
    noted_at = models.DateTimeField(db_default=Now())

    holds = Holds(
        subject="subscriber", purpose="to know what was ordered beside the plan", retention="as long as the books must be kept",
        export="account", erasure="row deleted with the database",
        personal={"instance": "for which company", "by": "who of us gave it"},
        plain={"add_on", "currency", "quantity", "since", "until", "why", "noted_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["instance", "-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("since")), name="addition_ends_later"
            ),
        ]
