"""How long the customer keeps what: rules, what is announced under them, what is spared, and what went."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from pivotino.instance.members.models import Member
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import InstanceModel


class KeepingRule(InstanceModel):
    """One sort of record goes so many months after its last day. Without a row nothing of it ever goes."""

    key = models.CharField(max_length=20, unique=True)
    months = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    kind: ClassVar[str] = "keeping_rule"
    owner_id: ClassVar[None] = None

    holds = Holds(
        subject="member", purpose="to let records go on time", retention="until it is switched off", export="keeping rules",
        erasure="who set it is emptied", personal={"by": "who set it"}, plain={"key", "months", "since"},
    )  # fmt: skip

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(months__gte=1), name="kept_a_month_at_least")]


class Due(InstanceModel):
    """One record that was announced: it goes on this day unless it is touched or spared before."""

    rule = models.ForeignKey(KeepingRule, on_delete=models.CASCADE, related_name="due")
    of = models.CharField(max_length=30)
    record_id = models.UUIDField()
    goes_on = models.DateField()

    holds = Nothing("to show what will go before it does: ids only", plain={"rule", "of", "record_id", "goes_on"})

    class Meta:
        verbose_name = "announced record"
        constraints = [models.UniqueConstraint("rule", "record_id", name="announced_once")]
        indexes = [models.Index(fields=["rule", "goes_on", "id"], name="announced_by_day")]


class Spared(InstanceModel):
    """A record that somebody keeps although its time is over."""

    record_id = models.UUIDField(unique=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="member", purpose="to keep what somebody wants to keep", retention="as long as the record", export="keeping rules",
        erasure="who said so is emptied", personal={"by": "who said so"}, plain={"record_id", "at"},
    )  # fmt: skip

    class Meta:
        verbose_name = "spared record"


class Swept(InstanceModel):
    """What went in one night under one rule, without saying what it was."""

    key = models.CharField(max_length=20)
    months = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    holds = Nothing("to explain what went", plain={"key", "months", "count", "at"})

    class Meta:
        verbose_name = "night's sweep"
        ordering = ["-at", "-id"]
