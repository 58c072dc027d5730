"""A matter: who ordered what, by which paper, for how long, and whether we may speak of it."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel

# A quarter, and the days that make a quarter of any four months.
QUARTER = timedelta(days=92)
# As the books; counted from when it was closed.
KEPT = timedelta(days=7 * 366)
FIRST_NUMBER = 1001


class MatterQuerySet(models.QuerySet["Matter"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def sayable(self) -> Self:
        """Those we may speak of today."""
        over = Q(gag=Matter.Gag.UNTIL, gag_until__lt=timezone.localdate())
        return self.filter(Q(gag=Matter.Gag.NONE) | over)


class Matter(ControlModel):
    """One order or claim. `requester` brought it in, `reviewer` looks at it every quarter; they are never the same."""

    class Sort(models.TextChoices):
        COURT = "court", "Court order"
        POLICE = "police", "Police or prosecutor"
        REGULATOR = "regulator", "Regulator or tax office"
        EMERGENCY = "emergency", "Danger to somebody's life"
        CLAIM = "claim", "A claim of ours or against us"

    class Gag(models.TextChoices):
        NONE = "none", "No"
        UNTIL = "until", "Until a day"
        OPEN = "open", "Yes, without an end"

    number = models.PositiveIntegerField(unique=True)
    sort = models.CharField(max_length=9, choices=Sort)
    authority = models.CharField(max_length=160)
    instrument = models.CharField(max_length=160)
    jurisdiction = models.CharField(max_length=2)
    scope = models.TextField(max_length=2000)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(default=timezone.localdate)
    expires_on = models.DateField(null=True, blank=True)
    review_on = models.DateField()
    gag = models.CharField(max_length=5, choices=Gag, default=Gag.NONE)
    gag_until = models.DateField(null=True, blank=True)
    ticket = models.CharField(max_length=40, blank=True)
    requester_id = models.UUIDField()
    requester = models.CharField(max_length=160)
    reviewer_id = models.UUIDField()
    reviewer = models.CharField(max_length=160)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = MatterQuerySet.as_manager()

    holds = Holds(
        subject="whoever an order is about", purpose="to keep to the law, and to be able to show that we did",
        retention="seven years after it is closed", export="no: by request", erasure="kept by law",
        personal={"scope": "may name people", "requester": "who of us brought it in", "requester_id": "the same",
                  "reviewer": "who of us reviews it", "reviewer_id": "the same", "authority": "may name an officer"},
        plain={"number", "sort", "instrument", "jurisdiction", "from_on", "until_on", "received_on", "expires_on", "review_on",
               "gag", "gag_until", "ticket", "closed_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=~Q(requester_id=F("reviewer_id")), name="a_matter_is_reviewed_by_another"),
            models.CheckConstraint(
                condition=Q(gag="until") ^ Q(gag_until__isnull=True), name="a_gag_until_a_day_names_it"
            ),
        ]

    def __str__(self) -> str:
        return f"M-{self.number}"

    @property
    def is_gagged(self) -> bool:
        """True while we may not speak of it."""
        if self.gag == self.Gag.UNTIL:
            return bool(self.gag_until and self.gag_until >= timezone.localdate())
        return self.gag == self.Gag.OPEN

    @property
    def review_is_late(self) -> bool:
        return self.closed_at is None and self.review_on < timezone.localdate()

    def covers(self, day: date) -> bool:
        """Whether a day lies within the dates of the order; open ends are open."""
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day <= self.until_on)


class Review(ControlModel):
    """Somebody looked whether the matter still has to go on. Rows are only added."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="reviews")
    by = models.CharField(max_length=160)
    at = models.DateTimeField(default=timezone.now)
    says = models.CharField(max_length=300)

    holds = Holds(
        subject="staff", purpose="to show that no hold outlives its reason", retention="with the matter", export="no",
        erasure="kept with the matter", personal={"by": "who of us looked", "says": "may name people"}, plain={"matter", "at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-at"]
