"""A visit of somebody who said yes: exactly the fields the policy names."""

from django.db import models

from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import ControlModel


class Visit(ControlModel):
    """From the first page after the yes until half an hour of silence. Two visits of one person are not connected.

    `pages` lists path, time and seconds the page was in sight; `seconds` is their sum as the browser told it.
    """

    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True, blank=True)
    country = models.CharField(max_length=10)
    browser = models.CharField(max_length=60)
    source = models.CharField(max_length=120, default="", blank=True)
    seconds = models.PositiveIntegerField(default=0)
    pages = models.JSONField(default=list)
    counted = models.BooleanField(default=False)

    holds = Holds(
        subject="visitor", purpose="to see how our pages are used, by those who agreed",
        retention="address: 14 days; the rest 90 days, then only counters",
        export="the page about one's visit", erasure="row deleted by the visitor, or when the yes is taken back",
        personal={"address": "named in the policy", "country": "where the address points to", "browser": "its family only",
                  "source": "the site that sent them", "started_at": "when they came", "last_at": "when they were last seen",
                  "seconds": "how long they stayed", "pages": "which pages they opened"},
        plain={"counted"},
    )  # fmt: skip

    class Meta:
        indexes = [models.Index("last_at", name="visit_by_last")]

    @property
    def length(self) -> int:
        """Seconds in sight; where no browser told, from the first page to the last one."""
        return self.seconds or int((self.last_at - self.started_at).total_seconds())


class Gone(ControlModel):
    """A visit that was deleted: what is still on its way to it is thrown away. Swept after a day."""

    at = models.DateTimeField()

    holds = Nothing("so that a deleted visit does not come back", plain={"at"})
