"""A sign-up never waits: empty databases are ready, buckets without room or answer are passed by, and a full house is a queue."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.provisioning import jobs
from pivotino.control.provisioning.models import Provisioning
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import run_all
from pivotino.kit.ids import uuid7
from pivotino.tenancy import health, inside, provision, registry, spares
from pivotino.tenancy.models import BucketHealth, Instance, Spare
from pivotino.tenancy.places import Place, buckets
from tests.control.newcomer import Newcomer

pytestmark = pytest.mark.usefixtures("control")


@pytest.fixture(autouse=True)
def _no_spare_stays() -> Any:
    yield
    for bucket in buckets().values():
        spares.keep(bucket, 0)


def home() -> Any:
    return next(iter(buckets().values()))


def somewhere() -> Place:
    return Place(id=uuid7(), slug="new", name="New", bucket=home())


def test_a_spare_becomes_somebodys_database_and_serves_like_any_other() -> None:
    from pivotino.jobs.errands.models import Errand

    spares.keep(home(), 2)
    spare, place = Spare.objects.all()[0].place, somewhere()

    assert spares.take(place) and spares.take(place)

    with inside(place):
        Errand.objects.create(path="works", args=[])
        assert Errand.objects.count() == 1
    assert not provision.exists(spare) and Spare.objects.count() == 1
    provision.destroy(place)


def test_a_sign_up_takes_a_spare_and_another_is_made(
    mei: Newcomer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.POOL_SPARES = 2
    spares.keep(home(), 2)
    first = set(Spare.objects.values_list("pk", flat=True))

    mei.arrive()

    left = set(Spare.objects.values_list("pk", flat=True))
    assert len(left) == 2 and len(first & left) == 1
    provision.destroy(Instance.objects.get(pk=Provisioning.objects.get().instance_id).place)


def test_spares_of_an_older_version_are_replaced() -> None:
    spares.keep(home(), 1)
    Spare.objects.update(schema_version="older")
    old, place = Spare.objects.get().place, somewhere()
    assert not spares.take(place)

    spares.keep(home(), 1)

    assert Spare.objects.get().schema_version == provision.schema_version() and not provision.exists(old)


def test_a_worker_that_died_while_taking_or_making_one_harms_nobody() -> None:
    spares.keep(home(), 2)
    gone, ready = Spare.objects.all()
    provision.destroy(gone.place)
    Spare.objects.create(bucket=home().name, schema_version=provision.schema_version())

    place = somewhere()
    assert spares.take(place)

    assert provision.exists(place) and not provision.exists(ready.place)
    spares.keep(home(), 1)
    assert [provision.exists(spare.place) for spare in Spare.objects.all()] == [True]
    provision.destroy(place)


def test_no_room_is_a_queue_with_a_kind_page_and_goes_on_by_itself(mei: Newcomer, settings: Any) -> None:
    settings.INSTANCES_PER_BUCKET = Instance.objects.count()
    mei.register()
    progress = mei.press()["Location"]
    run_all()

    page = mei.get(progress)
    assert "You keep your place" in page.text and Provisioning.objects.get().tries == 0
    assert [alert.kind for alert in Alert.objects.filter(settled_at__isnull=True)] == ["no room"]
    with time_machine.travel(timezone.now() + timedelta(hours=30)):
        run_all()
        assert Provisioning.objects.get().failed_at is None

    settings.INSTANCES_PER_BUCKET += 1
    with time_machine.travel(timezone.now() + timedelta(hours=30, minutes=2)):
        jobs.look_at_buckets()
        run_all()

    assert Provisioning.objects.get().ready_at and "Check your mail" in mei.get(progress).text
    assert not Alert.objects.filter(settled_at__isnull=True).exists()


def test_buckets_without_answer_or_room_are_passed_by(settings: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")
    here = dict(settings.INSTANCE_BUCKETS)
    settings.INSTANCE_BUCKETS = {
        "broken": {"url": f"sqlite:///{blocked}/instances"}, "away": {"url": "postgres://nobody@/none?host=/nowhere"},
        "full": {"url": f"sqlite:///{tmp_path / 'full'}"}, **here,
    }  # fmt: skip
    health.look_at_all()
    BucketHealth.objects.filter(name="full").update(trouble="Only 3 MB are free.")

    assert registry.bucket_with_room() == home().name or registry.bucket_with_room() in here
    rows = {row.name: row.reachable for row in BucketHealth.objects.all()}
    assert (rows["broken"], rows["away"], rows["full"]) == (False, False, True)


def test_a_disk_that_is_nearly_full_takes_in_nobody(settings: Any, tmp_path: Path) -> None:
    settings.INSTANCE_BUCKETS = {"small": {"url": f"sqlite:///{tmp_path / 'small'}"}}
    settings.BUCKET_LEAST_FREE = 10**18

    assert health.look(buckets()["small"]).trouble.startswith("Only ")
    with pytest.raises(registry.NoRoom):
        registry.bucket_with_room()


@pytest.mark.engine("sqlite")
def test_a_bucket_that_goes_away_in_the_middle_is_exchanged(mei: Newcomer, settings: Any, tmp_path: Path) -> None:
    here = dict(settings.INSTANCE_BUCKETS)
    settings.INSTANCE_BUCKETS = {"away": {"url": "postgres://nobody@/none?host=/nowhere"}, **here}
    mei.register()
    mei.press()
    run_all(raising=False)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        run_all(raising=False)

    row = Instance.objects.get(pk=Provisioning.objects.get().instance_id)
    assert row.bucket in here and row.ready_at
