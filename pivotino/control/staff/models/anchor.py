"""Once a day: where every trail ends, sealed into one root that is written outside of every database."""

from django.db import models

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import ControlModel


class Anchor(ControlModel):
    """The root of one day: over the ends of all trails that grew since the day before, and over the root before."""

    number = models.PositiveIntegerField(unique=True)
    day = models.DateField(unique=True)
    at = models.DateTimeField()
    root = models.CharField(max_length=64)

    holds = Nothing("to notice when a trail was written anew: fingerprints only", plain={"number", "day", "at", "root"})

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.root}"


class AnchoredEnd(ControlModel):
    """Where one trail ended on that day. `book` is the instance's id, or nothing but zeros for our own."""

    anchor = models.ForeignKey(Anchor, on_delete=models.CASCADE, related_name="ends")
    book = models.UUIDField()
    number = models.PositiveBigIntegerField()
    seal = models.CharField(max_length=64)

    holds = Nothing("to notice when a trail was cut off: fingerprints only", plain={"anchor", "book", "number", "seal"})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="anchored_once")]

    @property
    def line(self) -> str:
        return f"{self.book} {self.number} {self.seal}"
