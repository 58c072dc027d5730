"""What went under which rule, and what will go. No row says anything about anybody."""

from django.db import models

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import ControlModel


class Sweep(ControlModel):
    """One run of a rule that found something: how many went, and how many a legal hold kept."""

    rule = models.CharField(max_length=60)
    at = models.DateTimeField()
    count = models.PositiveIntegerField()
    held = models.PositiveIntegerField(default=0)

    holds = Nothing("to show that rules are kept", plain={"rule", "at", "count", "held"})

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index("rule", "at", name="sweep_by_rule"), models.Index("at", name="sweep_by_age")]


class Forecast(ControlModel):
    """How many will go under a rule within fourteen days, as it was counted last."""

    rule = models.CharField(max_length=60, unique=True)
    count = models.PositiveIntegerField()
    at = models.DateTimeField()

    holds = Nothing("to announce what will go", plain={"rule", "count", "at"})
