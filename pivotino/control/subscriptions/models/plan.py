"""What can be subscribed to."""

import tomllib
from pathlib import Path
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Max, Q
from django.utils import timezone

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import ControlModel

FILE = Path(__file__).parent.parent / "plans.toml"


class PlanQuerySet(models.QuerySet["Plan"]):
    def published(self) -> Self:
        """What is on offer now, in the order in which it is shown."""
        return self.filter(published=True).order_by("place")

    def load(self, file: Path = FILE) -> int:
        """Take in what the file says. A plan that reads differently becomes a new version; says how many did."""
        rows = tomllib.loads(file.read_text(encoding="utf-8"))["plan"]
        with transaction.atomic():
            return sum(self._publish(place, row) for place, row in enumerate(rows))

    def _publish(self, place: int, row: dict[str, Any]) -> bool:
        said = {"place": place, **row}
        now = self.filter(code=row["code"], published=True).first()
        if now and all(getattr(now, name) == value for name, value in said.items()):
            return False
        latest = self.filter(code=row["code"]).aggregate(Max("version"))["version__max"] or 0
        self.filter(code=row["code"], published=True).update(published=False)
        self.create(version=latest + 1, **said)
        return True


class Plan(ControlModel):
    """One version of a plan. It never changes: whoever subscribed to it keeps what it said.

    Prices are in the smallest unit of the currency; `per_seat` means times the people with access. `duration_days` ends a
    trial; 0 lasts. `trial_days` of a paid plan is how long it may be tried first.
    """

    class Kind(models.TextChoices):
        TRIAL = "trial", "Trial"
        FREE = "free", "Free"
        PAID = "paid", "Paid"

    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    place = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind)
    price_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="USD")
    period = models.CharField(max_length=8, default="ever")
    per_seat = models.BooleanField(default=False)
    duration_days = models.PositiveSmallIntegerField(default=0)
    trial_days = models.PositiveSmallIntegerField(default=0)
    seats_at_most = models.PositiveSmallIntegerField(default=0)
    blurb = models.CharField(max_length=300, blank=True)
    points = models.JSONField(default=list, blank=True)
    published = models.BooleanField(default=True)
    since = models.DateTimeField(default=timezone.now)

    objects = PlanQuerySet.as_manager()

    holds = Nothing(
        "to say what a subscription costs and includes",
        plain={"code", "version", "place", "name", "kind", "price_minor", "currency", "period", "per_seat", "duration_days",
               "trial_days", "seats_at_most", "blurb", "points", "published", "since"},
    )  # fmt: skip

    class Meta:
        ordering = ["place", "version"]
        constraints = [
            models.UniqueConstraint("code", "version", name="plan_version_once"),
            models.UniqueConstraint("code", condition=Q(published=True), name="one_published_version"),
            models.CheckConstraint(condition=Q(kind="paid") | Q(price_minor=0), name="only_paid_plans_cost"),
            models.CheckConstraint(condition=~Q(kind="trial") | Q(duration_days__gt=0), name="a_trial_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"
