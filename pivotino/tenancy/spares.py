"""Empty databases that are ready before anybody asks. Taking one renames it, in milliseconds on either engine."""

import os
from pathlib import Path

from django.db import transaction
from psycopg import sql

from pivotino.tenancy import provision
from pivotino.tenancy.models import Spare
from pivotino.tenancy.places import Bucket, Place


def take(place: Place) -> bool:
    """Let an empty database become that of `place`; False where none is ready. Repeating it finds what it took."""
    if provision.exists(place):
        return True
    fitting = Spare.objects.filter(bucket=place.bucket.name, schema_version=provision.schema_version())
    for spare in list(fitting):
        with transaction.atomic():
            held = Spare.objects.select_for_update(skip_locked=True).filter(pk=spare.pk).first()
            if held is None:
                continue
            # Renamed before the row is gone: a worker that dies between leaves a row of nothing, and the next one drops it.
            renamed = _rename(held.place, place)
            held.delete()
        if renamed:
            return True
    return False


def keep(bucket: Bucket, number: int) -> int:
    """See to it that so many empty databases of this code's version wait in a bucket. Returns how many were made."""
    for old in Spare.objects.filter(bucket=bucket.name).exclude(schema_version=provision.schema_version()):
        drop(old)
    here = list(Spare.objects.filter(bucket=bucket.name))
    for spare in here:
        if not provision.exists(spare.place):
            spare.delete()
    for spare in here[number:]:
        drop(spare)
    missing = max(0, number - Spare.objects.filter(bucket=bucket.name).count())
    for _ in range(missing):
        _make(bucket)
    return missing


def drop(spare: Spare) -> None:
    """Remove one that nobody took."""
    with transaction.atomic():
        if Spare.objects.select_for_update(skip_locked=True).filter(pk=spare.pk).first() is None:
            return
        provision.destroy(spare.place)
        Spare.objects.filter(pk=spare.pk).delete()


def _make(bucket: Bucket) -> None:
    # The row first: a database without a row would be found by nobody.
    spare = Spare.objects.create(bucket=bucket.name, schema_version=provision.schema_version())
    provision.create(spare.place)
    if not Spare.objects.filter(pk=spare.pk).exists():
        provision.destroy(spare.place)


def _rename(spare: Place, place: Place) -> bool:
    return _rename_file(spare.path, place.path) if place.bucket.engine == "sqlite" else _rename_schema(spare, place)


def _rename_file(spare: Path, path: Path) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(spare, path)  # a link never replaces
    except FileNotFoundError:
        return False
    except FileExistsError:
        pass
    for tail in ("", "-wal", "-shm", ".turn"):
        Path(f"{spare}{tail}").unlink(missing_ok=True)
    return True


def _rename_schema(spare: Place, place: Place) -> bool:
    with provision.administrator(place.bucket) as admin, admin.transaction():
        admin.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [place.schema])
        there = "SELECT count(*) FROM pg_namespace WHERE nspname = %s"
        if admin.execute(there, [place.schema]).fetchone() == (1,):
            return True
        if admin.execute(there, [spare.schema]).fetchone() == (0,):
            return False
        old, new = sql.Identifier(spare.schema), sql.Identifier(place.schema)
        admin.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(old, new))
        admin.execute(sql.SQL("ALTER ROLE {} RENAME TO {}").format(old, new))
    return True
