"""Counting ahead, every night after the sweeps, and forgetting our own log in its time."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from pivotino.control.helpdesk.models import Ticket
from pivotino.control.retention.models import Forecast, Sweep
from pivotino.jobs import schedule
from pivotino.kit.retention import AHEAD, over, period, registered, sweep, sweeps


@schedule("31 4 * * *")
def look_ahead() -> None:
    """Announce what will go within fourteen days, rule by rule. Safe to repeat."""
    sweep("tickets", "deletion log")
    now = timezone.now()
    for key in sorted(registered()):
        Forecast.objects.update_or_create(rule=key, defaults={"count": over(key, now + AHEAD).count(), "at": now})


@sweeps("tickets")
def tickets_over(at: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(closed_at__lt=at - period("tickets"))


@sweeps("deletion log")
def log_over(at: datetime) -> QuerySet[Sweep]:
    return Sweep.objects.filter(at__lt=at - period("deletion log"))
