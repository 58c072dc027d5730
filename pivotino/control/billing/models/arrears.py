"""A bill that is not paid, and what follows when."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance

A_WEEK = timedelta(days=7)


class ArrearsQuerySet(models.QuerySet["Arrears"]):
    def open(self) -> Self:
        """What is still owed."""
        return self.filter(settled_at__isnull=True)

    def due(self, now: datetime) -> Self:
        """Those that have to go on: a stage has ended, or the last week before the end has begun."""
        stage = Arrears.Stage
        return self.open().filter(
            Q(stage=stage.TRYING, grace_from__lte=now)
            | Q(stage=stage.GRACE, read_only_from__lte=now)
            | Q(stage=stage.READ_ONLY, ends_at__lte=now)
            | Q(stage=stage.READ_ONLY, warned=False, ends_at__lte=now + A_WEEK)
        )

    def of(self, instance: Instance) -> "Arrears | None":
        """What this instance owes now."""
        return self.open().filter(instance_id=instance.pk).first()


class Arrears(ControlModel):
    """One unpaid bill of an instance. The dates were told in letters when it began, so they are kept here.

    Settled rows stay as history. `settled_how` says whether it was paid, waived by staff, or given up for the free plan.
    """

    class Stage(models.TextChoices):
        TRYING = "past_due", "Payment is tried again"
        GRACE = "grace", "Grace"
        READ_ONLY = "suspended", "Read-only"
        ENDED = "terminated", "Ended"

    class Settled(models.TextChoices):
        PAID = "paid", "Paid"
        FREE = "free", "Went on with the free plan"
        WAIVED = "waived", "Waived"

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="arrears")
    bill_ref = models.CharField(max_length=120)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    pay_at = models.URLField(max_length=600, blank=True)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.TRYING)
    warned = models.BooleanField(default=False)
    began_at = models.DateTimeField(default=timezone.now)
    grace_from = models.DateTimeField()
    read_only_from = models.DateTimeField()
    ends_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_how = models.CharField(max_length=8, choices=Settled, blank=True)
    settled_by = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=300, blank=True)

    objects = ArrearsQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to ask for what is owed, and to say what follows", retention="as long as the books must be kept",
        export="account", erasure="row deleted with the database",
        personal={"instance": "who owes", "settled_by": "who of us waived it"},
        plain={"bill_ref", "amount_minor", "currency", "pay_at", "stage", "warned", "began_at", "grace_from", "read_only_from",
               "ends_at", "settled_at", "settled_how", "why"},
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "arrears"
        ordering = ["-began_at"]
        constraints = [
            models.UniqueConstraint("instance", condition=Q(settled_at__isnull=True), name="owes_one_thing_at_a_time"),
            models.CheckConstraint(
                condition=Q(grace_from__gte=models.F("began_at"))
                & Q(read_only_from__gte=models.F("grace_from"))
                & Q(ends_at__gte=models.F("read_only_from")),
                name="arrears_go_in_order",
            ),
        ]

    def plan_dates(self, start: datetime) -> None:
        """Write down when what follows, by the days set today."""
        seller = settings.SELLER
        self.grace_from = start + timedelta(days=seller.retry_days)
        self.read_only_from = self.grace_from + timedelta(days=seller.grace_days)
        self.ends_at = self.read_only_from + timedelta(days=seller.read_only_days)

    def put_off(self, late: timedelta) -> None:
        """Move what is still to come: nobody loses days because our clock stood still or staff gave some."""
        stage = self.stage
        if stage == self.Stage.TRYING:
            self.grace_from += late
        if stage in (self.Stage.TRYING, self.Stage.GRACE):
            self.read_only_from += late
        self.ends_at += late

    @property
    def is_read_only(self) -> bool:
        return self.stage in (self.Stage.READ_ONLY, self.Stage.ENDED)

    @property
    def next_at(self) -> datetime | None:
        """When the next thing follows."""
        return {
            self.Stage.TRYING.value: self.grace_from, self.Stage.GRACE.value: self.read_only_from,
            self.Stage.READ_ONLY.value: self.ends_at,
        }.get(self.stage)  # fmt: skip
