"""One instance's database in one file, as it was at one moment, and such a file made a database again.

SQLite gives a compacted copy of the file; PostgreSQL a plain dump of the schema, which names no owner and is read back
here, statement by statement, into a schema of another name. What people write meanwhile is in the next one.
"""

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from pivotino.kit.ids import uuid7
from pivotino.tenancy import provision
from pivotino.tenancy.context import inside
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Bucket, Place

# Where Debian keeps each major version's own programs.
PROGRAMS = Path("/usr/lib/postgresql")
SQLITE_BEGINS, DUMP_BEGINS = b"SQLite format 3\x00", b"--\n-- PostgreSQL database dump"
DUMP_ENDS = b"-- PostgreSQL database dump complete"
COPY = re.compile(rb"^COPY .* FROM stdin;$")
PIECE = 1 << 20


class SnapshotFailed(RuntimeError):
    """No snapshot was made, and nothing half is left of it."""


class NoProgram(SnapshotFailed):
    """The program that reads a PostgreSQL schema out is not on this machine."""


class AlreadyThere(RuntimeError):
    """A database stands at this place already; nothing was touched."""


class NotASnapshot(RuntimeError):
    """The file is no snapshot that this kind of bucket can read. Nothing was made."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What was taken: the size and hash of the file, the engine that can read it, the schema version at that moment."""

    bytes: int
    sha256: str
    engine: str
    schema_version: str


def take(place: Place, file: Path) -> Snapshot:
    """Write the database of `place` into `file`, consistent while people write. Raises SnapshotFailed and leaves no file."""
    version = Instance.objects.filter(pk=place.id).values_list("schema_version", flat=True).first() or ""
    try:
        (_take_file if place.bucket.engine == "sqlite" else _take_schema)(place, file)
        os.chmod(file, 0o600)
        size, digest = measured(file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return Snapshot(bytes=size, sha256=digest, engine=place.bucket.engine, schema_version=version)


def put(file: Path, place: Place) -> None:
    """Make the database of `place` from a snapshot: all of it or nothing. Raises AlreadyThere where there is one."""
    if engine_of(file) != place.bucket.engine:
        raise NotASnapshot(f"This file is no snapshot for bucket {place.bucket.name}.")
    if provision.exists(place):
        raise AlreadyThere(f"{place.address[1]} is there already.")
    if place.bucket.engine == "postgres" and not _is_whole(file):
        raise NotASnapshot("The file ends too early.")
    (_put_file if place.bucket.engine == "sqlite" else _put_schema)(file, place)


def engine_of(file: Path) -> str:
    """The engine that can read this file, or "" where it is no snapshot."""
    with open(file, "rb") as handle:
        begin = handle.read(64)
    if begin.startswith(SQLITE_BEGINS):
        return "sqlite"
    return "postgres" if begin.startswith(DUMP_BEGINS) else ""


def measured(file: Path) -> tuple[int, str]:
    """The size and the SHA-256 of a file, read in pieces."""
    told = hashlib.sha256()
    with open(file, "rb") as handle:
        while piece := handle.read(PIECE):
            told.update(piece)
        return handle.tell(), told.hexdigest()


def counts(place: Place) -> dict[str, int]:
    """How many rows each table of an instance holds."""
    with inside(place):
        connection = connections["instance"]
        with connection.cursor() as cursor:
            tables = sorted(connection.introspection.table_names(cursor))
            found = {}
            for table in tables:
                cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table's name
                found[table] = int(cursor.fetchone()[0])
            return found


def rows_in(file: Path) -> dict[str, int]:
    """How many rows each table has in a snapshot, read from the file alone. Raises NotASnapshot."""
    if engine_of(file) == "sqlite":
        try:
            with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as raw:
                return {table: raw.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0] for table in _tables(raw)}  # noqa: S608
        except sqlite3.Error as error:
            raise NotASnapshot("The file is damaged.") from error
    if engine_of(file) != "postgres" or not _is_whole(file):
        raise NotASnapshot("The file is damaged.")
    with open(file, "rb") as lines:
        return _rows_in_dump(lines)


def problems(place: Place) -> list[str]:
    """What is wrong with the database of `place`; nothing where it is sound. Reads all of it."""
    with inside(place), connections["instance"].cursor() as cursor:
        if place.bucket.engine == "sqlite":
            cursor.execute("PRAGMA integrity_check(20)")
            found = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            return found + [f"{row[0]} points at a row of {row[2]} that is not there" for row in cursor.fetchall()]
        # A key or an index that does not hold was refused when the dump was read back; here: those left unproven.
        cursor.execute(
            "SELECT 'constraint ' || conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace"
            " AND NOT convalidated UNION ALL SELECT 'index ' || indexrelid::regclass FROM pg_index JOIN pg_class c"
            " ON c.oid = indexrelid WHERE c.relnamespace = current_schema()::regnamespace AND NOT indisvalid"
        )
        return [f"{row[0]} does not hold" for row in cursor.fetchall()]


def _tables(raw: sqlite3.Connection) -> list[str]:
    rows = raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'sqlite_sequence' ORDER BY name"
    )
    return [row[0] for row in rows.fetchall()]


def _rows_in_dump(lines: Iterable[bytes]) -> dict[str, int]:
    found, written = {}, iter(lines)
    for line in written:
        if COPY.match(line.rstrip(b"\n")) and (table := re.match(rb'COPY "\w+"\."(\w+)" ', line)):
            found[table[1].decode()] = sum(piece.count(b"\n") for piece in _until_the_end(written))
    return found


def _is_whole(file: Path) -> bool:
    with open(file, "rb") as handle:
        handle.seek(max(0, file.stat().st_size - 400))
        return DUMP_ENDS in handle.read()


def take_control(file: Path) -> None:
    """Write the control database into `file`, consistent while it is used. Raises SnapshotFailed and leaves no file."""
    control = connections["default"]
    try:
        if control.vendor == "sqlite":
            _vacuum(Path(str(control.settings_dict["NAME"])), file)
        else:
            login = {name: control.settings_dict[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
            control.ensure_connection()
            _dump(login, int(control.pg_version) // 10_000, file)  # type: ignore[attr-defined]
        os.chmod(file, 0o600)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _take_file(place: Place, file: Path) -> None:
    _vacuum(place.path, file)


def _vacuum(source: Path, file: Path) -> None:
    file.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True, timeout=20)) as raw:
            raw.execute("VACUUM INTO ?", [str(file)])
    except sqlite3.Error as error:
        raise SnapshotFailed(f"The database could not be copied: {error}.") from error
    _to_the_disk(file)


def _take_schema(place: Place, file: Path) -> None:
    only = [f"--schema={place.schema}", f"--role={place.schema}", "--no-comments"]
    _dump(place.bucket.login(admin=True), server_version(place.bucket), file, *only)


def _dump(login: dict[str, str | int], version: int, file: Path, *only: str) -> None:
    command = [
        str(program("pg_dump", version)), "--format=plain", *only, "--no-owner", "--no-privileges", "--no-password",
        "--quote-all-identifiers", "--no-security-labels", "--no-publications", "--no-subscriptions", f"--file={file}",
    ]  # fmt: skip
    done = subprocess.run(command, env=_spoken_to(login), capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise SnapshotFailed(f"pg_dump ended with {done.returncode}: {said[-1] if said else 'it said nothing'}")
    _to_the_disk(file)


def _put_file(file: Path, place: Place) -> None:
    place.path.parent.mkdir(parents=True, exist_ok=True)
    draft = place.path.with_suffix(f".{uuid7().hex}.draft")
    try:
        shutil.copyfile(file, draft)
        os.chmod(draft, 0o600)
        with closing(sqlite3.connect(draft)) as raw:
            if raw.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise NotASnapshot("The file is damaged.")
            raw.execute("PRAGMA journal_mode=WAL")
        _to_the_disk(draft)
        try:
            os.link(draft, place.path)  # a link never replaces
        except FileExistsError as error:
            raise AlreadyThere(f"{place.address[1]} is there already.") from error
    except sqlite3.Error as error:
        raise NotASnapshot("The file is damaged.") from error
    finally:
        for tail in ("", "-wal", "-shm"):
            Path(f"{draft}{tail}").unlink(missing_ok=True)


def _put_schema(file: Path, place: Place) -> None:
    with provision.administrator(place.bucket) as admin, admin.transaction():
        admin.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [place.schema])
        if admin.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [place.schema]).fetchone():
            raise AlreadyThere(f"{place.address[1]} is there already.")
        provision.make_schema(place, admin)
        admin.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(place.schema)))
        with open(file, "rb") as lines:
            _read_back(lines, place.schema, admin)


def _read_back(lines: Iterable[bytes], schema: str, admin: "psycopg.Connection[Any]") -> None:
    """Do what a plain dump says. Names are changed in its statements only; its data is passed on untouched."""
    known = {row[0] for row in admin.execute("SELECT name FROM pg_settings").fetchall()}
    script: list[bytes] = []
    written, was, cursor = iter(lines), b"", admin.cursor()
    for line in written:
        if was == b"" and (found := re.match(rb'CREATE SCHEMA "([a-z0-9_]+)";', line)):
            was = found[1]
            continue
        if not _is_ours(line, known):
            continue
        line = line.replace(was, schema.encode()) if was else line
        if not COPY.match(line.rstrip(b"\n")):
            script.append(line)
            continue
        _do(script, cursor)
        with cursor.copy(line.decode().rstrip("\n;")) as copying:
            for piece in _until_the_end(written):
                copying.write(piece)
    _do(script, cursor)


def _is_ours(line: bytes, known: set[str]) -> bool:
    """False for words to `psql`, and for settings that a newer program names and this server does not know."""
    if line.startswith((b"\\restrict", b"\\unrestrict")):
        return False
    setting = re.match(rb"SET ([a-z_]+) = ", line)
    return setting is None or (setting[1].decode() in known and setting[1] != b"transaction_timeout")


def _until_the_end(lines: Iterator[bytes]) -> Iterator[bytes]:
    gathered: list[bytes] = []
    size = 0
    for line in lines:
        if line == b"\\.\n":
            break
        gathered.append(line)
        size += len(line)
        if size > PIECE:
            yield b"".join(gathered)
            gathered, size = [], 0
    yield b"".join(gathered)


def _do(script: list[bytes], cursor: "psycopg.Cursor[Any]") -> None:
    if any(line.strip() and not line.startswith(b"--") for line in script):
        cursor.execute(b"".join(script))
    script.clear()


def program(name: str, version: int) -> Path:
    """A client program of PostgreSQL, of the server's major version or the next newer one there is. Raises NoProgram."""
    here = {int(folder.name): folder / "bin" / name for folder in PROGRAMS.glob("[0-9]*") if folder.name.isdigit()}
    fitting = sorted(major for major, path in here.items() if major >= version and path.exists())
    if fitting:
        return here[fitting[0]]
    elsewhere = shutil.which(name)
    if elsewhere and _major(elsewhere) >= version:
        return Path(elsewhere)
    raise NoProgram(f"{name} {version} or newer is not installed here. Install postgresql-client-{version}.")


@cache
def _major(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", said)
    return int(found[1]) if found else 0


def server_version(bucket: Bucket) -> int:
    """The major version of the server of a bucket."""
    with provision.administrator(bucket) as admin:
        return admin.info.server_version // 10_000


def _spoken_to(login: dict[str, str | int]) -> dict[str, str]:
    """The environment that names server, database and password: none of it stands on a command line."""
    words = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return plain | {word: str(login[name]) for word, name in words.items() if login[name]}


def _to_the_disk(file: Path) -> None:
    with open(file, "rb") as handle:
        os.fsync(handle.fileno())
