"""Making a backup, looking after it, opening it again, and letting it go on its day."""

import logging
from datetime import date
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from pivotino.control.backups import files, sealing, storing
from pivotino.control.backups.models import Backup
from pivotino.control.backups.rotation import rotation
from pivotino.jobs import alerts
from pivotino.tenancy import scratch, snapshots
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Place

MOST_TRIES = 6
FULL, KEY, BROKEN, NOT_MADE = "backups: disk full", "backups: key missing", "backups: broken", "backups: not made"
log = logging.getLogger("pivotino.backups")


def make(backup: Backup) -> None:
    """Take, seal and store it. Whatever goes wrong comes out and leaves no file; repeating it makes one backup."""
    if backup.made_at is not None:
        return
    place, taken_at = Instance.objects.get(pk=backup.instance_id).place, timezone.now()
    with scratch.workplace(_id(backup)) as folder:
        plain, sealed = folder / "plain", folder / "sealed"
        scratch.needs(2 * _size_of(place))
        taken = snapshots.take(place, plain)
        backup.rows = snapshots.rows_in(plain)
        sealing.seal(plain, sealed, id=_id(backup))
        plain.unlink()
        backup.sealed_bytes = sealed.stat().st_size
        files.keep_new(backup.instance, folder)
        backup.storage_name = storing.keep(sealed, backup)
    backup.bytes, backup.sha256, backup.engine = taken.bytes, taken.sha256, taken.engine
    backup.schema_version, backup.made_at = taken.schema_version, timezone.now()
    backup.keep_as(taken_at)
    backup.save()
    alerts.settle(FULL, "")
    alerts.settle(NOT_MADE, backup.instance_id)


def count_failure(backup: Backup, error: Exception) -> bool:
    """Count one try that failed, and tell staff; True where it was the last one. What was kept before stays untouched."""
    backup.refresh_from_db()
    backup.tries += 1
    over = backup.tries >= MOST_TRIES
    backup.failed_at = timezone.now() if over else None
    backup.save(update_fields=["tries", "failed_at"])
    if over:
        log.error("Backup %s failed for good: %s", backup.pk, type(error).__name__)
        alerts.rise(NOT_MADE, backup.instance_id, f"A backup could not be made: {error}")
    return over


def tell_full() -> None:
    """The disk is full: say so, once, and wait. Nothing is removed before its day to make room."""
    alerts.rise(FULL, "", "The disk is full: backups wait. Those made before are untouched.")


def open_into(backup: Backup, file: Path) -> None:
    """Write what a backup holds into `file`, proven to be what was taken. Raises sealing.Broken or sealing.NoKey."""
    scratch.needs(backup.bytes)
    with storing.opened(backup) as handle:
        found = sealing.unseal(handle, file, id=_id(backup))
    if found != (backup.bytes, backup.sha256):
        file.unlink(missing_ok=True)
        raise sealing.Broken("It is not what was taken.")


def check(backup: Backup) -> bool:
    """Open a backup and compare it with what was written down. One that does not open is marked, and another is made."""
    try:
        with scratch.workplace(_id(backup)) as folder:
            open_into(backup, folder / "plain")
            if snapshots.rows_in(folder / "plain") != backup.rows:
                raise sealing.Broken("The rows are not those that were counted.")
    except sealing.NoKey as error:
        alerts.rise(KEY, "", str(error))
        return False
    except (sealing.Broken, snapshots.NotASnapshot, FileNotFoundError) as error:
        _mark_broken(backup, error)
        return False
    Backup.objects.filter(pk=backup.pk).update(checked_at=timezone.now())
    alerts.settle(KEY, "")
    return True


def let_go(backup: Backup) -> None:
    """Remove the file; the row remembers the real moment. Repeating it changes nothing."""
    storing.remove(backup)
    Backup.objects.filter(pk=backup.pk, removed_at__isnull=True).update(removed_at=timezone.now())


def begin_night(most: int = 500) -> list[Backup]:
    """Rows for the living databases whose minute of this night has come and that have none yet, those that waited longest first."""
    now = timezone.now()
    night = rotation().night_of(now)
    begun = Backup.objects.filter(night=night).values("instance_id")
    waiting = Instance.objects.living().exclude(pk__in=begun).values_list("pk", flat=True)
    due = sorted((minute, pk) for pk in waiting if (minute := rotation().minute_of(pk, night)) <= now)
    return [row for _, pk in due[:most] if (row := _begin(pk, night))]


def ask_for(instance: Instance, kind: str = Backup.Kind.ASKED) -> Backup:
    """A backup out of turn. One that was asked for and is not made yet is the same one."""
    with transaction.atomic():
        Instance.objects.select_for_update().get(pk=instance.pk)
        waiting = Backup.objects.under_way().filter(instance=instance, kind=kind).first()
        return waiting or Backup.objects.create(instance=instance, kind=kind)


def _begin(instance_id: UUID, night: date) -> Backup | None:
    try:
        with transaction.atomic():
            return Backup.objects.create(instance_id=instance_id, kind=Backup.Kind.DAILY, night=night)
    except IntegrityError:
        return None  # another worker looked at the clock too


def _mark_broken(backup: Backup, error: Exception) -> None:
    log.error("Backup %s does not open: %s", backup.pk, type(error).__name__)
    Backup.objects.filter(pk=backup.pk).update(broken_at=timezone.now(), checked_at=timezone.now())
    when = f"{backup.taken_at:%-d %b %Y}" if backup.taken_at else "unknown"
    alerts.rise(BROKEN, backup.instance_id, f"A backup of {when} does not open: {error}")


def _size_of(place: Place) -> int:
    """About how large the open file will be; a schema's dump is seldom larger than a guess of the last one."""
    if place.bucket.engine == "sqlite":
        return place.path.stat().st_size if place.path.exists() else 0
    last = Backup.objects.made().filter(instance_id=place.id).order_by("-taken_at").first()
    return last.bytes if last else 0


def _id(backup: Backup) -> UUID:
    return backup.pk if isinstance(backup.pk, UUID) else UUID(str(backup.pk))
