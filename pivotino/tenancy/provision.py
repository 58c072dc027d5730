"""How an instance comes into being: a copy of a prebuilt template, never a migration in a request.

SQLite copies a file; PostgreSQL replays the statements that building the template executed. Both are safe to repeat:
an instance that is already there is left alone.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import DatabaseError
from psycopg import sql

from pivotino.kit.ids import uuid7
from pivotino.tenancy.context import inside
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Bucket, Place
from pivotino.tenancy.router import plane_of

_version: dict[tuple[tuple[str, str | None], ...], str] = {}


def schema_version() -> str:
    """The version of the instance schema this code expects: a digest of its newest migrations and what they say."""
    chosen = tuple(sorted(settings.MIGRATION_MODULES.items()))
    if chosen not in _version:
        told = hashlib.sha256()
        for app, name, source in _migrations("instance"):
            told.update(f"{app}.{name}".encode() + source.read_bytes())
        _version[chosen] = told.hexdigest()[:16]
    return _version[chosen]


def control_is_behind() -> bool:
    """True where the control database misses a migration of this code."""
    applied = MigrationRecorder(connections["default"]).applied_migrations()
    return any((app, name) not in applied for app, name, _ in _migrations("default"))


def _migrations(plane: str) -> list[tuple[str, str, Path]]:
    """Every migration of the rooms of a plane, in order: looked at, not loaded."""
    return sorted(
        (room.label, source.stem, source)
        for room in apps.get_app_configs()
        if plane_of(room.label) == plane
        for folder in _migrations_folders(room)
        for source in folder.glob("[!_~]*.py")
    )


def _migrations_folders(room: AppConfig) -> list[Path]:
    chosen = settings.MIGRATION_MODULES.get(room.label)
    return [Path(folder) for folder in import_module(chosen).__path__] if chosen else [Path(room.path, "migrations")]


def prepare(bucket: Bucket) -> Path:
    """The template of a bucket's engine at this code's schema version, built once and kept: a file, or a script."""
    kept = _template(bucket)
    if not kept.exists():
        with _only_one(kept):
            if not kept.exists():
                draft = kept.with_suffix(f".{os.getpid()}.draft")
                (_build_file if bucket.engine == "sqlite" else _build_script)(bucket, draft)
                os.replace(draft, kept)
    return kept


def is_prepared(bucket: Bucket) -> bool:
    """True where the template is there."""
    return _template(bucket).exists()


def _template(bucket: Bucket) -> Path:
    return templates_folder() / f"{schema_version()}.{'sqlite3' if bucket.engine == 'sqlite' else 'sql.json'}"


def create(place: Place) -> None:
    """Make the empty database of `place`. Repeating it changes nothing; a half-made one is made whole or not at all."""
    template = prepare(place.bucket)
    if place.bucket.engine == "sqlite":
        _copy_file(template, place.path)
    else:
        _replay_script(json.loads(template.read_text()), place)


def behind() -> "models.QuerySet[Instance]":
    """Living instances whose schema is another than this code's."""
    return Instance.objects.living().exclude(schema_version=schema_version())


def exists(place: Place) -> bool:
    """True where the database of `place` is there."""
    if place.bucket.engine == "sqlite":
        return place.path.exists()
    with administrator(place.bucket) as admin:
        row = admin.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [place.schema]).fetchone()
        return row is not None


def destroy(place: Place) -> None:
    """Remove the database of `place` from its bucket. It cannot come back; backups are not touched."""
    proxy: Any = connections["instance"]
    proxy.forget(place)
    if place.bucket.engine == "sqlite":
        for tail in ("", "-wal", "-shm", "-journal", ".turn"):
            Path(f"{place.path}{tail}").unlink(missing_ok=True)
        for draft in place.path.parent.glob(f"{place.path.stem}.*.draft*"):  # what a dead worker left of it
            draft.unlink(missing_ok=True)
        return
    name = sql.Identifier(place.schema)
    with administrator(place.bucket) as admin:
        admin.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
        if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [place.schema]).fetchone():
            admin.execute(sql.SQL("DROP OWNED BY {}").format(name))
            # Roles belong to the server: while another bucket on it has this schema, the role stays until that one goes.
            with suppress(psycopg.errors.DependentObjectsStillExist):
                admin.execute(sql.SQL("DROP ROLE {}").format(name))


def templates_folder() -> Path:
    """Where templates are kept; they may be deleted at any time and are built again."""
    folder = Path(settings.VAR_DIR) / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def migrate(place: Place) -> None:
    """Bring the database of `place` to this code's schema, where it stands. A frozen one too: its people only read."""
    with inside(place.writable):
        call_command("migrate", database="instance", verbosity=0, interactive=False)


def _build_file(bucket: Bucket, draft: Path) -> None:
    place = _scratch(bucket)
    place.path.parent.mkdir(parents=True, exist_ok=True)
    place.path.touch(mode=0o600)
    try:
        migrate(place)
        with inside(place), connections["instance"].cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(draft)])
    finally:
        destroy(place)
    with _raw_sqlite(draft) as raw:
        raw.execute("PRAGMA journal_mode=WAL")


def _build_script(bucket: Bucket, draft: Path) -> None:
    place = _scratch(bucket)
    make_schema(place)
    statements: list[str] = []

    def note(execute: Any, statement: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if statement.lstrip().upper().startswith(("CREATE", "ALTER", "INSERT", "COMMENT", "DROP", "UPDATE")):
            cursor = context["cursor"].cursor
            rows = params if many else [params]
            statements.extend(cursor.mogrify(statement, row) if row else statement for row in rows)
        return execute(statement, params, many, context)

    try:
        with inside(place), connections["instance"].execute_wrapper(note):
            migrate(place)
    finally:
        destroy(place)
    draft.write_text(json.dumps(statements))


def _copy_file(template: Path, path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{uuid7().hex}.draft")
    try:
        shutil.copyfile(template, draft)
        os.chmod(draft, 0o600)
        with open(draft, "rb") as handle:
            os.fsync(handle.fileno())
        # A link never replaces: of two workers that raced, the first file stays.
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
    finally:
        draft.unlink(missing_ok=True)


def _replay_script(statements: list[str], place: Place) -> None:
    with administrator(place.bucket) as admin, admin.transaction():
        # Two workers may try at once: the second waits here and finds the schema made.
        admin.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [place.schema])
        if admin.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [place.schema]).fetchone():
            return
        make_schema(place, admin)
        admin.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(place.schema)))
        admin.execute(sql.SQL("SET LOCAL search_path TO {}, public").format(sql.Identifier(place.schema)))
        admin.execute(";\n".join(statements).encode())


def make_schema(place: Place, admin: "psycopg.Connection[Any] | None" = None) -> None:
    """An empty schema and its role, by the bucket's administrator."""
    if admin is None:
        with administrator(place.bucket) as own:
            return make_schema(place, own)
    role, login = sql.Identifier(place.schema), str(place.bucket.login()["USER"])
    if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [place.schema]).fetchone():
        admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
    admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
    admin.execute(sql.SQL("GRANT {} TO {}").format(role, sql.Identifier(login)))
    admin.execute(sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(role, role))
    return None


def _scratch(bucket: Bucket) -> Place:
    return Place(id=UUID(uuid7().hex), slug="template", name="Template", bucket=bucket, generation=0)


@contextmanager
def administrator(bucket: Bucket) -> Iterator["psycopg.Connection[Any]"]:
    """A connection of the login that may create and drop in this bucket."""
    login = bucket.login(admin=True)
    words = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    chosen: dict[str, Any] = {word: login[key] for word, key in words.items() if login[key]}
    try:
        with psycopg.connect(**chosen, autocommit=True, connect_timeout=10) as admin:
            yield admin
    except psycopg.OperationalError as error:
        raise DatabaseError(f"Bucket {bucket.name} does not answer.") from error


@contextmanager
def _raw_sqlite(path: Path) -> Iterator[Any]:
    import sqlite3

    raw = sqlite3.connect(path)
    try:
        yield raw
    finally:
        raw.close()


@contextmanager
def _only_one(kept: Path) -> Iterator[None]:
    with open(f"{kept}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
