"""The company an instance belongs to, and what other currencies are worth to it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import InstanceModel


class Company(InstanceModel):
    """The one row that says whose instance this is and how it counts days and money.

    `currency` is the base currency, an ISO code; `zone` decides when a day starts and ends; `days_due` is how long an
    activity may take, `days_to_lost` how long after its last activity an opportunity is given up (both in days).
    """

    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=64, default="Asia/Kuala_Lumpur")
    industry = models.CharField(max_length=80, blank=True)
    days_due = models.PositiveSmallIntegerField(default=7)
    days_to_lost = models.PositiveSmallIntegerField(default=7)
    target_minor = models.BigIntegerField(default=0)
    set_up_at = models.DateTimeField(null=True, blank=True)

    # What sort of record this is, for its history.
    kind: ClassVar[str] = "company"

    holds = Nothing(
        "to know the company whose instance this is",
        plain={
            "name",
            "country",
            "currency",
            "zone",
            "industry",
            "days_due",
            "days_to_lost",
            "target_minor",
            "set_up_at",
        },
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days_due__gte=1, days_due__lte=365), name="company_days_due_sane"),
            models.CheckConstraint(
                condition=Q(days_to_lost__gte=1, days_to_lost__lte=365), name="company_days_to_lost_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_id(self) -> None:
        """Nobody owns the company: what happens to it concerns everybody who may see settings."""
        return None


class Rate(InstanceModel):
    """What one unit of a currency is worth in the base currency from a day on. The base currency is always 1."""

    currency = models.CharField(max_length=3)
    since = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)

    holds = Nothing("to add up amounts of several currencies", plain={"currency", "since", "rate"})

    class Meta:
        constraints = [
            models.UniqueConstraint("currency", "since", name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
        ]

    @property
    def said(self) -> str:
        """The rate without the zeros it is padded with."""
        return f"{self.rate.normalize():f}"
