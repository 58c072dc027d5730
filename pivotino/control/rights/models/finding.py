"""Texts that seem to name somebody who was erased, for one of us to read."""

from django.db import models
from django.utils import timezone

from pivotino.control.rights.models.demand import Demand
from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import ControlModel


class Finding(ControlModel):
    """One text, by the row it is in. What it says is not copied; whoever reads it decides, and `read_at` ends it."""

    class Verdict(models.TextChoices):
        EMPTIED = "emptied", "It names them: emptied"
        SOMEBODY_ELSE = "somebody else", "It names somebody else"
        KEPT = "kept", "It stays, for a reason"

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="findings")
    model = models.CharField(max_length=60)
    row = models.CharField(max_length=40)
    place = models.CharField(max_length=160)
    found_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=14, choices=Verdict, blank=True)

    holds = Nothing(
        "to look through texts that no machine may judge", plain={"demand", "model", "row", "place", "found_at", "read_at", "verdict"}
    )  # fmt: skip

    class Meta:
        ordering = ["found_at", "id"]
        constraints = [models.UniqueConstraint("demand", "model", "row", name="a_text_is_found_once")]

    def __str__(self) -> str:
        return self.place
