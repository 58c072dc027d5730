"""Messages of the provider."""

from django.db import models
from django.utils import timezone

from pivotino.control.payments.models.payer import Payer
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import ControlModel


class Notice(ControlModel):
    """One message of the provider, claimed in the transaction of its effect: no row, no effect.

    `ref` is the provider's, and there once. `times` counts how often it came after it was taken. `body` holds no name, no
    address and no card, and is emptied after thirty days.
    """

    class Outcome(models.TextChoices):
        TOLD = "told", "Told to who listens"
        UNKNOWN = "unknown", "A kind that does not concern us"
        STRANGER = "stranger", "About somebody who is not our customer"
        OUTDATED = "outdated", "No longer true when it was looked at"
        ENDED = "ended", "About an order that has ended for good"
        GONE = "gone", "About something the provider no longer knows"

    ref = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=80)
    kind = models.CharField(max_length=24, blank=True)
    subject_ref = models.CharField(max_length=80)
    payer = models.ForeignKey(Payer, null=True, on_delete=models.SET_NULL, related_name="notices")
    outcome = models.CharField(max_length=8, choices=Outcome)
    said_at = models.DateTimeField()
    effect_at = models.DateTimeField(default=timezone.now)
    times = models.PositiveIntegerField(default=0)
    body = models.JSONField(null=True, blank=True)

    holds = Holds(
        subject="subscriber", purpose="to take each message of the payment provider once, and to find out what happened",
        retention="what it said 30 days, that it came 400 days", export="no", erasure="the payer is removed, the rest says nothing of a person",
        personal={"payer": "whose payment"},
        plain={"ref", "type", "kind", "subject_ref", "outcome", "said_at", "effect_at", "times", "body"},
    )  # fmt: skip

    class Meta:
        ordering = ["-effect_at"]
        indexes = [models.Index("effect_at", name="notice_by_time")]


class CaughtUp(ControlModel):
    """Until when, by the provider's clock, everything that happened there was looked at. One row."""

    name = models.CharField(max_length=20, unique=True)
    until = models.DateTimeField()

    holds = Nothing("to find messages that never came", plain={"name", "until"})
