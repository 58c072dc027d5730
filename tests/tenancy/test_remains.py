"""What is left of an instance is found in every bucket, and all of it can be removed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pivotino.kit.ids import uuid7
from pivotino.tenancy import provision, remains
from pivotino.tenancy.places import Place, buckets
from tests.plugins import engines


@pytest.fixture(scope="session")
def beside() -> dict[str, str]:
    """On PostgreSQL: another database on the server that has the first bucket."""
    told = engines.own_databases(Path(os.environ["PIVOTINO_TEST_HOME"]) / "postgres", f"beside_{engines.WORKER}")
    bucket: dict[str, str] = json.loads(told["PIVOTINO_INSTANCE_BUCKETS"])["schemas"]
    return bucket


@pytest.fixture
def two_buckets(settings: Any, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    second = request.getfixturevalue("beside") if engines.ENGINE == "postgres" else {"url": f"sqlite:///{tmp_path}"}
    settings.INSTANCE_BUCKETS = {**settings.INSTANCE_BUCKETS, "second": second}


@pytest.mark.usefixtures("control", "two_buckets")
@pytest.mark.parametrize("turn", [1, -1])
def test_an_instance_in_two_buckets_of_one_server_goes_from_both(turn: int) -> None:
    key = uuid7()
    places = [Place(id=key, slug="", name="", bucket=bucket, generation=1) for bucket in buckets().values()]
    for place in places[::turn]:
        provision.create(place)
    assert {place.bucket.name for place in remains.everywhere(key)} == {place.bucket.name for place in places}

    provision.destroy(places[::turn][0])
    assert not provision.exists(places[::turn][0]) and provision.exists(places[::turn][1])
    remains.destroy_all(key)

    assert remains.everywhere(key) == []


@pytest.mark.usefixtures("control", "two_buckets")
def test_an_instance_that_moved_beside_is_erased_whole() -> None:
    key = uuid7()
    first, second = buckets().values()
    provision.create(Place(id=key, slug="", name="", bucket=first, generation=1))
    provision.create(Place(id=key, slug="", name="", bucket=second, generation=2))

    remains.destroy_all(key)

    assert remains.everywhere(key) == []
