"""Making, rehearsing and taking in, each in a worker; and the days on which files go."""

from datetime import timedelta

from django.utils import timezone

from pivotino.control.exports import arriving, making, rehearsing
from pivotino.control.exports.models import Arrival, Export, Rehearsal
from pivotino.jobs import Job, job, schedule
from pivotino.jobs.models import Ticket

STUCK = timedelta(minutes=3)
# Large ones take minutes: letters and sign-ups go first.
BEHIND = -20


@job(queue="exports", attempts=making.MOST_TRIES + 2, priority=BEHIND)
def make(export_id: str) -> None:
    """Make one export."""
    export = Export.objects.being_made().select_related("instance").filter(pk=export_id).first()
    if export is not None:
        making.make(export)


@job(queue="exports", attempts=rehearsing.MOST_TRIES + 2, priority=BEHIND)
def rehearse(rehearsal_id: str) -> None:
    """Try leaving with one export."""
    found = Rehearsal.objects.filter(pk=rehearsal_id, ended_at__isnull=True).select_related("export__instance").first()
    if found is not None:
        rehearsing.rehearse(found)


@job(queue="exports", attempts=arriving.MOST_TRIES + 2, priority=BEHIND)
def apply(arrival_id: str) -> None:
    """Put one brought file in."""
    found = Arrival.objects.select_related("instance", "brought_by").filter(pk=arrival_id).first()
    if found is not None:
        arriving.apply(found)


@schedule("*/3 * * * *", priority=BEHIND)
def pick_up() -> None:
    """Put those in line again that nobody works on, and end those that never will."""
    long_ago = timezone.now() - STUCK
    for export in Export.objects.being_made().filter(requested_at__lt=long_ago)[:200]:
        if export.tries > making.MOST_TRIES:
            making.fail(export, making.GIVEN_UP)
        else:
            _again(make, str(export.pk))
    for rehearsal in Rehearsal.objects.filter(ended_at__isnull=True, asked_at__lt=long_ago)[:200]:
        if rehearsal.tries > rehearsing.MOST_TRIES:
            rehearsing.clear(rehearsal)
            rehearsal.end(equal=False, problem=rehearsing.GIVEN_UP)
        else:
            _again(rehearse, str(rehearsal.pk))
    for arrival in Arrival.objects.filter(applied_at__isnull=True, problem="", applying_at__lt=long_ago)[:200]:
        if arrival.tries <= arriving.MOST_TRIES:
            _again(apply, str(arrival.pk))
        else:
            arrival.note(problem=arriving.GIVEN_UP)


@schedule("41 * * * *", priority=BEHIND)
def sweep() -> None:
    """Remove files whose days are over."""
    making.sweep()


def put_in_line(what: Export | Rehearsal | Arrival) -> None:
    """Let a worker do it; twice in line is once."""
    work = make if isinstance(what, Export) else rehearse if isinstance(what, Rehearsal) else apply
    _again(work, str(what.pk))


def _again(work: "Job[[str], None]", id: str) -> None:
    key = f"exports:{id}"
    if not Ticket.objects.filter(key=key, dead_at__isnull=True).exists():
        work.later(id, key=key)
