"""Every night, a copy of everything; every day, proof that copies can be opened; and restores when they are asked for."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from pivotino.control.backups import files, making, ourselves, rehearsing, restoring
from pivotino.control.backups.models import Backup, Rehearsal, Restore
from pivotino.control.backups.rotation import rotation
from pivotino.jobs import GiveUp, Retry, job, schedule
from pivotino.jobs.models import Ticket
from pivotino.kit.retention import days_of, note, sweep, sweeps
from pivotino.tenancy import scratch

STUCK, WAIT_FOR_ROOM = timedelta(minutes=5), timedelta(minutes=15)
CHECKED_A_DAY = 25


@job(queue="backups", attempts=40, priority=-20)
def make(backup_id: str) -> None:
    """Make one of the night's backups."""
    _make(backup_id)


@job(queue="backups", attempts=40, priority=60)
def make_now(backup_id: str) -> None:
    """Make one that somebody waits for."""
    _make(backup_id)


@job(queue="backups", attempts=60, priority=70)
def restore(restore_id: str) -> None:
    """Take one restore on from wherever it stands."""
    row = Restore.objects.unfinished().select_related("instance", "backup", "kept").filter(pk=restore_id).first()
    if row is None:
        return
    try:
        restoring.go_on(row)
    except Retry:
        raise
    except Exception as error:
        if restoring.count_failure(row, error):
            raise GiveUp("Everything was taken back.") from error
        raise


@job(queue="backups", attempts=4, priority=-30)
def check(backup_id: str) -> None:
    """Open one backup and compare it with what was written down."""
    backup = Backup.objects.made().filter(pk=backup_id).first()
    if backup is None or making.check(backup):
        return
    backup.refresh_from_db()
    if backup.broken_at and backup.instance.erased_at is None:
        put_in_line(making.ask_for(backup.instance))


@job(queue="backups", attempts=4, priority=-30)
def rehearse(rehearsal_id: str) -> None:
    """Practise one restore."""
    row = Rehearsal.objects.select_related("instance", "backup").filter(pk=rehearsal_id, done_at__isnull=True).first()
    if row is not None:
        rehearsing.rehearse(row)


@schedule("*/5 * * * *", priority=-10)
def look_at_the_night() -> None:
    """Put those in line whose minute of the night has come, and those again that nobody works on."""
    for backup in making.begin_night():
        put_in_line(backup)
    stuck = timezone.now() - STUCK
    for backup in Backup.objects.under_way().filter(asked_at__lt=stuck)[:500]:
        put_in_line(backup)
    for row in Restore.objects.unfinished().filter(asked_at__lt=stuck)[:100]:
        put_restore_in_line(row)


@schedule("17 * * * *")
def let_go() -> None:
    """Remove the files whose day has come."""
    scratch.sweep()
    sweep("backups")
    files.let_go()


def _let_go(expired: QuerySet[Backup]) -> None:
    for backup in expired:
        making.let_go(backup)


@sweeps("backups", forget=_let_go)
def expired(at: datetime) -> QuerySet[Backup]:
    return Backup.objects.expired(at)


days_of("backups", lambda: rotation().longest.days)
days_of("our backups", lambda: rotation().longest.days)


@schedule("7 18 * * *")
def make_ours() -> None:
    """Our own books, and the ledger of erasures beside them."""
    ourselves.make()
    ourselves.write_ledger()
    note("our backups", ourselves.let_go())


@schedule("23 2 * * *")
def check_some() -> None:
    """Those that were checked longest ago."""
    waiting = Backup.objects.made().order_by(F("checked_at").asc(nulls_first=True), "taken_at")
    for pk in waiting.values_list("pk", flat=True)[:CHECKED_A_DAY]:
        check.later(str(pk), key=f"check:{pk}")


@schedule("41 3 * * *")
def rehearse_one() -> None:
    """Practise a restore of the database that waited longest for it."""
    if backup := rehearsing.next_one():
        row = rehearsing.begin(backup)
        rehearse.later(str(row.pk), key=f"rehearse:{row.pk}")


def put_in_line(backup: Backup) -> None:
    """Let a worker make it, unless one already does or will. Nobody waits for the night's."""
    key = f"backup:{backup.pk}"
    if not Ticket.objects.filter(key=key, dead_at__isnull=True).exists():
        (make if backup.night else make_now).later(str(backup.pk), key=key)


def put_restore_in_line(row: Restore) -> None:
    """Let a worker take it on, unless one already does or will."""
    key = f"restore:{row.pk}"
    if not Ticket.objects.filter(key=key, dead_at__isnull=True).exists():
        restore.later(str(row.pk), key=key)


def _make(backup_id: str) -> None:
    backup = Backup.objects.under_way().select_related("instance").filter(pk=backup_id).first()
    if backup is None:
        return
    if backup.instance.erased_at is not None:
        Backup.objects.filter(pk=backup.pk).update(failed_at=timezone.now())
        return
    try:
        making.make(backup)
    except Exception as error:
        if scratch.is_full(error):
            making.tell_full()
            raise Retry("The disk is full.", after=WAIT_FOR_ROOM, counted=False) from error
        if making.count_failure(backup, error):
            raise GiveUp("It cannot be made.") from error
        raise
