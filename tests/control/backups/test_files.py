"""Files of customers in backups, in moves, in copies and in an erasure: on a disk and in a bucket."""

import io
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import time_machine
from botocore.client import Config
from django.conf import settings
from django.core.files.storage import storages
from django.test import override_settings
from django.utils import timezone
from moto.server import ThreadedMotoServer

from config.settings.environment import Environment
from pivotino.control.backups import files, making
from pivotino.control.backups.models import Backup, KeptFile
from pivotino.control.backups.rotation import rotation
from pivotino.control.erasures import forgetting
from pivotino.instance.files import jobs
from pivotino.instance.files.models import File
from pivotino.kit.ids import uuid7
from pivotino.tenancy import filing, inside, packing
from pivotino.tenancy.models import Instance
from tests.cast import Person
from tests.control.backups.test_restoring import put_back
from tests.instance.files.some import PHOTO, a_card, added, body

SECRET = b"a word that must be gone: zimtschnecke"


@pytest.fixture(params=["disk", "bucket"])
def where(request: Any, tmp_path: Path) -> Iterator[str]:
    """Where the files lie, and where the backups: as an operator says it in one line of the environment each."""
    if request.param == "disk":
        store = Environment().store(str(tmp_path / "files"), tmp_path / "unused")
        with override_settings(STORAGES={**settings.STORAGES, "default": store}):
            yield "disk"
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    at, name = f"http://127.0.0.1:{port}", f"files-{uuid7().hex}"
    client = boto3.client("s3", endpoint_url=at, region_name="eu-central-1", aws_access_key_id="key", aws_secret_access_key="secret",
                          config=Config(signature_version="s3v4"))  # fmt: skip
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    store = Environment().store(f"s3://key:secret@{name}/ours?endpoint={at}&region=eu-central-1", tmp_path)
    with override_settings(STORAGES={**settings.STORAGES, "default": store}):
        yield "bucket"
    server.stop()


def backed_up(instance: Instance) -> Backup:
    backup = making.ask_for(instance)
    making.make(backup)
    backup.refresh_from_db()
    return backup


def test_a_file_is_kept_had_and_gone(where: str, anna: Person) -> None:
    card = a_card(anna)
    file, photo = added(anna, card, "a.txt", SECRET), added(anna, card, "roof.jpg", PHOTO)

    assert body(anna.browser.get(anna.url(f"files/{file.pk}/"))) == SECRET
    assert body(anna.browser.get(anna.url(f"files/{photo.pk}/small/"))).startswith(b"\xff\xd8\xff")
    assert len(filing.names(anna.instance.place)) == 3
    with inside(anna.instance):
        jobs.forget([file.pk])
    assert file.stored not in filing.names(anna.instance.place)


def test_a_file_that_was_removed_for_good_comes_back_with_its_backup(where: str, anna: Person, atap: Instance) -> None:
    anna.take_seat()
    file = added(anna, a_card(anna), "a.txt", SECRET)
    backup = backed_up(atap)
    with inside(atap):
        jobs.forget([file.pk])
    assert filing.names(atap.place) == []

    put_back(backup)

    atap.refresh_from_db()
    with inside(atap):
        assert File.objects.get() == file
    assert body(anna.browser.get(anna.url(f"files/{file.pk}/"))) == SECRET
    sealed = storages["backups"]
    assert all(SECRET not in sealed.open(row.storage_name).read() for row in KeptFile.objects.stored())


def test_a_file_is_sealed_once_and_goes_when_no_backup_speaks_of_it(where: str, anna: Person, atap: Instance) -> None:
    file = added(anna, a_card(anna), "a.txt", SECRET)
    backed_up(atap)
    backed_up(atap)
    [row] = KeptFile.objects.filter(instance=atap)
    with inside(atap):
        jobs.forget([file.pk])
    backed_up(atap)
    row.refresh_from_db()
    assert row.gone_at is not None

    with time_machine.travel(row.gone_at + rotation().longest - timedelta(hours=1)):
        assert files.let_go() == 0
    with time_machine.travel(row.gone_at + rotation().longest + timedelta(hours=1)):
        assert files.let_go() == 1
    assert not storages["backups"].exists(row.storage_name)


def test_of_an_erased_database_the_copies_go_too(where: str, anna: Person, atap: Instance) -> None:
    added(anna, a_card(anna), "a.txt", SECRET)
    backed_up(atap)
    Instance.objects.filter(pk=atap.pk).update(erased_at=timezone.now())
    try:
        assert files.let_go() == 0
        with time_machine.travel(timezone.now() + rotation().longest + timedelta(hours=1)):
            assert files.let_go() == 1
    finally:
        Instance.objects.filter(pk=atap.pk).update(erased_at=None)


def test_an_export_carries_every_file_and_says_what_it_belongs_to(where: str, anna: Person, atap: Instance) -> None:
    file = added(anna, a_card(anna), "Offer für Jaya.txt", SECRET)
    import zipfile

    with inside(atap):
        manifest = packing.pack(atap.place, out := io.BytesIO())
    archive = zipfile.ZipFile(out)

    assert archive.read(f"files/{file.stored}") == SECRET and f"files/{file.stored}" in manifest.files
    page = archive.read("pages/files.html").decode()
    assert "Offer für Jaya.txt" in page and file.stored in page
    with inside(atap):
        moved = packing.pack(atap.place, io.BytesIO(), moving=True)
    assert not any(name.startswith("files/") for name in moved.files)


def test_erasing_a_database_leaves_no_byte_of_its_files(where: str, anna: Person, atap: Instance) -> None:
    added(anna, a_card(anna), "a.txt", SECRET)
    copy = atap.place
    assert forgetting.files(atap) == 1
    assert filing.names(copy) == []
