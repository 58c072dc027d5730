"""Making an export: from the request to the file that waits for its owner, and to the day it goes."""

import logging
import os
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from pivotino.control.exports import letters, storing
from pivotino.control.exports.models import Arrival, Export
from pivotino.control.exports.sealing import sealed
from pivotino.kit import retention
from pivotino.kit.retention import period, sweeps
from pivotino.letters import send
from pivotino.tenancy import packing
from pivotino.tenancy.engine.sqlite import InstanceGone
from pivotino.tenancy.models import Instance

MOST_TRIES, MOST_KEPT = 6, 3
TOLD_EVERY = 1.0
GONE = "The database is not there any more."
GIVEN_UP = (
    "It did not work, several times. This is our fault; nothing of your data was changed. Tell support, or try again."
)
log = logging.getLogger("pivotino.exports")


def make(export: Export) -> None:
    """Write the file, from the beginning whatever a dead worker left. Raises what may pass; notes what will not."""
    Export.objects.filter(pk=export.pk).update(tries=F("tries") + 1)
    export.refresh_from_db()
    if export.is_over:
        return
    path = storing.path_of(export.instance_id, export.pk)
    storing.drop_drafts(path)
    try:
        with sealed(draft := storing.draft_of(path), export.key) as out:
            manifest = packing.pack(export.instance.place, out, told=_telling(export))
        os.replace(draft, path)
        _finish(export, manifest, size=out.size, sha256=out.sha256)
        _make_room(export)
    except InstanceGone:
        fail(export, GONE)
    except OSError as error:
        if error.errno not in storing.FULL:
            _count(export, error)
            raise
        log.error("Export %s: the disk is full.", export.pk)
        fail(export, storing.NO_SPACE)
    except Exception as error:
        _count(export, error)
        raise


def fail(export: Export, problem: str) -> None:
    """It will not be made; nothing half is left."""
    storing.drop(storing.path_of(export.instance_id, export.pk))
    now = timezone.now()
    Export.objects.filter(pk=export.pk).update(failed_at=now, swept_at=now, problem=problem, key="")


def sweep() -> int:
    """Remove the files whose days are over, with their keys; says how many."""
    return retention.sweep("exports", "arrivals")


def _put_away(over: Iterable[Export | Arrival]) -> None:
    for one in over:
        put_away(one)


@sweeps("exports", forget=_put_away)
def exports_over(at: datetime) -> QuerySet[Export]:
    return Export.objects.to_sweep(at)


@sweeps("arrivals", forget=_put_away)
def arrivals_over(at: datetime) -> QuerySet[Arrival]:
    return Arrival.objects.to_sweep(at)


def put_away(one: Export | Arrival) -> None:
    """Remove one file with its key; the row stays."""
    storing.drop(storing.path_of(one.instance_id, one.pk))
    type(one)._default_manager.filter(pk=one.pk).update(swept_at=timezone.now(), key="")


def forget(instance: Instance) -> int:
    """The instance is being erased: every file that was taken from it or brought for it goes. Says how many were there."""
    kept = Export.objects.filter(instance=instance, swept_at__isnull=True)
    brought = Arrival.objects.filter(instance=instance, swept_at__isnull=True)
    count = kept.count() + brought.count()
    storing.drop_all(instance.pk)
    now = timezone.now()
    kept.filter(ready_at__isnull=True).update(failed_at=now, problem=GONE)
    Export.objects.filter(instance=instance, swept_at__isnull=True).update(swept_at=now, key="")
    brought.update(swept_at=now, key="")
    return count


def _finish(export: Export, manifest: packing.Manifest, *, size: int, sha256: str) -> None:
    """The file is there: say so in the row and by a letter, both or neither."""
    now = timezone.now()
    facts = {
        "ready_at": now, "expires_at": now + period("exports"), "size": size, "sha256": sha256, "contents": manifest.contents,
        "counts": manifest.counts, "done": F("of"),
    }  # fmt: skip
    with transaction.atomic():
        if not Export.objects.being_made().filter(pk=export.pk).update(**facts):
            return
        export.refresh_from_db()
        if export.requested_by:
            send(letters.ExportReady.about(export, export.requested_by), key=f"export-ready:{export.pk}")


def _make_room(export: Export) -> None:
    """Nobody needs many of them: the oldest give way."""
    ready = Export.objects.filter(instance=export.instance_id, requested_by=export.requested_by, ready_at__isnull=False)
    for older in ready.filter(swept_at__isnull=True).order_by("-ready_at", "-id")[MOST_KEPT:]:
        put_away(older)


def _count(export: Export, error: Exception) -> None:
    if export.tries >= MOST_TRIES:
        log.error("Export %s is given up after %d tries: %s", export.pk, export.tries, type(error).__name__)
        fail(export, GIVEN_UP)


def _telling(export: Export) -> Callable[[int, int], None]:
    """Keeps in the row how far it is, not more often than somebody looks."""
    told = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal told
        if time.monotonic() - told > TOLD_EVERY:
            told = time.monotonic()
            Export.objects.filter(pk=export.pk).update(done=done, of=of)

    return tell
