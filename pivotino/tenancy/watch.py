"""Noticing that an instance changed, whoever changed it and in whichever process.

One thread watches every instance somebody listens to: a SQLite file by its `data_version`, five times a second and
without reading it; a PostgreSQL bucket by LISTEN, where a trigger on the outbox says which schema it was.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connections

from pivotino.tenancy.context import inside
from pivotino.tenancy.places import Bucket, Place

PAUSE_SECONDS = 0.2
# A notification may be lost with a broken connection: every so often everybody is asked anyway.
ROUND_SECONDS = 15.0
CHANNEL = "pivotino_outbox"

log = logging.getLogger(__name__)
Noticed = Callable[[Place], None]


class Watch:
    """Calls `noticed(place)` inside that instance, on its own thread, soon after something was committed there."""

    def __init__(self, noticed: Noticed) -> None:
        self._noticed = noticed
        self._places: dict[str, Place] = {}
        self._files: dict[str, _File] = {}
        self._ears: dict[str, _Ear] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, place: Place) -> None:
        """Watch this place from now on."""
        with self._lock:
            self._places[place.key] = place
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pivotino-watch", daemon=True)
                self._thread.start()

    def drop(self, place: Place) -> None:
        """Nobody listens to this place any more."""
        with self._lock:
            self._places.pop(place.key, None)

    def _run(self) -> None:
        next_round = time.monotonic() + ROUND_SECONDS
        while True:
            time.sleep(PAUSE_SECONDS)
            with self._lock:
                places = list(self._places.values())
            everybody = time.monotonic() >= next_round
            if everybody:
                next_round = time.monotonic() + ROUND_SECONDS
            self._forget_all_but({place.key for place in places})
            try:
                for place in self._changed(places):
                    self._tell(place)
                if everybody:
                    for place in places:
                        self._tell(place)
            except Exception:
                log.exception("The watch stumbled and goes on.")

    def _tell(self, place: Place) -> None:
        try:
            with inside(place):
                self._noticed(place)
        except Exception:
            log.exception("%s could not be read.", place.key)

    def _changed(self, places: list[Place]) -> list[Place]:
        changed: list[Place] = []
        by_schema: dict[str, dict[str, Place]] = {}
        for place in places:
            if place.bucket.engine == "sqlite":
                file = self._files.get(place.key) or self._files.setdefault(place.key, _File(place))
                if file.changed():
                    changed.append(place)
            else:
                by_schema.setdefault(place.bucket.name, {})[place.schema] = place
        for name, here in by_schema.items():
            ear = self._ears.get(name) or self._ears.setdefault(name, _Ear(next(iter(here.values())).bucket))
            changed += [here[schema] for schema in ear.heard() if schema in here]
        return changed

    def _forget_all_but(self, keys: set[str]) -> None:
        for key in set(self._files) - keys:
            self._files.pop(key).close()
        if not keys:
            proxy: Any = connections["instance"]
            proxy.close()


class _File:
    """One SQLite file and the version it had when it was last looked at."""

    def __init__(self, place: Place) -> None:
        self._raw = sqlite3.connect(
            f"file:{place.path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
        self._version = self._read()

    def changed(self) -> bool:
        version = self._read()
        before, self._version = self._version, version
        return version != before

    def close(self) -> None:
        self._raw.close()

    def _read(self) -> int:
        return int(self._raw.execute("PRAGMA data_version").fetchone()[0])


class _Ear:
    """One connection to a bucket that hears which schemas changed."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._raw: psycopg.Connection[Any] | None = None

    def heard(self) -> set[str]:
        try:
            if self._raw is None:
                login = self._bucket.login()
                self._raw = psycopg.connect(
                    dbname=login["NAME"], user=login["USER"], password=login["PASSWORD"] or None,
                    host=str(login["HOST"]) or None, port=login["PORT"] or None, autocommit=True,
                )  # fmt: skip
                self._raw.execute(f"LISTEN {CHANNEL}")
            return {notify.payload for notify in self._raw.notifies(timeout=0)}
        except psycopg.OperationalError:
            log.warning("Bucket %s does not answer; trying again.", self._bucket.name)
            self._raw = None
            return set()
