"""Practising: a backup is put back into a database of its own, looked through, brought up to date, and destroyed."""

from django.db.models import F, Max
from django.utils import timezone

from pivotino.control.backups import making, restoring
from pivotino.control.backups.models import Backup, Rehearsal
from pivotino.jobs import alerts
from pivotino.tenancy import provision, scratch, snapshots
from pivotino.tenancy.models import Instance

MOST_TRIES = 3


def next_one() -> Backup | None:
    """The newest sound backup of the living database that has waited longest for a rehearsal."""
    sound = Backup.objects.made().values("instance_id")
    waiting = Instance.objects.living().filter(pk__in=sound).annotate(last=Max("rehearsals__begun_at"))
    instance = waiting.order_by(F("last").asc(nulls_first=True), "pk").first()
    return Backup.objects.made().filter(instance=instance).order_by("-taken_at").first() if instance else None


def begin(backup: Backup) -> Rehearsal:
    return Rehearsal.objects.create(instance_id=backup.instance_id, backup=backup)


def rehearse(rehearsal: Rehearsal) -> None:
    """Do it from the start, whatever a dead worker left, and write down how it went. Leaves nothing behind."""
    began, place = timezone.now(), rehearsal.place
    provision.destroy(place)
    problem = ""
    try:
        with scratch.workplace(rehearsal.pk) as folder:
            making.open_into(rehearsal.backup, folder / "plain")
            snapshots.put(folder / "plain", place)
        restoring.look_through(rehearsal.backup, place)
        restoring.migrate(place)
    except Exception as error:
        if scratch.is_full(error):
            raise
        problem = f"{error}"[:300] or type(error).__name__
    finally:
        provision.destroy(place)
    _write_down(rehearsal, problem, int((timezone.now() - began).total_seconds()))


def _write_down(rehearsal: Rehearsal, problem: str, seconds: int) -> None:
    rehearsal.problem, rehearsal.seconds = problem, max(seconds, 0)
    rehearsal.rows, rehearsal.done_at = rehearsal.backup.row_count, timezone.now()
    rehearsal.save()
    what = "backups: rehearsal failed"
    if problem:
        alerts.rise(what, rehearsal.instance_id, f"A backup could not be put back when it was rehearsed: {problem}")
    else:
        alerts.settle(what, rehearsal.instance_id)
