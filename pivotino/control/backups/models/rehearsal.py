"""Restores that are practised."""

from uuid import UUID

from django.db import models
from django.utils import timezone

from pivotino.control.backups.models.backup import Backup
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance
from pivotino.tenancy.places import Place, buckets


class Rehearsal(ControlModel):
    """A backup that was put back into a database of its own, looked through and destroyed again.

    `problem` is empty where all went well. The scratch database is named after this row's id.
    """

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="rehearsals")
    backup = models.ForeignKey(Backup, on_delete=models.PROTECT, related_name="rehearsals")
    begun_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    holds = Holds(
        subject="subscriber", purpose="to know that backups can be put back", retention="until the database is erased", export="account", erasure="row deleted",
        personal={"instance": "whose database"}, plain={"backup", "begun_at", "done_at", "rows", "seconds", "problem"},
    )  # fmt: skip

    class Meta:
        ordering = ["-begun_at"]

    @property
    def went_well(self) -> bool:
        return self.done_at is not None and not self.problem

    @property
    def place(self) -> Place:
        """Where it is practised: beside the database, under an id nobody has."""
        id = self.id if isinstance(self.id, UUID) else UUID(str(self.id))
        return Place(id=id, slug="rehearsal", name="Rehearsal", bucket=buckets()[self.instance.bucket], generation=0)
