"""A firm to move about, and buckets beside the first one: a folder, and on PostgreSQL's run a second cluster."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pivotino.tenancy import registry
from tests.cast import Person
from tests.control.firms import firm
from tests.plugins import engines


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for other processes here."""
    monkeypatch.setattr(registry, "REMEMBERED_SECONDS", 0.0)


@pytest.fixture(scope="session")
def second_cluster() -> dict[str, str]:
    """Another PostgreSQL server, with a bucket in it; stopped when the run ends."""
    folder = Path(os.environ["PIVOTINO_TEST_HOME"]) / "second"
    engines.start_cluster(folder)
    told = engines.own_databases(folder, "second")
    bucket: dict[str, str] = json.loads(told["PIVOTINO_INSTANCE_BUCKETS"])["schemas"]
    return bucket


@pytest.fixture
def folders(settings: Any, tmp_path: Path) -> None:
    """A second folder of files."""
    settings.INSTANCE_BUCKETS = {**settings.INSTANCE_BUCKETS, "second": {"url": f"sqlite:///{tmp_path / 'second'}"}}


@pytest.fixture
def clusters(settings: Any, second_cluster: dict[str, str]) -> None:
    """A bucket on the second server."""
    settings.INSTANCE_BUCKETS = {**settings.INSTANCE_BUCKETS, "second": second_cluster}


@pytest.fixture
def kedai(anna: Person) -> Iterator[Person]:
    """Anna's second company, in the first bucket."""
    with firm(anna.account) as made:
        yield made
