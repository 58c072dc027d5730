"""Files of customers in backups: each is sealed once, and lies beside the backups that stand on it."""

import logging
import shutil
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from pivotino.control.backups import sealing, storing
from pivotino.control.backups.models import KeptFile
from pivotino.tenancy import filing, scratch, snapshots
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Place

log = logging.getLogger("pivotino.backups")


def keep_new(instance: Instance, folder: Path) -> int:
    """Seal what came since the last backup, and note what went. Repeating it goes on from there. Says how many came."""
    # A room's work in hand lies in a folder of its own, and no row needs it after a restore.
    there = {name for name in filing.names(instance.place) if "/" not in name}
    known = {row.name: row for row in KeptFile.objects.stored().filter(instance=instance)}
    for name in sorted(there - known.keys()):
        _keep(instance, name, folder)
    gone = [row.pk for row in known.values() if row.gone_at is None and row.name not in there]
    back = [row.pk for row in known.values() if row.gone_at is not None and row.name in there]
    KeptFile.objects.filter(pk__in=gone).update(gone_at=timezone.now())
    KeptFile.objects.filter(pk__in=back).update(gone_at=None)
    return len(there - known.keys())


def bring_back(instance: Instance, place: Place, folder: Path) -> int:
    """Give the database at `place` the files it speaks of and that are not there any more. Says how many came."""
    missing = {name for name in filing.named_at(place) if not filing.is_there(place, name)}
    rows = KeptFile.objects.stored().filter(instance=instance, name__in=missing)
    for row in rows:
        _bring(row, place, folder / "file")
        missing.discard(row.name)
    if missing:
        log.error("%d files of %s are in no backup.", len(missing), instance.pk)
    return len(rows)


def let_go(most: int = 500) -> int:
    """Remove the copies whose day has come. Of an erased database the day counts from then."""
    erased = KeptFile.objects.stored().filter(gone_at__isnull=True, instance__erased_at__isnull=False)
    for row in erased.select_related("instance")[:most]:
        KeptFile.objects.filter(pk=row.pk).update(gone_at=row.instance.erased_at)
    over = list(KeptFile.objects.expired().select_related("instance")[:most])
    for row in over:
        storing.store().delete(row.storage_name)
        KeptFile.objects.filter(pk=row.pk).update(removed_at=timezone.now())
    return len(over)


def _keep(instance: Instance, name: str, folder: Path) -> None:
    row = KeptFile(instance=instance, name=name)
    plain, sealed = folder / "file", folder / "file.sealed"
    with filing.opened(instance.place, name) as source, open(plain, "wb") as to:
        shutil.copyfileobj(source, to, 1 << 20)
    row.bytes, row.sha256 = snapshots.measured(plain)
    sealing.seal(plain, sealed, id=_id(row))
    plain.unlink()
    storing.keep_as(sealed, row.storage_name)
    row.save(force_insert=True)


def _bring(row: KeptFile, place: Place, plain: Path) -> None:
    scratch.needs(row.bytes)
    with storing.store().open(row.storage_name, "rb") as sealed:
        found = sealing.unseal(sealed, plain, id=_id(row))
    if found != (row.bytes, row.sha256):
        raise sealing.Broken("A file is not what was kept.")
    with open(plain, "rb") as source:
        filing.keep(place, row.name, source)
    plain.unlink()


def _id(row: KeptFile) -> UUID:
    return row.pk if isinstance(row.pk, UUID) else UUID(str(row.pk))
