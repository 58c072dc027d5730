"""What was made from an instance's data, kept as long as nothing is committed there.

A mark says what was committed so far, by whichever process. As long as two marks are equal, nothing changed in between;
so a page drawn under a mark is as fresh as one drawn now, and no verb has to remember to throw anything away.

In a SQLite file it is the `data_version` of a connection that never writes: every commit of another one changes it. In
PostgreSQL it is the present snapshot. That is of the whole cluster: a commit in another instance costs a look that was not
needed, never one that is missing.
"""

import os
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from django.db import transaction

from pivotino.tenancy import memory
from pivotino.tenancy.context import current
from pivotino.tenancy.places import Place

FILES = 40
# As long as a thread keeps a file open. The room of an erased file is taken no longer.
KEPT_SECONDS = 60

Made = TypeVar("Made")


def mark() -> Hashable | None:
    """The mark of the current instance; None where it cannot be told, as within a transaction, which sees more than others."""
    connection: Any = transaction.get_connection("instance")
    if connection.in_atomic_block:
        return None
    place = current()
    if place.bucket.engine == "sqlite":
        return _files.version(place)
    return str(connection.ask("SELECT pg_current_snapshot()::text", ()).fetchone()[0])


class Kept(Generic[Made]):
    """The latest of `size` things, each made from the current instance and what its key says."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._made: OrderedDict[Hashable, tuple[Hashable, Made]] = OrderedDict()
        self._lock = Lock()

    def of(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` returned for this key, if nothing was committed since; else what it returns now.

        The key holds all that `make` knows besides what it reads itself. It may not depend on the time of day.
        """
        seen = mark()
        if seen is None:
            return make()
        key = (current(), key)
        with self._lock:
            known = self._made.get(key)
            if known is not None and known[0] == seen:
                self._made.move_to_end(key)
                return known[1]
        # The mark is older than what is read now: whatever is committed meanwhile only makes the next look draw anew.
        with memory.read_anew():
            made = make()
        with self._lock:
            self._made[key] = seen, made
            self._made.move_to_end(key)
            while len(self._made) > self._size:
                self._made.popitem(last=False)
        return made


class _Files:
    """The files somebody looked at lately, each through a connection that only asks for its version."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, str], _File] = OrderedDict()
        self._lock = Lock()

    def version(self, place: Place) -> Hashable | None:
        """The version of the file of a place; None where it is not there."""
        now = time.monotonic()
        with self._lock:
            try:
                file = self._open.get(place.address)
                if file is None or file.is_lost():
                    self._close(place.address)
                    file = self._open[place.address] = _File(place)
                self._open.move_to_end(place.address)
                file.asked_at = now
                version = file.version()
            except (OSError, sqlite3.Error):
                self._close(place.address)
                return None
            for address, other in list(self._open.items())[: max(1, len(self._open) - FILES)]:
                if len(self._open) > FILES or other.asked_at < now - KEPT_SECONDS:
                    self._close(address)
            return version

    def _close(self, address: tuple[str, str]) -> None:
        file = self._open.pop(address, None)
        if file is not None:
            file.close()


class _File:
    opened = 0

    def __init__(self, place: Place) -> None:
        self._path = place.path
        self._file = self._here()
        self._raw = sqlite3.connect(
            f"file:{place.path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
        self.asked_at = 0.0
        # Two connections count by themselves: each has a number of its own.
        _File.opened += 1
        self._number = _File.opened

    def is_lost(self) -> bool:
        return self._here() != self._file

    def version(self) -> Hashable:
        return self._number, self._raw.execute("PRAGMA data_version").fetchone()[0]

    def close(self) -> None:
        self._raw.close()

    def _here(self) -> tuple[int, int]:
        there = os.stat(self._path)
        return there.st_dev, there.st_ino


_files = _Files()
