"""A list somebody of us brought, before anybody is taken in from it."""

from django.db import models
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel


class Listing(ControlModel):
    """A proposal: whom we would take in, whom not and why. Taken in or dropped, the row is gone.

    `source` are the facts of the Origin to be; `rows` the people; `refused` pairs of a line and a reason, without the person;
    `notes` what else the reader noticed.
    """

    name = models.CharField(max_length=120)
    source = models.JSONField()
    rows = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    by = models.CharField(max_length=160)
    at = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="prospect", purpose="to show what a list would bring before it does", retention="until it is taken in or dropped, 7 days at most",
        export="no: gone within days", erasure="row deleted",
        personal={"rows": "who stands in the list", "source": "may name who recommended us", "by": "who brought it", "name": "the file's name"},
        plain={"refused", "notes", "at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.name

    @property
    def reasons(self) -> list[tuple[str, list[int]]]:
        """Why how many lines stay out, the commonest first."""
        found: dict[str, list[int]] = {}
        for line, reason in self.refused:
            found.setdefault(reason, []).append(line)
        return sorted(found.items(), key=lambda pair: -len(pair[1]))
