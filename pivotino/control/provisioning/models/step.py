"""Steps that are done."""

from django.db import models
from django.utils import timezone

from pivotino.control.provisioning.models.provisioning import Provisioning
from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import ControlModel


class Step(ControlModel):
    """One step of one provisioning that is done. No row, not done."""

    provisioning = models.ForeignKey(Provisioning, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    holds = Nothing("to go on where a worker stopped", plain={"provisioning", "name", "at"})

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint("provisioning", "name", name="each_step_once")]
