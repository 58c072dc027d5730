"""What the clock does: alarms, and closing what has been solved for long."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.urls import NoReverseMatch
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.helpdesk import letters, verbs
from pivotino.control.helpdesk.models import Alarm, Clock, State, Ticket
from pivotino.jobs import alerts, schedule
from pivotino.tenancy.addresses import control_url

MARKS, LOUD = (50, 80, 100), 80
CLOSED_AFTER = timedelta(days=14)


@schedule("*/5 * * * *")
def ring() -> None:
    """Write each mark down that a clock passed since the last look, once; from 80 percent on somebody of us is told."""
    for ticket in Ticket.objects.unsettled().filter(due_at__isnull=False).prefetch_related("alarms"):
        known = {(one.clock, one.percent) for one in ticket.alarms.all()}
        for clock in ticket.clocks():
            for mark in MARKS:
                if clock.runs and clock.percent >= mark and (clock.name, mark) not in known:
                    _ring(ticket, clock, mark)


@schedule("35 3 * * *")
def close_old() -> None:
    """Whoever writes later begins a new ticket."""
    for ticket in Ticket.objects.filter(state=State.SOLVED, solved_at__lt=timezone.now() - CLOSED_AFTER):
        verbs.close(ticket)


def _ring(ticket: Ticket, clock: Clock, mark: int) -> None:
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(ticket=ticket, clock=clock.name, percent=mark)
            if mark < LOUD:
                return
            alerts.rise(
                verbs.ALERT, ticket.number, f"{clock.name.label} of {ticket.number}: {mark} % of the time is gone."
            )
            for address in _who(ticket):
                letters.late(alarm, address, _page(ticket))
    except IntegrityError:
        return  # another worker was quicker


def _who(ticket: Ticket) -> list[str]:
    if ticket.assignee is not None and ticket.assignee.is_active:
        return [ticket.assignee.email]
    return list(Account.objects.filter(is_staff=True, is_active=True).values_list("email", flat=True))


def _page(ticket: Ticket) -> str:
    try:
        return control_url("staff:ticket", number=ticket.number)
    except NoReverseMatch:
        return "/"
