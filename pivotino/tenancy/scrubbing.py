"""Deleting so that no byte of it stays in a file.

    with thoroughly():          # outside of a transaction; what is deleted inside is overwritten
        ...
    rewrite(place)              # later, in a worker: whatever still holds what was deleted is written anew

SQLite leaves what was deleted until the room is used again, and words in the segments of its search index. PostgreSQL leaves
it as dead rows, after a vacuum in the hole of the page, and as samples in its statistics; so its tables are written anew, with
their indexes. What a rewriting leaves: the blocks a file system gives free without overwriting them, and the write-ahead log
of PostgreSQL, until its segments are used again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from pivotino.tenancy import checkpoints, provision
from pivotino.tenancy.context import current, inside
from pivotino.tenancy.places import Place
from pivotino.tenancy.rows import ask, in_files

# A table is closed while it is written anew. By day nobody waits longer than for so many bytes.
LARGE = 64 * 1024 * 1024
WAIT = "2s"
TABLES = """SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = %s AND c.relkind = 'r' ORDER BY 2, 1"""
INDEXES_OF_WORDS = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%%fts5%%'"

_followers: list[Callable[[Place], None]] = []


def followed_by(verb: Callable[[Place], None]) -> None:
    """Let `verb` know of every place in which something was deleted thoroughly. A second one takes the first one's place."""
    _followers[:] = [verb]


@contextmanager
def thoroughly() -> Iterator[None]:
    """Overwrite what is deleted inside, and cut the file's log off behind it as far as nobody still reads it."""
    files = in_files()
    if files:
        ask("PRAGMA secure_delete = ON").fetchall()
    try:
        yield
    finally:
        if files:
            ask("PRAGMA secure_delete = OFF").fetchall()
    if files:
        checkpoints.empty(current().path)
    for tell in _followers:
        tell(current())


def rewrite(place: Place, *, large: bool = True) -> list[str]:
    """Write the database of an instance anew. Returns what was in use and has to be done again, large tables too if not `large`."""
    if place.bucket.engine == "postgres":
        with provision.administrator(place.bucket) as admin:
            return _write_tables(admin, place.schema, large=large)
    with inside(place.writable):
        connection: Any = connections["instance"]
        with connection.my_turn():
            _write_file(connection)
    return [] if checkpoints.empty(place.path) else [place.path.name]


def rewrite_control(*, large: bool = True) -> list[str]:
    """The same with the books of our own."""
    connection: Any = connections["default"]
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        return _write_tables(connection.connection, "public", large=large)
    _write_file(connection)
    name = Path(connection.settings_dict["NAME"])
    return [] if checkpoints.empty(name) else [name.name]


def _write_file(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INDEXES_OF_WORDS.replace("%%", "%"))
        for (name,) in cursor.fetchall():
            quoted = connection.ops.quote_name(name)
            cursor.execute(f"INSERT INTO {quoted}({quoted}) VALUES ('optimize')")  # noqa: S608
        cursor.execute("VACUUM")


def _write_tables(raw: "psycopg.Connection[Any]", schema: str, *, large: bool) -> list[str]:
    tables = raw.execute(TABLES, [schema]).fetchall()
    left = [name for name, size in tables if size > LARGE and not large]
    raw.execute("SELECT set_config('lock_timeout', %s, false)", [WAIT])
    try:
        for name, _ in tables:
            if name not in left and not _writes(raw, sql.Identifier(schema, name)):
                left.append(name)
        # Samples of what stood in the tables. Who does not own the database is told so by the server, and goes on.
        if large and not _writes(raw, sql.SQL("pg_catalog.pg_statistic"), how="FULL"):
            left.append("pg_statistic")
    finally:
        raw.execute("RESET lock_timeout")
    return left


def _writes(raw: "psycopg.Connection[Any]", table: sql.Composable, *, how: str = "FULL, ANALYZE") -> bool:
    try:
        raw.execute(sql.SQL("VACUUM ({}) {}").format(sql.SQL(how), table))
    except (psycopg.errors.LockNotAvailable, psycopg.errors.UndefinedTable, psycopg.errors.DeadlockDetected) as error:
        return isinstance(error, psycopg.errors.UndefinedTable)
    return True
