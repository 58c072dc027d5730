"""Fixtures: a fresh control database and two founded instances for every test that asks for them, on either engine."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from pivotino.tenancy import inside, memory, provision, registry
from tests import cast
from tests.plugins.engines import ENGINE


class Frozen:
    """A database as it was at one moment, brought back in a few milliseconds."""

    def __init__(self, alias_path: Callable[[], Path], build: Callable[[], None]) -> None:
        self.path, self.build = alias_path, build
        self.kept: Path | list[str] | None = None
        self.tables: list[str] = []

    def thaw(self, alias: str) -> None:
        database = connections[alias]
        if self.kept is None:
            self.kept = self._build_file() if ENGINE == "sqlite" else self._build_script(alias)
        if isinstance(self.kept, Path):
            database.close()
            for tail in ("", "-wal", "-shm"):
                Path(f"{self.path()}{tail}").unlink(missing_ok=True)
            shutil.copyfile(self.kept, self.path())
            return
        if not self.tables:
            names = [name for name in database.introspection.table_names() if name != "django_migrations"]
            self.tables = [database.ops.quote_name(name) for name in names]
        with database.cursor() as cursor:
            # Emptying a table costs a file each; most were not touched.
            asked = " UNION ALL ".join(
                f"SELECT {n} WHERE EXISTS (SELECT 1 FROM {t})" for n, t in enumerate(self.tables)
            )
            cursor.execute(asked)
            full = ", ".join(self.tables[number] for (number,) in cursor.fetchall())
            emptied = f"TRUNCATE {full} RESTART IDENTITY CASCADE;" if full else ""
            cursor.cursor.execute(f"{emptied}\n{';'.join(self.kept)}".encode())

    def _build_file(self) -> Path:
        self.build()
        kept = Path(os.environ["PIVOTINO_VAR"]) / f"{self.path().name}.frozen"
        for database in connections.all(initialized_only=True):
            database.close()
        import sqlite3

        with sqlite3.connect(self.path()) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
        shutil.copyfile(self.path(), kept)
        return kept

    def _build_script(self, alias: str) -> list[str]:
        statements: list[str] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
            if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
                rows = params if many else [params]
                statements.extend(context["cursor"].cursor.mogrify(sql, row) for row in rows)
            return execute(sql, params, many, context)

        with connections[alias].execute_wrapper(note):
            self.build()
        return statements


_frozen: dict[str, Frozen] = {}
_known: dict[str, Any] = {}


@pytest.fixture(scope="session", autouse=True)
def _databases(django_db_blocker: Any) -> Iterator[None]:
    """The control schema and the instance template, once a session."""
    with django_db_blocker.unblock():
        call_command("migrate", database="default", verbosity=0, interactive=False)
        yield


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Databases are ours: see `control`."""


@pytest.fixture
def control(_databases: None) -> Iterator[None]:
    """A fresh control database that knows the cast's accounts and their two instances."""

    def build() -> None:
        people = cast.accounts()
        for slug, name in cast.COMPANIES.items():
            instance = cast.Instance(slug=slug, name=name, bucket=registry.bucket_with_room(), ready_at=timezone.now())
            instance.schema_version = provision.schema_version()
            instance.save(force_insert=True)
            _known[slug] = instance
        _known["people"] = people

    path = lambda: Path(connection.settings_dict["NAME"])  # noqa: E731
    _frozen.setdefault("control", Frozen(path, build)).thaw("default")
    forget_everything()
    yield
    forget_everything()


def forget_everything() -> None:
    from pivotino.control.accounts import middleware

    cache.clear()
    registry.forget()
    memory.forget_everything()
    middleware.forget()


def settled(slug: str) -> cast.Instance:
    """One instance of the cast, founded and fresh."""
    instance = _known[slug]

    def build() -> None:
        cast.settle(instance, _known["people"])

    if ENGINE == "postgres" and f"made {slug}" not in _known:
        provision.create(instance.place)
        _known[f"made {slug}"] = True
    frozen = _frozen.setdefault(slug, Frozen(lambda: instance.place.path, build))
    with inside(instance):
        frozen.thaw("instance")
    return instance


@pytest.fixture
def atap(control: None) -> cast.Instance:
    """Atap Suria's instance: anna, bruno and carla work here."""
    return settled("atap-suria")


@pytest.fixture
def zenit(control: None) -> cast.Instance:
    """The rival's instance. Everything in it carries the rival's word."""
    return settled("zenit")


@pytest.fixture
def anna(atap: cast.Instance, zenit: cast.Instance) -> cast.Person:
    """The Business Owner of Atap Suria."""
    return person("anna", atap)


@pytest.fixture
def bruno(atap: cast.Instance, zenit: cast.Instance) -> cast.Person:
    """A User of Atap Suria."""
    return person("bruno", atap)


@pytest.fixture
def carla(atap: cast.Instance, zenit: cast.Instance) -> cast.Person:
    """Another User of Atap Suria."""
    return person("carla", atap)


@pytest.fixture
def rita(zenit: cast.Instance) -> cast.Person:
    """The Business Owner of the rival."""
    return person("rita", zenit)


@pytest.fixture
def in_atap(atap: cast.Instance) -> Iterator[cast.Instance]:
    """The test runs inside Atap Suria's instance."""
    with inside(atap):
        yield atap


@pytest.fixture
def stranger(control: None) -> cast.Browser:
    """A browser nobody is signed in with."""
    return cast.Browser()


def person(key: str, instance: cast.Instance) -> cast.Person:
    # Read anew: what another test did to the object in memory was never in this database.
    account = cast.Account.objects.get(pk=_known["people"][key].pk)
    with inside(instance):
        member = cast.Member.objects.get(account_uuid=account.id)
    return cast.Person(key, account, instance, member.id)


def pytest_report_header() -> list[str]:
    return [f"engine: {ENGINE}", json.dumps({"database": str(connection.vendor)})]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test about one engine runs in that engine's run; in the other it is left out, not skipped."""
    other = [item for item in items if (mark := item.get_closest_marker("engine")) and mark.args[0] != ENGINE]
    items[:] = [item for item in items if item not in other]
    config.hook.pytest_deselected(items=other)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a skipped test is a failed one."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped") and not exitstatus:
        reporter.write_line("In CI nothing may be skipped.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
