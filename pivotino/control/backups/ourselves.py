"""Our own books: the control database, sealed every night like everybody's, and the ledger of erasures beside it in plain words.

The ledger lies outside of the database it belongs to. Whoever puts an older control database back runs `replay_erasures`
before anybody may open anything, and what was erased since then is erased again.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils import timezone

from pivotino.control.backups import sealing, storing
from pivotino.control.backups.rotation import rotation
from pivotino.control.erasures.hooks import Copy
from pivotino.control.erasures.models import Erasure
from pivotino.kit.ids import uuid7
from pivotino.tenancy import fencing, provision, registry, remains, scratch, snapshots
from pivotino.tenancy.models import Instance, Spare
from pivotino.tenancy.places import buckets

FOLDER, LEDGER = "ours", "ours/erasures.jsonl"


def make() -> str:
    """Seal the control database into the storage, and return its name there: the moment, and the id that opens it."""
    id, now = uuid7(), timezone.now()
    name = f"{FOLDER}/{now:%Y-%m-%dT%H-%M}-{id}.pvb"
    with scratch.workplace(id) as folder:
        snapshots.take_control(folder / "plain")
        sealing.seal(folder / "plain", folder / "sealed", id=id)
        (folder / "plain").unlink()
        storing.keep_as(folder / "sealed", name)
    return name


def let_go() -> int:
    """Remove those that are older than anything may be. Returns how many."""
    oldest = timezone.now() - rotation().longest
    gone = [name for name in names() if _taken_at(name) < oldest]
    for name in gone:
        storing.store().delete(name)
    return len(gone)


def names() -> list[str]:
    """All of them, the oldest first."""
    try:
        _, found = storing.store().listdir(FOLDER)
    except FileNotFoundError:  # a folder nobody has written into yet
        return []
    return sorted(f"{FOLDER}/{name}" for name in found if name.endswith(".pvb"))


def copies() -> list[Copy]:
    """When each was taken, and when it goes."""
    return [Copy(taken_at=taken, until=taken + rotation().longest) for taken in map(_taken_at, names())]


def id_in(name: str) -> UUID:
    """The id with which a file of this name was sealed; databases' and our own."""
    return UUID(Path(name).stem[-36:])


def write_ledger() -> None:
    """Write every erasure beside the backups: ids, dates and marks only."""
    rows = [_line(erasure) for erasure in Erasure.objects.order_by("asked_at")]
    storing.store().delete(LEDGER)
    storing.store().save(LEDGER, ContentFile("".join(f"{json.dumps(row)}\n" for row in rows).encode()))


def read_ledger() -> int:
    """Take in what the ledger knows and our books do not; what was erased is then erased again. Returns how many."""
    with storing.store().open(LEDGER, "rb") as handle:
        rows = [json.loads(line) for line in handle.read().decode().splitlines()]
    known = {str(pk) for pk in Erasure.objects.values_list("pk", flat=True)}
    fresh = [row for row in rows if row["id"] not in known]
    for row in fresh:
        done = row["asked_at"] if row["kind"] == Erasure.Kind.RECORDS else None
        Erasure.objects.create(**row, done_at=done)
    return len(fresh)


def find_databases() -> list[str]:
    """Where every database is by now, after older books were put back; says what differs from them.

    A database that was upgraded, moved or restored since is at another place. The one before it is fenced or gone.
    """
    told = []
    for instance in Instance.objects.living():
        if provision.exists(instance.place) and not fencing.is_fenced(instance.place):
            continue
        open_ones = [place for place in remains.everywhere(instance.pk) if not fencing.is_fenced(place)]
        if open_ones:
            newest = max(open_ones, key=lambda place: place.generation)
            there = {"bucket": newest.bucket.name, "generation": newest.generation}
            Instance.objects.filter(pk=instance.pk).update(**there)
            registry.forget(instance.slug)
            told.append(f"{instance.slug} is at {newest.bucket.name}.{newest.generation} by now.")
        elif not provision.exists(instance.place):
            told.append(f"{instance.slug} has no database. Put it back with restore_database.")
    known = {*Instance.objects.values_list("pk", flat=True), *Spare.objects.values_list("pk", flat=True)}
    unknown = {id for bucket in buckets().values() for id in remains.ids_in(bucket)} - known
    if unknown:
        told.append(
            f"{len(unknown)} database{' is' if len(unknown) == 1 else 's are'} in no book: spares, or customers who came since. Nothing removes them."
        )
    return told


def _line(erasure: Erasure) -> dict[str, Any]:
    told = {
        "id": str(erasure.pk),
        "kind": erasure.kind,
        "instance_id": str(erasure.instance_id) if erasure.instance_id else None,
        "mark": erasure.mark,
        "cause": erasure.cause,
    }
    return {**told, "asked_at": erasure.asked_at.isoformat(), "pieces": erasure.pieces}


def _taken_at(name: str) -> datetime:
    return datetime.strptime(Path(name).name[:16], "%Y-%m-%dT%H-%M").replace(tzinfo=UTC)
