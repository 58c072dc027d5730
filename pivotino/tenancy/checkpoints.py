"""Copying what was committed from a SQLite file's write-ahead log into the file, off the path of requests.

A commit waits for the log only. Somebody has to bring the log home; left to SQLite, that is whoever commits when it has
grown long or closes the file last. One quiet thread of a server does it instead, soon after a file changed.
"""

import logging
import sqlite3
import threading
import time
from pathlib import Path

PAUSE_SECONDS = 1.0
# A log is brought home so long after its first commit, sooner when it has grown large.
AFTER_SECONDS = 5.0
LARGE = 4 * 1024 * 1024

log = logging.getLogger(__name__)
_changed: dict[Path, float] = {}
_thread: threading.Thread | None = None


def begin() -> None:
    """Start the thread of this process; a process that does not leaves it to SQLite."""
    global _thread
    if _thread is None:
        _thread = threading.Thread(target=_run, name="pivotino-checkpoints", daemon=True)
        _thread.start()


def note(path: Path) -> None:
    """Something was committed into this file."""
    if _thread is not None:
        _changed.setdefault(path, time.monotonic())


def bring_home(path: Path) -> None:
    """Copy the log into the file as far as no reader still needs it. Hinders neither readers nor writers."""
    raw = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=0)
    try:
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    finally:
        raw.close()


def empty(path: Path) -> bool:
    """Bring the whole log home and cut it off, so that nothing deleted stands in it any more; False where somebody still reads it."""
    raw = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=1)
    try:
        raw.execute("PRAGMA synchronous=FULL")
        return bool(raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
    finally:
        raw.close()


def due(now: float) -> list[Path]:
    """The files whose turn it is. They are forgotten until the next commit."""
    found = [path for path, since in list(_changed.items()) if now - since >= AFTER_SECONDS or _log_size(path) >= LARGE]
    for path in found:
        _changed.pop(path, None)
    return found


def _run() -> None:
    while True:
        time.sleep(PAUSE_SECONDS)
        for path in due(time.monotonic()):
            try:
                bring_home(path)
            except sqlite3.Error:  # gone, or busy: the next commit notes it again, and SQLite's own net is below
                log.debug("The log of %s was not brought home.", path.name, exc_info=True)


def _log_size(path: Path) -> int:
    try:
        return Path(f"{path}-wal").stat().st_size
    except OSError:
        return 0
