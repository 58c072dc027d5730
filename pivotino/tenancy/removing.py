"""Removing a database with proof: a row that says what was there, and that nothing is there any more."""

import hashlib
from datetime import datetime

from django.db import DatabaseError

from pivotino.tenancy import provision, snapshots
from pivotino.tenancy.models import Removal
from pivotino.tenancy.places import Place


class StillThere(RuntimeError):
    """The database answers although it was removed. No proof was written."""


def remove(place: Place, what: str, *, made_at: datetime | None = None) -> Removal:
    """Remove the database of `place` and keep the proof. Repeating it finds the first proof."""
    found = Removal.objects.filter(bucket=place.bucket.name, database=place.address[1]).first()
    counted = _counted(place)
    provision.destroy(place)
    if provision.exists(place):
        raise StillThere(f"{place.address[1]} is still there.")
    if found:
        return found
    lines = "".join(f"{table} {count}\n" for table, count in sorted(counted.items()))
    proof, _ = Removal.objects.get_or_create(
        bucket=place.bucket.name, database=place.address[1],
        defaults={
            "what": what, "instance_key": place.id, "made_at": made_at, "rows": sum(counted.values()),
            "tables": len(counted), "digest": hashlib.sha256(lines.encode()).hexdigest(),
        },
    )  # fmt: skip
    return proof


def _counted(place: Place) -> dict[str, int]:
    # What cannot be read any more is removed all the same.
    try:
        return snapshots.counts(place) if provision.exists(place) else {}
    except DatabaseError:
        return {}
