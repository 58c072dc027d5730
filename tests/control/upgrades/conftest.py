"""A firm whose database is behind: its version is the one of today, the code's is the one of a release to come."""

from collections.abc import Iterator
from typing import Any

import pytest

from pivotino.tenancy import registry
from tests.cast import Person
from tests.control.firms import firm
from tests.control.upgrades import release


@pytest.fixture
def kedai(anna: Person, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """Anna's second company. Nobody waits for other processes here."""
    monkeypatch.setattr(registry, "REMEMBERED_SECONDS", 0.0)
    with firm(anna.account) as made:
        yield made


@pytest.fixture
def new_release(kedai: Person, settings: Any) -> None:
    settings.MIGRATION_MODULES = release.GOOD


@pytest.fixture
def bad_release(kedai: Person, settings: Any) -> None:
    settings.MIGRATION_MODULES = release.BAD


@pytest.fixture
def broken_release(kedai: Person, settings: Any) -> None:
    settings.MIGRATION_MODULES = release.BROKEN
