"""Counting ahead, every night after the sweeps, and forgetting our own log in its time.

It is announced on pages, not by letter: no rule takes away what somebody has and still uses. An account goes with its last
database or by its owner's wish, and both write letters of their own (`terminations`, `rights`); the files of exports and
backups name their day where they are fetched; a form nobody proved has no address we may write to once more. What is left
are traces, of which nobody wants a letter, and writing one would keep them longer.
"""

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
