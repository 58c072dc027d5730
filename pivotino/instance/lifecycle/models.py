"""What the sample pipeline brought, so that it can leave without a trace."""

from django.db import models

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import InstanceModel


class SampleMark(InstanceModel):
    """One record the sample made. `last_event` is the last thing that happened to it by the sample itself."""

    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField(unique=True)
    last_event = models.UUIDField(null=True, blank=True)

    holds = Nothing("to take the sample away again", plain={"kind", "subject_id", "last_event"})
