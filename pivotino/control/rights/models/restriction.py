"""People whose data we keep and do not use."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.rights.models.demand import Demand
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel


class Restriction(ControlModel):
    """From `since` until `lifted_at` nothing about this person is used for ends of ours, and nobody of us changes it.

    Whoever of us wants to lift it says why, and it is lifted at `lifts_at`, once the person was told; `lifted_why` is what they
    read. Without it they lifted it themselves.
    """

    mark = models.CharField(max_length=32)
    demand = models.ForeignKey(Demand, null=True, on_delete=models.SET_NULL, related_name="restrictions")
    since = models.DateTimeField(default=timezone.now)
    lifts_at = models.DateTimeField(null=True, blank=True)
    lifted_why = models.CharField(max_length=400, blank=True)
    lifted_by = models.CharField(max_length=160, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    holds = Holds(
        subject="requester", purpose="to leave alone what somebody wants kept and not used", retention="until it is lifted, then as the demand",
        export="rights: the page behind the link in our letter", erasure="row deleted: there is nothing left to restrict",
        personal={"mark": "a keyed mark of the address", "lifted_why": "our words to them", "lifted_by": "who of us lifts it"},
        plain={"demand", "since", "lifts_at", "lifted_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-since"]
        constraints = [models.UniqueConstraint("mark", condition=Q(lifted_at__isnull=True), name="restricted_once")]

    def __str__(self) -> str:
        return f"since {self.since:%Y-%m-%d}"
