"""One process at a time for one piece of work. The hold ends with the process, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from pivotino.jobs.refusals import Retry

LOOK_AGAIN = timedelta(seconds=10)


@contextmanager
def alone(key: str) -> Iterator[None]:
    """Within the block nobody else is in a block of the same key. Raises Retry where somebody is.

    The control database keeps the hold where it is PostgreSQL; with SQLite everybody is on one machine, and a file does.
    """
    with _held_by_server(key) if connection.vendor == "postgresql" else _held_by_file(key):
        yield


@contextmanager
def _held_by_server(key: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 1))", [key])
        if not cursor.fetchone()[0]:
            raise Retry("Another worker is at it.", after=LOOK_AGAIN, counted=False)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 1))", [key])


@contextmanager
def _held_by_file(key: str) -> Iterator[None]:
    folder = Path(settings.VAR_DIR) / "holds"
    folder.mkdir(exist_ok=True)
    hold = os.open(folder / key.replace("/", "-"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Retry("Another worker is at it.", after=LOOK_AGAIN, counted=False) from None
        yield
    finally:
        os.close(hold)
