"""Our own books are sealed every night too, and the ledger of erasures survives an older state of them."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from pivotino.control.backups import jobs, ourselves
from pivotino.control.backups.models import Backup, Restore
from pivotino.control.backups.rotation import rotation
from pivotino.control.erasures.models import Erasure
from pivotino.instance.contacts.models import Contact
from pivotino.jobs.testing import run_all
from pivotino.tenancy import erasing, fencing, inside, provision, snapshots
from pivotino.tenancy.models import Instance
from tests.control.backups.conftest import names, write
from tests.control.backups.test_restoring import finish
from tests.plugins.engines import ENGINE


def said(*command: str, **options: object) -> str:
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def test_our_books_open_again_with_nothing_but_the_file_and_the_key(atap: Instance, tmp_path: Path) -> None:
    said("backups", now=True)
    (name,) = said("backups").splitlines()
    told = said("backups", open=name, into=tmp_path / "control")

    assert "SHA-256" in told
    if ENGINE == "sqlite":
        with closing(sqlite3.connect(tmp_path / "control")) as raw:
            assert raw.execute("SELECT COUNT(*) FROM tenancy_instance").fetchone() == (2,)
    else:
        assert b"anna@atap-suria.example" in (tmp_path / "control").read_bytes()
    assert b"anna@atap-suria.example" not in Path(storages["backups"].path(name)).read_bytes()


def test_they_go_when_nothing_may_be_older(atap: Instance) -> None:
    for days in (0, 10, 29):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            jobs.make_ours()
    with time_machine.travel(timezone.now() + timedelta(days=29, hours=1), tick=False):
        assert len(ourselves.names()) == 2
        assert timezone.now() - ourselves._taken_at(ourselves.names()[0]) <= rotation().longest


def test_what_was_erased_since_then_is_erased_again(atap: Instance, zenit: Instance) -> None:
    write(atap, "Forget Me")
    with inside(atap):
        piece = erasing.Piece("contacts.Contact", Contact.objects.get(name="Forget Me").pk)
        erasing.remember([piece])
    Erasure.objects.create(kind=Erasure.Kind.INSTANCE, instance_id=zenit.pk, cause=Erasure.Cause.LEFT)
    ourselves.write_ledger()
    Erasure.objects.all().delete()  # an older state of our books knows nothing of it

    assert "2 erasures were not in our books; 1 records" in said("replay_erasures")
    run_all(raising=False)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        run_all()

    assert "Forget Me" not in names(atap)
    assert not provision.exists(zenit.place)
    assert Erasure.objects.of_instances().get().sha256
    assert "0 erasures" in said("replay_erasures")


def test_an_operator_puts_a_database_back_to_a_moment(atap: Instance, backup: Backup) -> None:
    write(atap, "Wrong import")
    moment = f"{timezone.now() + timedelta(minutes=1):%Y-%m-%dT%H:%M}"

    assert "goes back to" in said("restore_database", "atap-suria", before=moment, by="sofia", why="ticket 81")
    finish()

    assert "Wrong import" not in names(atap)
    assert Restore.objects.get().why == "ticket 81"
    assert "before" in said("backups", "atap-suria")


def test_words_that_lead_nowhere_are_refused(atap: Instance, backup: Backup, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such database"):
        said("restore_database", "nobody", by="s", why="x")
    with pytest.raises(CommandError, match="no backup from before 2020"):
        said("restore_database", "atap-suria", before="2020-01-01T00:00", by="s", why="x")
    with pytest.raises(CommandError, match="no such database"):
        said("backups", "nobody")
    with pytest.raises(CommandError, match="--into"):
        said("backups", open=backup.storage_name)
    with pytest.raises(CommandError, match="Do not rename it"):
        said("backups", open="renamed.pvb", into=tmp_path / "x")


def test_one_more_by_hand(atap: Instance) -> None:
    assert "asked" in said("backups", "atap-suria", now=True)


def test_a_database_that_went_elsewhere_since_is_found_and_not_the_one_before_it(
    atap: Instance, tmp_path: Path
) -> None:
    write(atap, "Before")
    moved = Instance.objects.get(pk=atap.pk)
    moved.generation = 2
    snapshots.take(atap.place, tmp_path / "copy")
    snapshots.put(tmp_path / "copy", moved.place)
    fencing.fence(atap.place)  # as every upgrade and move leaves it
    write(moved, "Since then")
    ourselves.write_ledger()
    assert Instance.objects.get(pk=atap.pk).generation == 1  # older books know nothing of it

    told = said("replay_erasures")

    assert f"atap-suria is at {atap.bucket}.2 by now." in told
    assert names(Instance.objects.get(pk=atap.pk)) == ["Before", "Since then"]
    assert "by now" not in said("replay_erasures")


def in_no_book(told: str) -> int:
    found = re.search(r"(\d+) databases? (?:is|are) in no book", told)
    return int(found[1]) if found else 0


def test_a_database_that_is_lost_and_one_that_no_book_knows_are_told(atap: Instance, zenit: Instance) -> None:
    with pytest.raises(CommandError, match="nobody can know"):
        said("replay_erasures")
    ourselves.write_ledger()
    before = in_no_book(said("replay_erasures"))  # what other tests left in this folder
    provision.destroy(atap.place)
    Instance.objects.filter(pk=zenit.pk).delete()

    told = said("replay_erasures")

    assert "atap-suria has no database." in told
    assert in_no_book(told) == before + 1
    assert provision.exists(zenit.place)
