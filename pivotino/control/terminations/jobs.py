"""Leaving by the clock: reminders, the last day, and whatever a dead worker left half done."""

from uuid import UUID

from pivotino.control.terminations import leaving
from pivotino.control.terminations.models import Termination
from pivotino.control.terminations.periods import periods
from pivotino.jobs import Retry, job, schedule
from pivotino.jobs.models import Ticket
from pivotino.kit.retention import days_of


@job(queue="terminations", attempts=200, priority=40)
def advance(termination_id: str) -> None:
    """Take one leaving on from wherever it stands."""
    termination = Termination.objects.unfinished().select_related("instance").filter(pk=termination_id).first()
    if termination is None:
        return
    try:
        leaving.go_on(termination)
    except Retry:
        raise
    except Exception as error:
        Termination.objects.filter(pk=termination.pk).update(trouble=str(error)[:300])
        raise
    if termination.trouble:
        Termination.objects.filter(pk=termination.pk).update(trouble="")


@schedule("*/10 * * * *")
def look_at_the_clock() -> None:
    """Remind those whose day comes near, end those whose last day is over, and go on with what stopped."""
    for termination in Termination.objects.in_grace().select_related("instance").iterator():
        leaving.remind(termination)
        leaving.end(termination)
    for termination in Termination.objects.unfinished().exclude(pk__in=waiting()):
        put_in_line(termination)


def waiting() -> list[UUID]:
    """Those with nothing to do until a day comes: frozen, told, and still in grace."""
    told = Termination.objects.in_grace().filter(steps__name="unordered")
    return list(told.values_list("pk", flat=True))


def put_in_line(termination: Termination) -> None:
    """Let a worker take it on, unless one already does or will."""
    key = f"leave:{termination.pk}"
    if not Ticket.objects.filter(key=key, dead_at__isnull=True).exists():
        advance.later(str(termination.pk), key=key)


days_of("closed databases", lambda: periods().grace.days)
