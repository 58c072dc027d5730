"""What is kept beside an opportunity: its tags, its stays in stages, its outcome, what was written on it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import local_day, zone
from pivotino.instance.pipeline.models.losses import LostReason
from pivotino.instance.pipeline.models.stage import Stage
from pivotino.kit.days import age_days
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import InstanceModel

TAG_COLOURS = 8


class TagManager(models.Manager["Tag"]):
    def named(self, names: Iterable[str]) -> "list[Tag]":
        """The tags of these names, those that are new made with the next colour. Case does not tell tags apart."""
        wanted = {name.casefold(): name for name in (" ".join(name.split())[:40] for name in names) if name}
        known = {tag.name.casefold(): tag for tag in self.all()} if wanted else {}
        for key, name in wanted.items():
            if key not in known:
                known[key] = self.create(name=name, colour=len(known) % TAG_COLOURS + 1)
        return [known[key] for key in wanted]


class Tag(InstanceModel):
    """A short word on a card."""

    name = models.CharField(max_length=40, unique=True)
    colour = models.PositiveSmallIntegerField(default=1)

    objects = TagManager()

    holds = Nothing("to mark cards", plain={"name", "colour"})

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Stay(InstanceModel):
    """One stay of an opportunity in a stage. Without `ended_at` it is there now. Won and Lost end as they start."""

    opportunity = models.ForeignKey("pipeline.Opportunity", on_delete=models.CASCADE, related_name="stays")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, db_index=False, related_name="+")
    owner = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    holds = Nothing(
        "to see how long each step takes", plain={"opportunity", "stage", "owner", "started_at", "ended_at"}
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity"], condition=Q(ended_at__isnull=True), name="stay_one_open"),
        ]

    def days(self, now: datetime) -> int:
        """Midnights of the company passed in the stage, up to now where it goes on. Stays in a row add up to the whole."""
        return age_days(self.started_at, local_day(self.ended_at or now), zone())


class OutcomeKind(models.TextChoices):
    WON = "won", "Won"
    LOST = "lost", "Lost"


class Outcome(InstanceModel):
    """How an opportunity ended. Without a row it is open; deleting the row reopens it.

    `stage_before` and `closing_before` are where it stood and when it was expected to close, for a reopening.
    """

    opportunity = models.OneToOneField("pipeline.Opportunity", on_delete=models.CASCADE, related_name="outcome")
    kind = models.CharField(max_length=4, choices=OutcomeKind)
    reason = models.ForeignKey(LostReason, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    stage_before = models.ForeignKey(
        Stage, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )
    closing_before = models.DateField(null=True, blank=True)
    closed_on = models.DateField()

    holds = Holds(
        subject="contact", purpose="to learn why sales end", retention="as the opportunity", export="opportunities",
        erasure="note emptied", personal={"note": "free text"},
        plain={"opportunity", "kind", "reason", "stage_before", "closing_before", "closed_on"},
    )  # fmt: skip


class Note(InstanceModel):
    """What a member wrote on a card. Only the team sees it."""

    opportunity = models.ForeignKey("pipeline.Opportunity", on_delete=models.CASCADE, related_name="written")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, db_index=False, related_name="+")
    body = models.TextField()
    at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)

    holds = Holds(
        subject="contact", purpose="to remember what was said", retention="as the opportunity", export="opportunities",
        erasure="body searched and emptied", personal={"body": "free text", "by": "who wrote it"},
        plain={"opportunity", "at", "removed_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
