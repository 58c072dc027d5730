"""The last word on writing: after `fence(place)` nothing can be committed into that database any more, by anybody.

Freezing tells people; a request that has begun may still write for a moment. Whoever takes the database elsewhere may not
lose that write, so it is waited out, and everything later is refused: the person keeps what was typed and is told why.

SQLite: a mark in the file beside the database at which writers queue. A writer looks at it once it is its turn; whoever has
the turn is waited for. PostgreSQL: the schema's role loses its right to write. A statement is asked for that right after it
holds the table's lock, so whoever was let through before holds a lock now, and is waited for.
"""

import fcntl
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from psycopg import sql

from pivotino.tenancy import provision
from pivotino.tenancy.engine.sqlite import Fenced
from pivotino.tenancy.places import Place

PATIENCE = timedelta(seconds=60)
PAUSE_SECONDS = 0.01
RIGHTS = sql.SQL("INSERT, UPDATE, DELETE, TRUNCATE")
# What PostgreSQL says where the right is gone, and where a transaction may only read.
REFUSED = frozenset({"42501", "25006"})
READ_ONLY = "attempt to write a readonly database"


class StillWriting(RuntimeError):
    """Somebody's transaction took longer than we wait. The fence was taken down again; nothing has changed."""


def fence(place: Place, *, patience: timedelta = PATIENCE) -> None:
    """Let nobody write into this database any more. Returns when the last write is in. Repeating it is harmless.

    Raises StillWriting where one is still under way when patience ends; then everybody may write again.
    """
    until = time.monotonic() + patience.total_seconds()
    try:
        (_fence_file if place.bucket.engine == "sqlite" else _fence_schema)(place, until)
    except StillWriting:
        unfence(place)
        raise


def unfence(place: Place) -> None:
    """Let people write again. Repeating it is harmless; a database that is gone needs none."""
    if place.bucket.engine == "sqlite":
        if _mark(place).exists():
            os.truncate(_mark(place), 0)
    elif provision.exists(place):
        _as_owner(place, sql.SQL("GRANT {} ON ALL TABLES IN SCHEMA {} TO {}"))


def is_fenced(place: Place) -> bool:
    """Whether writes are refused here."""
    if place.bucket.engine == "sqlite":
        return _mark(place).exists() and _mark(place).stat().st_size > 0
    with provision.administrator(place.bucket) as admin:
        row = admin.execute(
            "SELECT bool_or(has_table_privilege(%s, c.oid, 'INSERT')) FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relkind IN ('r', 'p')",
            [place.schema, place.schema],
        ).fetchone()
        return row is not None and row[0] is False


def refused(error: BaseException | None) -> bool:
    """Whether this error is a write that a fence or a freeze did not let through. Nothing was written then."""
    while error is not None:
        if isinstance(error, Fenced) or getattr(error, "sqlstate", None) in REFUSED:
            return True
        if isinstance(error, DatabaseError) and READ_ONLY in str(error):
            return True
        error = error.__cause__
    return False


def _fence_file(place: Place, until: float) -> None:
    # The mark first: those who queue see it when their turn comes. Then our own turn, when the one at work is done.
    turn = os.open(_mark(place), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.pwrite(turn, b"fenced\n", 0)
        os.fsync(turn)
        while not _got(turn):
            _wait(until)
    finally:
        os.close(turn)


def _got(turn: int) -> bool:
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _fence_schema(place: Place, until: float) -> None:
    _as_owner(place, sql.SQL("REVOKE {} ON ALL TABLES IN SCHEMA {} FROM {}"))
    with provision.administrator(place.bucket) as admin:
        while _at_work(place, admin):
            _wait(until)


def _at_work(place: Place, admin: Any) -> bool:
    """Whether a transaction holds a lock as writers take it on any table of this schema."""
    row = admin.execute(
        "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND l.pid <> pg_backend_pid()"
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.mode IN"
        " ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))",
        [place.schema],
    ).fetchone()
    return bool(row[0])


def _as_owner(place: Place, statement: sql.SQL) -> None:
    name = sql.Identifier(place.schema)
    with provision.administrator(place.bucket) as admin, admin.transaction():
        admin.execute(sql.SQL("SET LOCAL ROLE {}").format(name))
        admin.execute(statement.format(RIGHTS, name, name))


def _wait(until: float) -> None:
    if time.monotonic() > until:
        raise StillWriting("Somebody is still writing. Try again in a while.")
    time.sleep(PAUSE_SECONDS)


def _mark(place: Place) -> Path:
    return Path(f"{place.path}.turn")
