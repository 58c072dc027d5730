"""How far we have read in our own mailbox."""

from django.db import models

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import ControlModel


class Reading(ControlModel):
    """One folder of one mailbox, and the last message that was looked at. `validity` changes when a server counts anew."""

    mailbox = models.CharField(max_length=200, unique=True)
    validity = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=0)

    holds = Nothing("to look at each message once", plain={"mailbox", "validity", "last"})

    def __str__(self) -> str:
        return f"{self.mailbox} {self.last}"
