"""One instance in one file, taken while people write, and made a database again."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connections
from psycopg import sql

from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity
from pivotino.tenancy import atomic, inside, provision, snapshots
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Bucket, Place
from tests.cast import RIVAL, Person
from tests.plugins.engines import ENGINE

AWKWARD = "Back\\slash\tTab\nLine é 漢 \\. -- ; $$"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "taken"


@pytest.fixture
def other(atap: Instance) -> Iterator[Place]:
    """A place of a later generation that nobody uses, gone when the test is over."""
    place = replace(atap.place, generation=9)
    provision.destroy(place)
    yield place
    provision.destroy(place)


def write_contact(name: str) -> None:
    with atomic():
        Contact.objects.create(name=name, folded=name.lower())


def names(place: Place) -> list[str]:
    with inside(place):
        return sorted(Contact.objects.values_list("name", flat=True))


def test_what_was_taken_and_put_back_is_equal_row_by_row(
    anna: Person, atap: Instance, file: Path, other: Place
) -> None:
    with inside(atap):
        write_contact(AWKWARD)

    taken = snapshots.take(atap.place, file)
    snapshots.put(file, other)

    assert (taken.bytes, taken.sha256) == snapshots.measured(file)
    assert (taken.engine, taken.schema_version) == (ENGINE, provision.schema_version())
    assert snapshots.counts(other) == snapshots.counts(atap.place) == snapshots.rows_in(file)
    assert names(other) == names(atap.place)
    assert AWKWARD in names(other)
    assert snapshots.problems(other) == []


def test_the_new_database_lives_by_itself(anna: Person, atap: Instance, file: Path, other: Place) -> None:
    snapshots.take(atap.place, file)
    snapshots.put(file, other)

    with inside(other):
        write_contact("Only there")
        Member.objects.filter(name="Bruno Sales").update(name="Bruno There")

    assert "Only there" in names(other)
    assert "Only there" not in names(atap.place)
    with inside(atap):
        assert Member.objects.filter(name="Bruno Sales").exists()


def test_nothing_of_another_instance_is_in_the_file(anna: Person, atap: Instance, file: Path) -> None:
    snapshots.take(atap.place, file)

    assert RIVAL.encode() not in file.read_bytes().lower()


def test_a_file_is_readable_by_its_owner_only(atap: Instance, file: Path) -> None:
    snapshots.take(atap.place, file)

    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_deleted_is_in_no_later_file(atap: Instance, file: Path) -> None:
    with inside(atap):
        write_contact("Marker-4711")
        with atomic():
            Contact.objects.filter(name="Marker-4711").delete()

    snapshots.take(atap.place, file)

    assert b"Marker-4711" not in file.read_bytes()


def test_it_is_one_moment_however_much_is_written_meanwhile(atap: Instance, file: Path, other: Place) -> None:
    """Pairs are written together, so a file that holds one half of a pair was not one moment."""
    over = threading.Event()

    def write() -> None:
        with inside(atap):
            number = 0
            while not over.is_set():
                with atomic():
                    Contact.objects.create(name=f"left {number}", folded="left")
                    Contact.objects.create(name=f"right {number}", folded="right")
                number += 1
        connections["instance"].close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            snapshots.take(atap.place, file)
    finally:
        over.set()
        writer.join()
    snapshots.put(file, other)

    with inside(other):
        assert Contact.objects.filter(folded="left").count() == Contact.objects.filter(folded="right").count()


def test_a_database_that_is_there_is_never_put_over(atap: Instance, file: Path) -> None:
    before = names(atap.place)
    snapshots.take(atap.place, file)

    with pytest.raises(snapshots.AlreadyThere):
        snapshots.put(file, atap.place)

    assert names(atap.place) == before


def test_a_file_that_is_no_snapshot_makes_nothing(atap: Instance, file: Path, other: Place) -> None:
    file.write_bytes(b"Dear customer" * 100)

    with pytest.raises(snapshots.NotASnapshot):
        snapshots.put(file, other)

    assert not provision.exists(other)


@pytest.mark.parametrize("lost", [0.5, 0.01])
def test_half_a_file_makes_nothing(anna: Person, atap: Instance, file: Path, other: Place, lost: float) -> None:
    snapshots.take(atap.place, file)
    os.truncate(file, int(file.stat().st_size * (1 - lost)))

    with pytest.raises(snapshots.NotASnapshot):
        snapshots.put(file, other)

    assert not provision.exists(other)


def test_a_database_that_is_gone_gives_no_file(atap: Instance, file: Path) -> None:
    with pytest.raises(snapshots.SnapshotFailed):
        snapshots.take(replace(atap.place, generation=9), file)

    assert not file.exists()


@pytest.mark.engine("sqlite")
def test_a_broken_key_is_seen(anna: Person, atap: Instance, file: Path, other: Place) -> None:
    with inside(atap):
        Opportunity.open("Carport", by=anna.member)
    snapshots.take(atap.place, file)
    snapshots.put(file, other)
    with closing(sqlite3.connect(other.path)) as raw:
        raw.execute("UPDATE pipeline_opportunity SET stage_id = '0'")
        raw.commit()

    assert snapshots.problems(other) != []


@pytest.mark.engine("postgres")
def test_the_new_schema_belongs_to_its_own_role_alone(atap: Instance, file: Path, other: Place) -> None:
    snapshots.take(atap.place, file)
    snapshots.put(file, other)

    with provision.administrator(other.bucket) as admin:
        owners = admin.execute(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = %s::regnamespace",
            [other.schema],
        ).fetchall()
        functions = admin.execute(
            "SELECT DISTINCT pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = %s::regnamespace",
            [other.schema],
        ).fetchall()
        admin.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(other.schema)))
        with pytest.raises(Exception, match="permission denied"):
            admin.execute(sql.SQL("SELECT * FROM {}.members_member").format(sql.Identifier(atap.place.schema)))

    assert [row[0] for row in owners + functions] == [other.schema, other.schema]


@pytest.mark.engine("postgres")
def test_the_old_name_stays_where_a_customer_wrote_it(atap: Instance, file: Path, other: Place) -> None:
    """Only statements are renamed: what people typed is theirs, even the name of their schema."""
    with inside(atap):
        write_contact(f'"{atap.place.schema}".x')

    snapshots.take(atap.place, file)
    snapshots.put(file, other)

    assert f'"{atap.place.schema}".x' in names(other)


@pytest.mark.engine("postgres")
def test_without_the_program_it_says_what_to_install(
    atap: Instance, file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(snapshots, "PROGRAMS", tmp_path)
    monkeypatch.setattr("shutil.which", lambda name: None)

    with pytest.raises(snapshots.NoProgram, match="Install postgresql-client-"):
        snapshots.take(atap.place, file)


def test_an_older_program_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "PROGRAMS", tmp_path)
    monkeypatch.setattr("shutil.which", lambda name: None)
    for major in (13, 16, 17):
        (tmp_path / str(major) / "bin").mkdir(parents=True)
        (tmp_path / str(major) / "bin" / "pg_dump").touch()

    assert snapshots.program("pg_dump", 15) == tmp_path / "16" / "bin" / "pg_dump"
    with pytest.raises(snapshots.NoProgram):
        snapshots.program("pg_dump", 18)


def test_no_password_stands_on_a_command_line(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    bucket = Bucket(name="far", url="postgres://app@db/far", admin_url="postgres://admin:s3cr3t@db:5433/far")
    place = Place(id=uuid4(), slug="far", name="Far", bucket=bucket)
    seen: list[object] = []

    class Done:
        returncode, stderr = 1, "no route"

    def run(command: list[str], *, env: dict[str, str], **_: object) -> Done:
        seen.extend([command, env["PGPASSWORD"], env["PGHOST"], env["PGPORT"], env["PGDATABASE"], env["PGUSER"]])
        return Done()

    monkeypatch.setattr(snapshots, "program", lambda *_: "pg_dump")
    monkeypatch.setattr(snapshots, "server_version", lambda *_: 15)
    monkeypatch.setattr("subprocess.run", run)

    with pytest.raises(snapshots.SnapshotFailed, match="no route"):
        snapshots._take_schema(place, file)

    assert "s3cr3t" not in str(seen[0])
    assert seen[1:] == ["s3cr3t", "db", "5433", "far", "admin"]


def test_a_newer_programs_settings_are_left_out() -> None:
    known = {"statement_timeout", "transaction_timeout"}

    assert snapshots._is_ours(b"SET statement_timeout = 0;\n", known)
    assert not snapshots._is_ours(b"SET something_new = 0;\n", known)
    assert not snapshots._is_ours(b"\\restrict abcdef\n", known)
