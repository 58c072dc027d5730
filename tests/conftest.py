"""Fixtures: a fresh control database and two founded instances for every test that asks for them, on either engine."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from pivotino.tenancy import inside, memory, provision, registry
from tests import cast
from tests.plugins.engines import ENGINE
from tests.plugins.frozen import FrozenFile, FrozenSchema

# The same algorithm with the least work: what it is for takes 0.1 s a password. Journeys wait as people do.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1

_frozen: dict[str, FrozenFile | FrozenSchema] = {}
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

    bring_back("control", "default", connection.settings_dict["NAME"], "public", build)
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

    where = instance.place.bucket.login()["NAME"] if ENGINE == "postgres" else instance.place.path
    with inside(instance):
        bring_back(slug, "instance", where, instance.place.schema, build)
    return instance


def bring_back(key: str, alias: str, where: Any, schema: str, build: Callable[[], None]) -> None:
    """This database as it is when it was just built."""
    if key not in _frozen:
        build()
        home = Path(os.environ["PIVOTINO_TEST_HOME"])
        frozen = (
            FrozenSchema(home / "postgres", where, schema) if ENGINE == "postgres" else FrozenFile(alias, Path(where))
        )
        frozen.freeze()
        _frozen[key] = frozen
    _frozen[key].thaw()


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
