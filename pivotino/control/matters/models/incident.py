"""A breach of security, from the moment we knew of it: the register, its updates and its notices."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel

FIRST_NUMBER = 101
# The Commissioner may ask for the register for so long.
KEPT = timedelta(days=2 * 366)


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class Incident(ControlModel):
    """`aware_at` starts the clocks of `laws.toml`. `people` and `kinds` are the latest estimate; they may grow."""

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=160)
    aware_at = models.DateTimeField()
    happened = models.TextField(max_length=4000)
    people = models.PositiveIntegerField(default=0)
    kinds = models.JSONField(default=list)
    laws = models.JSONField(default=list)
    unreadable = models.BooleanField(default=False)
    as_processor = models.BooleanField(default=False)
    measures = models.TextField(max_length=4000, blank=True)
    by = models.CharField(max_length=160)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = IncidentQuerySet.as_manager()

    holds = Holds(
        subject="staff", purpose="to keep the register of breaches the law asks for", retention="two years after it is closed",
        export="no: by request", erasure="kept by law",
        personal={"happened": "may name people", "measures": "may name people", "by": "who of us noted it", "title": "may name somebody"},
        plain={"number", "aware_at", "people", "kinds", "laws", "unreadable", "as_processor", "closed_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"B-{self.number}"


class Update(ControlModel):
    """What was learned later. Rows are only added."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="updates")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=160)
    says = models.TextField(max_length=4000)

    holds = Holds(
        subject="staff", purpose="to tell the authority in phases what is known", retention="with the incident", export="no",
        erasure="kept by law", personal={"by": "who of us", "says": "may name people"}, plain={"incident", "at"},
    )  # fmt: skip

    class Meta:
        ordering = ["at"]


class IncidentNotice(ControlModel):
    """That somebody was told: the authority, the people, our customers. It stops the clock of that name under that law."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notices")
    law = models.CharField(max_length=10)
    clock = models.CharField(max_length=20)
    sent_at = models.DateTimeField()
    how = models.CharField(max_length=160)
    by = models.CharField(max_length=160)
    says = models.TextField(max_length=8000)

    holds = Holds(
        subject="staff", purpose="to show whom we told, when and what", retention="with the incident", export="no",
        erasure="kept by law", personal={"by": "who of us", "says": "what the letter said", "how": "may name an officer"},
        plain={"incident", "law", "clock", "sent_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["sent_at"]
        constraints = [
            # Customers may be told in turns: a database that was found later is told later.
            models.UniqueConstraint(
                fields=["incident", "law", "clock"], condition=~Q(clock="customers"), name="each_clock_stops_once"
            )
        ]


class Draft(ControlModel):
    """How a notice reads that is not sent yet. Each saving is a row; the last one counts."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="drafts")
    law = models.CharField(max_length=10)
    clock = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=160)
    says = models.TextField(max_length=8000)

    holds = Holds(
        subject="staff", purpose="to write a notice in steps, and to see who changed what", retention="with the incident",
        export="no", erasure="kept by law", personal={"by": "who of us wrote it", "says": "may name people"},
        plain={"incident", "law", "clock", "at"},
    )  # fmt: skip

    class Meta:
        ordering = ["at"]


class Touched(ControlModel):
    """A database of a customer that a breach touches, since when we know it, and when its owners were told."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="touched")
    # Without a foreign key, as with holds: the register outlives what our books say of the database.
    database = models.UUIDField()
    slug = models.CharField(max_length=40)
    known_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)

    holds = Holds(
        subject="subscriber", purpose="to tell exactly those whom it concerns", retention="with the incident", export="no: by request",
        erasure="kept by law", personal={"database": "whose database", "slug": "its address"}, plain={"incident", "known_at", "told_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["slug"]
        constraints = [models.UniqueConstraint("incident", "database", name="touched_once")]

    def __str__(self) -> str:
        return self.slug
