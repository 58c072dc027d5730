"""Looking at buckets: does it answer, how full is its disk, how many databases are in it."""

import os
import shutil
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from pivotino.tenancy import provision
from pivotino.tenancy.models import BucketHealth, Instance, Spare
from pivotino.tenancy.places import Bucket, buckets


def look_at_all() -> list[BucketHealth]:
    """Look at every bucket there is, and forget those that are no more."""
    BucketHealth.objects.exclude(name__in=list(buckets())).delete()
    return [look(bucket) for bucket in buckets().values()]


def look(bucket: Bucket) -> BucketHealth:
    """How this bucket is now. It does not raise where the bucket is away: that is what it is for."""
    trouble, free = "", None
    try:
        if bucket.engine == "sqlite":
            free = _free_in_folder(bucket)
        else:
            _ask(bucket)
    except (OSError, DatabaseError) as error:
        trouble = f"It does not answer ({type(error).__name__})."
    if not trouble and free is not None and free < settings.BUCKET_LEAST_FREE:
        trouble = f"Only {free // 1_000_000:,} MB are free."
    told = {
        "reachable": not trouble.startswith("It does not answer"), "free_bytes": free, "trouble": trouble,
        "instances": taken(bucket.name), "looked_at": timezone.now(),
    }  # fmt: skip
    return BucketHealth.objects.update_or_create(name=bucket.name, defaults=told)[0]


def takes_in(name: str) -> bool:
    """Whether a new database may be put there: room by number, and nothing wrong when somebody last looked."""
    if taken(name) >= settings.INSTANCES_PER_BUCKET:
        return False
    row = BucketHealth.objects.filter(name=name).first()
    return row is None or not row.trouble


def taken(name: str) -> int:
    """How many databases are in a bucket; those being made count."""
    return Instance.objects.filter(Q(erased_at__isnull=True), bucket=name).count()


def spares_in(name: str) -> int:
    """How many empty databases wait in a bucket."""
    return Spare.objects.filter(bucket=name).count()


def _free_in_folder(bucket: Bucket) -> int:
    mark = bucket.folder / f".look-{os.getpid()}"
    try:
        mark.write_bytes(b"here\n")
    finally:
        with suppress(OSError):
            mark.unlink()
    return shutil.disk_usage(bucket.folder).free


def _ask(bucket: Bucket) -> None:
    with provision.administrator(bucket) as admin:
        admin.execute("SELECT 1")
