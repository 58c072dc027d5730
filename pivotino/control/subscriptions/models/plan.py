"""What can be subscribed to."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from pivotino.control.subscriptions.models.offering import Offering
from pivotino.kit.holds import Nothing
from pivotino.kit.money import UnknownCurrency, digits


class Plan(Offering):
    """One version of a plan.

    `per_seat` means times the people it is paid for. `seats_at_most` is with how many people more may be invited (0: any
    number); it never locks anybody out. `duration_days` ends a trial; 0 lasts. `trial_days` of a paid plan is how long it may
    be tried first.
    """

    class Kind(models.TextChoices):
        TRIAL = "trial", "Trial"
        FREE = "free", "Free"
        PAID = "paid", "Paid"

    class Period(models.TextChoices):
        MONTH = "month", "Month"
        YEAR = "year", "Year"
        EVER = "ever", "For good"

    SECTION = "plan"
    KEPT = (*Offering.KEPT, "kind", "period", "per_seat", "duration_days", "trial_days", "seats_at_most", "points")

    kind = models.CharField(max_length=8, choices=Kind)
    period = models.CharField(max_length=8, choices=Period, default=Period.EVER)
    per_seat = models.BooleanField(default=False)
    duration_days = models.PositiveSmallIntegerField(default=0)
    trial_days = models.PositiveSmallIntegerField(default=0)
    seats_at_most = models.PositiveSmallIntegerField(default=0)
    points = models.JSONField(default=list, blank=True)

    holds = Nothing(
        "to say what a subscription costs and includes",
        plain={"code", "version", "place", "name", "kind", "prices", "period", "per_seat", "duration_days", "trial_days",
               "seats_at_most", "blurb", "points", "published", "since", "by", "why", "retired_by", "retired_why"},
    )  # fmt: skip

    class Meta(Offering.Meta):
        constraints = [
            *Offering.Meta.constraints,
            models.CheckConstraint(condition=~Q(kind="trial") | Q(duration_days__gt=0), name="a_trial_ends"),
            models.CheckConstraint(condition=~Q(kind="paid") | ~Q(period="ever"), name="a_paid_plan_has_a_period"),
        ]

    def clean(self) -> None:
        """Only paid plans cost, and in currencies that exist."""
        if bool(self.prices) != (self.kind == self.Kind.PAID):
            raise ValidationError("A paid plan has prices, and no other plan has any.")
        check_prices(self.prices)

    @property
    def is_paid(self) -> bool:
        return self.kind == self.Kind.PAID

    @property
    def lasts(self) -> str:
        """How long it goes on, in words."""
        if self.duration_days:
            return f"{self.duration_days} days"
        return {"month": "Month by month", "year": "Year by year"}.get(self.period, "For good")


def check_prices(prices: dict[str, int]) -> None:
    """Raise ValidationError unless these are amounts in currencies that exist."""
    for currency, minor in prices.items():
        try:
            digits(currency)
        except UnknownCurrency:
            raise ValidationError(f"{currency} is no currency.") from None
        if not isinstance(minor, int) or isinstance(minor, bool) or minor <= 0:
            raise ValidationError(f"The price in {currency} is a whole number of its smallest unit, above zero.")
