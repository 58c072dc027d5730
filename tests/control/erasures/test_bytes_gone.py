"""After an erasure and the work that follows it, the raw files of the databases hold no byte of who was erased."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.erasures import bytes_gone
from pivotino.control.erasures import jobs as erasures
from pivotino.control.erasures.models import Erasure
from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import SearchDoc
from pivotino.instance.subjects import erasing
from pivotino.jobs.models import Ticket as Waiting
from pivotino.jobs.testing import run_all
from pivotino.kit.ids import uuid7
from pivotino.tenancy import inside, scrubbing
from pivotino.tenancy.models import Instance
from tests.cast import Person
from tests.plugins.engines import ENGINE

WORD = "Zqxvulpina"
OURS = "Qjwobatis"


def cluster(database: str = "postgres") -> psycopg.Connection[tuple[object]]:
    folder = Path(os.environ["PIVOTINO_TEST_HOME"]) / "postgres"
    return psycopg.connect(host=str(folder), user="postgres", dbname=database, autocommit=True)


def raw_files(databases: list[str]) -> Iterator[Path]:
    """Tables, what of them is stored apart, and indexes of these databases, with the catalogue; on SQLite files with their logs."""
    if ENGINE == "sqlite":
        for name in databases:
            yield from Path(name).parent.glob(f"{Path(name).name}*")
        return
    with cluster() as raw:
        raw.execute("CHECKPOINT")
        rows = raw.execute("SELECT oid FROM pg_database WHERE datname = ANY(%s)", [databases]).fetchall()
    base = Path(os.environ["PIVOTINO_TEST_HOME"]) / "postgres" / "data" / "base"
    for (oid,) in rows:
        yield from (base / str(oid)).iterdir()


def places(instance: Instance, word: str) -> list[str]:
    ours = str(connection.settings_dict["NAME"])
    theirs = str(instance.place.bucket.login()["NAME"]) if ENGINE == "postgres" else str(instance.place.path)
    connections["default"].close()
    found = [path for path in raw_files([ours, theirs]) if path.is_file() and not path.name.endswith(".frozen")]
    assert found
    return [path.name for path in found if word.lower().encode() in read(path).lower()]


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # the server put another in its place
        return b""


@pytest.fixture
def vulpina(anna: Person) -> Contact:
    with inside(anna.instance):
        made = Contact.objects.create(name=f"{WORD} Roofer", email=f"{WORD}@x.example", notes=f"{WORD} " * 2_000)
        Contact.objects.filter(pk=made.pk).update(phone="+60123456789")  # a version of the row that is dead
        return made


@pytest.mark.promise("A49")
def test_no_byte_of_a_contact_is_left_in_the_files(anna: Person, vulpina: Contact) -> None:
    assert places(anna.instance, WORD)

    with inside(anna.instance):
        erasing.begin(vulpina, blanked=(), by=anna.member)
        erasing.Erasure.objects.update(goes_at=timezone.now())
        erasing.go_on()
    run_all()
    if ENGINE == "postgres":
        assert places(anna.instance, WORD)  # the rows are gone, their bytes are not yet
    Waiting.objects.filter(key__startswith="write-anew").update(due_at=timezone.now())
    run_all()

    assert places(anna.instance, WORD) == []


@pytest.mark.engine("postgres")
def test_what_is_in_use_is_done_later_and_nobody_waits_for_it(
    anna: Person, vulpina: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "WAIT", "50ms")
    bytes_gone.put_in_line(anna.instance.place, large=True)
    Waiting.objects.filter(key__startswith="write-anew").update(due_at=timezone.now())
    with cluster(str(anna.instance.place.bucket.login()["NAME"])) as raw, raw.transaction():
        raw.execute(f'SELECT 1 FROM "{anna.instance.place.schema}".contacts_contact')
        run_all()
        waiting = Waiting.objects.get(key__startswith="write-anew")
        assert waiting.due_at > timezone.now()

    assert scrubbing.rewrite(anna.instance.place) == []


@pytest.mark.engine("sqlite")
def test_the_index_of_words_forgets_too(anna: Person) -> None:
    def words() -> bytes:
        raw = sqlite3.connect(anna.instance.place.path)
        try:
            return b"".join(block for (block,) in raw.execute("SELECT block FROM history_searchtrigrams_data"))
        finally:
            raw.close()

    with inside(anna.instance):
        SearchDoc.objects.create(subject_id=uuid7(), kind="contact", text="zqxv")
        SearchDoc.objects.filter(text="zqxv").delete()
    assert b"zqx" in words()

    assert scrubbing.rewrite(anna.instance.place) == []

    assert b"zqx" not in words()


@pytest.mark.promise("A49")
def test_no_byte_of_a_person_is_left_in_our_own_files(anna: Person) -> None:
    account = Account.objects.create_user(f"{OURS}@roofs.example", None, name=f"Mei {OURS}")
    account.open()
    assert places(anna.instance, OURS)

    erasures.put_in_line(Erasure.objects.begin_person(account.email))
    run_all()
    Waiting.objects.update(due_at=timezone.now())
    run_all()
    assert Erasure.objects.get().done_at
    bytes_gone.write_by_night()
    Waiting.objects.update(due_at=timezone.now())
    run_all()

    assert places(anna.instance, OURS) == []
