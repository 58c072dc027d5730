"""The six stages of the pipeline and what is kept of each so that the board stays flat."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from pivotino.kit.holds import Nothing
from pivotino.tenancy import memory, rows
from pivotino.tenancy.models import InstanceModel


class StageKind(models.TextChoices):
    OPEN = "open", "Open"
    QUOTATION = "quotation", "Quotation"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class StageQuerySet(models.QuerySet["Stage"]):
    def at_work(self) -> Self:
        """The stages in which work goes on, in order."""
        return self.filter(kind__in=[StageKind.OPEN, StageKind.QUOTATION])

    def won(self) -> "Stage":
        return self.get(kind=StageKind.WON)

    def lost(self) -> "Stage":
        return self.get(kind=StageKind.LOST)

    def quotation(self) -> "Stage":
        return self.get(kind=StageKind.QUOTATION)


class Stage(InstanceModel):
    """A column of the board. `floor` is the probability in percent an opportunity has at least in it.

    `days_allowed` is how long a card may stay before its ring is full. Exactly one stage each is the quotation, the won
    and the lost one; positions are unique.
    """

    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=StageKind, default=StageKind.OPEN)
    position = models.PositiveSmallIntegerField(unique=True)
    floor = models.PositiveSmallIntegerField()
    days_allowed = models.PositiveSmallIntegerField(default=7)

    objects = StageQuerySet.as_manager()

    holds = Nothing(
        "to name the steps of a sale", plain={"name", "purpose", "kind", "position", "floor", "days_allowed"}
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=~Q(kind="open"), name="stage_one_of_a_kind"),
            models.CheckConstraint(condition=Q(floor__lte=100), name="stage_floor_is_percent"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def known(cls) -> "dict[UUID, Stage]":
        """Every stage in order, as it was at most two seconds ago: to read, not to change."""
        return memory.remembered(
            "stages", lambda: {stage.pk: stage for stage in rows.find(cls, "id IS NOT NULL ORDER BY position")}
        )

    @classmethod
    def the_first(cls) -> "Stage":
        """Where a new opportunity begins."""
        return next(stage for stage in cls.known().values() if stage.is_open)

    @property
    def is_open(self) -> bool:
        """True for stages where work goes on."""
        return self.kind in (StageKind.OPEN, StageKind.QUOTATION)

    @property
    def is_won(self) -> bool:
        return self.kind == StageKind.WON

    @property
    def is_lost(self) -> bool:
        return self.kind == StageKind.LOST

    def probability_of(self, present: int) -> int:
        """At least the floor while work goes on; a higher one stays. Won is certain, lost is nothing."""
        if self.is_lost:
            return 0
        return 100 if self.is_won else max(present, self.floor)


class StageTotal(InstanceModel):
    """Count and sums of one stage, for one owner or (owner all zeros) for everybody. Written last in a transaction.

    `base_minor` is in minor units of the base currency; `weighted` is base × probability in percent, not yet divided.
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, db_index=False, related_name="+")
    owner_key = models.UUIDField()
    count = models.IntegerField(default=0)
    base_minor = models.BigIntegerField(default=0)
    weighted = models.BigIntegerField(default=0)

    holds = Nothing("to show sums without adding up", plain={"stage", "owner_key", "count", "base_minor", "weighted"})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "owner_key"], name="stage_total_once")]


class StageDue(InstanceModel):
    """How many cards of one stage have their next activity on one day, for one owner or for everybody."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, db_index=False, related_name="+")
    owner_key = models.UUIDField()
    due_on = models.DateField()
    count = models.IntegerField(default=0)

    holds = Nothing("to show what is overdue without counting", plain={"stage", "owner_key", "due_on", "count"})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "owner_key", "due_on"], name="stage_due_once")]
