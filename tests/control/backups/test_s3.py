"""Backups in a bucket that speaks S3, over real HTTP: nothing of it is pretended but the bucket's owner."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
import time_machine
from botocore.config import Config
from django.core.files.storage import storages
from django.test import override_settings
from django.utils import timezone
from moto.server import ThreadedMotoServer

from config.settings.environment import Environment
from pivotino.control.backups import jobs, making, restoring
from pivotino.control.backups.models import Backup
from pivotino.jobs.testing import run_all
from pivotino.kit.ids import uuid7
from pivotino.tenancy.models import Instance
from tests.control.backups.conftest import names, write


@pytest.fixture
def bucket(settings: object, tmp_path: Path) -> Iterator[str]:
    """A bucket, set up as an operator would: by one line of the environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    at = f"http://127.0.0.1:{port}"
    client = boto3.client(
        "s3", endpoint_url=at, region_name="eu-central-1", aws_access_key_id="key", aws_secret_access_key="se/cret",
        config=Config(signature_version="s3v4"),
    )  # fmt: skip
    name = f"backups-{uuid7().hex}"  # the server forgets nothing between tests
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    said = f"s3://key:se%2Fcret@{name}/ours?endpoint={at}&region=eu-central-1"
    store = Environment().store(said, tmp_path)
    with override_settings(STORAGES={**settings.STORAGES, "backups": store}):  # type: ignore[attr-defined]
        yield at
    server.stop()


def there() -> list[str]:
    return [found.key for found in storages["backups"].bucket.objects.all()]  # type: ignore[attr-defined]


def test_a_backup_lies_in_the_bucket_and_goes_on_its_day(bucket: str, atap: Instance) -> None:
    making.make(backup := making.ask_for(atap))

    key = atap.place.key
    assert there() == [f"ours/{key[-2:]}/{key}/{backup.pk}.pvb"]
    assert making.check(backup)
    Instance.objects.filter(pk=atap.pk).update(erased_at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False):
        Backup.objects.update(expires_at=timezone.now())
        jobs.let_go()
    assert there() == []


def test_it_comes_back_from_there(bucket: str, atap: Instance) -> None:
    making.make(backup := making.ask_for(atap))
    before = names(atap)
    write(atap, "Wrong import")

    restore = restoring.ask(atap, backup, by="Nurul Anna")
    jobs.put_restore_in_line(restore)
    run_all(raising=False)
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        run_all()

    assert names(atap) == before


def test_a_file_that_was_changed_there_is_noticed(bucket: str, atap: Instance) -> None:
    making.make(backup := making.ask_for(atap))
    thing = storages["backups"].bucket.Object(there()[0])  # type: ignore[attr-defined]
    wrong = bytearray(thing.get()["Body"].read())
    wrong[len(wrong) // 2] ^= 1
    thing.put(Body=bytes(wrong))

    assert making.check(backup) is False
    backup.refresh_from_db()
    assert backup.broken_at is not None


def test_a_bucket_that_is_gone_keeps_the_old_ones_and_says_so(bucket: str, atap: Instance) -> None:
    making.make(making.ask_for(atap))
    held = storages["backups"].bucket  # type: ignore[attr-defined]
    held.Object(there()[0]).delete()
    held.delete()

    fresh = making.ask_for(atap)
    with pytest.raises(Exception, match="NoSuchBucket|bucket"):
        making.make(fresh)

    fresh.refresh_from_db()
    assert fresh.made_at is None
