"""What the sample pipeline brought, so that it can leave without a trace; and what a company wants kept out of its records."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from pivotino.instance.members.models import Member
from pivotino.kit.holds import Holds, Nothing
from pivotino.kit.sensitive import Pack, Stance
from pivotino.tenancy.models import InstanceModel

PACKS = [(pack.value, pack.value) for pack in Pack]
STANCES = [(stance.value, stance.value) for stance in Stance]


class SampleMark(InstanceModel):
    """One record the sample made. `last_event` is the last thing that happened to it by the sample itself."""

    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField(unique=True)
    last_event = models.UUIDField(null=True, blank=True)

    holds = Nothing("to take the sample away again", plain={"kind", "subject_id", "last_event"})


class SensitiveRule(InstanceModel):
    """How strict this company is about one kind of sensitive data. No row: as `guarding.FIRST` says."""

    pack = models.CharField(max_length=10, choices=PACKS, unique=True)
    stance = models.CharField(max_length=6, choices=STANCES)

    holds = Nothing("to keep out what the company wants kept out", plain={"pack", "stance"})


class Sighting(InstanceModel):
    """How often something of a kind came to a door on a day, and what became of it.

    Of the thing itself only the last four signs are kept, and a keyed hash by which the same one is known again.
    """

    class Outcome(models.TextChoices):
        REFUSED = "refused", "Refused"
        ASKED = "asked", "Asked about"
        KEPT = "kept", "Kept after a question"
        MASKED = "masked", "Put out of sight"

    day = models.DateField()
    door = models.CharField(max_length=40)
    field = models.CharField(max_length=60)
    pack = models.CharField(max_length=10, choices=PACKS)
    outcome = models.CharField(max_length=8, choices=Outcome)
    shown = models.CharField(max_length=20)
    mark = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=1)

    holds = Holds(
        subject="contact", purpose="to see what comes to which door, and what was mistaken for something it is not",
        retention="90 days", export="no: it repeats nothing that is kept", erasure="row deleted",
        personal={"shown": "the last four signs", "mark": "a keyed hash of the rest"},
        plain={"day", "door", "field", "pack", "outcome", "count"},
    )  # fmt: skip

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [models.UniqueConstraint("day", "door", "field", "outcome", "mark", name="sighting_once_a_day")]


class Harmless(InstanceModel):
    """One number, known by its keyed hash, that a Business Owner says is nothing sensitive in one field."""

    pack = models.CharField(max_length=10, choices=PACKS)
    door = models.CharField(max_length=40)
    field = models.CharField(max_length=60)
    shown = models.CharField(max_length=20)
    mark = models.CharField(max_length=64)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, db_index=False, related_name="+")
    at = models.DateTimeField(db_default=Now())

    holds = Holds(
        subject="contact", purpose="not to refuse the same number again", retention="until it is taken back",
        export="no: keyed hashes mean nothing elsewhere", erasure="row deleted",
        personal={"shown": "the last four signs", "mark": "a keyed hash of the rest", "by": "who said so"},
        plain={"pack", "door", "field", "at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint("door", "field", "mark", name="harmless_once")]


class LookBack(InstanceModel):
    """One look through everything that was kept before, and what it found: counts by field and kind, never the finds.

    `cursor` is the last column that was gone through, so that a worker which dies is followed by another.
    """

    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, db_index=False, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    masks = models.BooleanField(default=False)
    packs = models.JSONField(default=list)
    cursor = models.CharField(max_length=120, blank=True)
    found = models.JSONField(default=dict)
    looked = models.PositiveIntegerField(default=0)
    masked = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    kind: ClassVar[str] = "look_back"

    holds = Holds(
        subject="member", purpose="to find what was kept before it was forbidden", retention="as long as the instance",
        export="no: counts only", erasure="the person is removed", personal={"by": "who asked for it"},
        plain={"at", "masks", "packs", "cursor", "found", "looked", "masked", "finished_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-at", "-id"]
