"""What happens later: packing, handing over, erasing when the days are over, and the clocks."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from pivotino.control.rights import correcting, erasing, handing, packing, restricting
from pivotino.control.rights.clocks import alarms
from pivotino.control.rights.models import Demand, Kind, Package
from pivotino.jobs import Retry, alerts, job, schedule
from pivotino.kit import retention
from pivotino.kit.retention import period
from pivotino.letters.models import Sent, State
from pivotino.tenancy import requests

AGAIN = timedelta(minutes=10)


@job(queue="rights", attempts=12)
def pack(demand_id: str) -> None:
    """Make one package and mail its link."""
    demand = Demand.objects.going().filter(pk=demand_id).first()
    if demand is not None:
        packing.pack(demand)


@job(queue="rights", attempts=60)
def hand_over(demand_id: str) -> None:
    """Put one demand into the customer's database. While that one may only be read, it waits; the letter went already."""
    demand = Demand.objects.going().filter(pk=demand_id).select_related("instance").first()
    if demand is None or demand.instance is None or demand.instance.erased_at or not demand.email:
        return
    if demand.instance.frozen_at:
        raise Retry("The database may only be read at present.", after=AGAIN, counted=False)
    requests.hand(demand.instance.place, handing.handed(demand))


@schedule("*/5 * * * *")
def erase_when_due() -> None:
    """Begin the erasures nobody took back, and pack what was lost from the line."""
    for demand in Demand.objects.due_to_erase():
        erasing.execute(demand)
    lost = Demand.objects.going().filter(kind__in=[Kind.ACCESS, Kind.PORTABILITY], instance__isnull=True)
    for demand in lost.filter(proved_at__lt=timezone.now() - AGAIN):
        pack.later(str(demand.pk), key=f"rights-pack:{demand.pk}")


@schedule("7 * * * *")
def lift_when_told() -> None:
    """Restrictions of which the person read, a week ago, that they end."""
    restricting.lift_when_told()


@schedule("11 * * * *")
def watch_clocks() -> None:
    """Say at each part of the time that a demand is not answered yet, once each."""
    for demand in Demand.objects.going().filter(erasure_id__isnull=True, erases_at__isnull=True):
        reached = [percent for percent in alarms() if percent <= demand.percent]
        if reached and reached[-1] > demand.alarmed:
            Demand.objects.filter(pk=demand.pk).update(alarmed=reached[-1])
            says = f"{demand.ticket or 'A demand'}: {reached[-1]} % of the time to answer “{demand.get_kind_display()}” is gone; due {demand.due_at:%-d %B %Y}."
            alerts.rise("rights clock", demand.pk, says)
    for demand in Demand.objects.filter(over_at__gt=timezone.now() - timedelta(days=2), alarmed__gt=0):
        alerts.settle("rights clock", demand.pk)


@schedule("23 3 * * *")
def sweep() -> None:
    """Forget unproven demands after three days, packages after seven, and what was over after three years."""
    retention.sweep("unproven demands", "packages", "demands")
    # The last letter to an address somebody has left: once it is out, nothing names that address any more.
    last = Sent.objects.filter(key__startswith=correcting.LAST)
    last.exclude(state__in=[State.WAITING, State.HANDING_OVER]).exclude(to="").update(to="")


@retention.sweeps("unproven demands")
def unproven(at: datetime) -> "QuerySet[Demand]":
    return Demand.objects.filter(proved_at__isnull=True, asked_at__lte=at - period("unproven demands"))


@retention.sweeps("packages")
def old_packages(at: datetime) -> "QuerySet[Package]":
    return Package.objects.filter(made_at__lte=at - period("packages"))


@retention.sweeps("demands")
def old_demands(at: datetime) -> "QuerySet[Demand]":
    return Demand.objects.filter(proved_at__isnull=False, over_at__lte=at - period("demands"))
