"""Steps that are done."""

from django.db import models

from pivotino.control.provisioning.models.provisioning import Provisioning
from pivotino.jobs import steps
from pivotino.kit.holds import Nothing


class Step(steps.Done):
    """One step of one provisioning that is done."""

    provisioning = models.ForeignKey(Provisioning, on_delete=models.CASCADE, related_name="steps")

    holds = Nothing("to go on where a worker stopped", plain={"provisioning", "name", "at"})

    class Meta(steps.Done.Meta):
        constraints = [models.UniqueConstraint("provisioning", "name", name="each_step_once")]
