"""Customers who leave."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.terminations import periods
from pivotino.jobs import steps
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import ControlModel, Instance

GOING_ON = Q(taken_back_at__isnull=True)


class TerminationQuerySet(models.QuerySet["Termination"]):
    def standing(self) -> Self:
        """Those that were not taken back, however far they are."""
        return self.filter(GOING_ON)

    def in_grace(self) -> Self:
        """Those that may still be taken back."""
        return self.filter(GOING_ON, ending_at__isnull=True)

    def unfinished(self) -> Self:
        """Those that have still something to do."""
        return self.filter(over_at__isnull=True)

    def of(self, instance: Instance) -> "Termination | None":
        """How this instance leaves, if it does."""
        return self.standing().filter(instance=instance).first()


class Termination(ControlModel):
    """One customer on the way out: read-only until `ends_at`, then erased. Which steps are done is written in `steps`.

    `taken_back_at`: they stayed. `ending_at`: the days are over and there is no way back. `told_to` holds the owners'
    addresses from the moment their accounts are erased until the certificate was mailed, and is empty at every other time.
    """

    class Cause(models.TextChoices):
        LEFT = "left", "The customer left"
        UNPAID = "unpaid", "Not paid for long"
        STAFF = "staff", "Ended by us"

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="terminations")
    cause = models.CharField(max_length=8, choices=Cause)
    account_id = models.UUIDField(null=True, blank=True)
    by = models.CharField(max_length=160, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    begun_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    ending_at = models.DateTimeField(null=True, blank=True)
    erasure_id = models.UUIDField(null=True, blank=True)
    order_ref = models.CharField(max_length=80, blank=True)
    told_to = models.JSONField(default=list, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)

    objects = TerminationQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to let a customer leave on the dates that were told", retention="kept without names, to prove the dates",
        export="account", erasure="who, why and addresses emptied, the dates kept",
        personal={"instance": "which company leaves", "account_id": "who ended it", "by": "who ended it, as a name", "reason": "in their words",
                  "told_to": "where the certificate goes, until it went"},
        plain={"cause", "begun_at", "ends_at", "taken_back_at", "ending_at", "erasure_id", "order_ref", "trouble", "over_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint("instance", condition=GOING_ON, name="leaves_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(ending_at__isnull=True), name="no_way_back_after_the_end"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def dates(self) -> periods.Dates:
        return periods.dates(self.begun_at, self.ends_at)

    @property
    def may_be_taken_back(self) -> bool:
        return self.taken_back_at is None and self.ending_at is None

    @property
    def is_by_the_customer(self) -> bool:
        return self.cause == self.Cause.LEFT


class TerminationStep(steps.Done):
    """One step of a termination that is done."""

    termination = models.ForeignKey(Termination, on_delete=models.CASCADE, related_name="steps")

    holds = Nothing("to go on where a worker stopped", plain={"termination", "name", "at"})

    class Meta(steps.Done.Meta):
        constraints = [models.UniqueConstraint("termination", "name", name="each_termination_step_once")]


class Reminder(ControlModel):
    """One reminder that was put into the mail, so many days before the end. Nothing is erased before the last one."""

    termination = models.ForeignKey(Termination, on_delete=models.CASCADE, related_name="reminders")
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    holds = Nothing("to remind once, and in time", plain={"termination", "days", "at"})

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint("termination", "days", name="reminded_once")]
