"""A mark changes with every commit, whoever makes it, and what was made under an older one is made anew."""

import subprocess
import sys
from typing import Any

import pytest
from django.db import connections

from pivotino.instance.contacts.models import Contact
from pivotino.tenancy import atomic, inside, marks, stay
from pivotino.tenancy.models import Instance


def add(name: str) -> None:
    Contact.objects.create(name=name, folded=name)


def test_nothing_committed_is_the_same_mark(in_atap: Instance) -> None:
    before = marks.mark()
    Contact.objects.count()

    assert before is not None
    # On PostgreSQL its own housekeeping may commit as well; then it is asked once more.
    assert before in (marks.mark(), marks.mark()) or marks.mark() == marks.mark()


def test_every_commit_is_another_mark(in_atap: Instance) -> None:
    seen = [marks.mark()]
    for number in range(3):
        add(f"number {number}")
        seen.append(marks.mark())

    assert len(set(seen)) == 4


def test_a_commit_of_another_process_is_another_mark(in_atap: Instance) -> None:
    add("somebody")
    before = marks.mark()
    place = in_atap.place
    if place.bucket.engine == "sqlite":
        code = (
            "import sqlite3, sys; raw = sqlite3.connect(sys.argv[1]);"
            " raw.execute('UPDATE contacts_contact SET name = upper(name)'); raw.commit()"
        )
        argument = str(place.path)
    else:
        login = place.bucket.login()
        code = (
            "import psycopg, sys; raw = psycopg.connect(sys.argv[1]); raw.execute(f'SET ROLE {sys.argv[2]}');"
            " raw.execute(f'UPDATE {sys.argv[2]}.contacts_contact SET name = upper(name)'); raw.commit()"
        )
        argument = f"host={login['HOST']} dbname={login['NAME']} user={login['USER']}"
    subprocess.run([sys.executable, "-c", code, argument, place.schema], check=True)

    assert marks.mark() != before


def test_within_a_transaction_there_is_no_mark(in_atap: Instance) -> None:
    kept: marks.Kept[int] = marks.Kept(5)
    assert kept.of("how many", Contact.objects.count) == 0

    with atomic():
        add("new")
        assert marks.mark() is None
        assert kept.of("how many", Contact.objects.count) == 1


def test_what_was_rolled_back_was_never_kept(in_atap: Instance) -> None:
    kept: marks.Kept[int] = marks.Kept(5)
    with pytest.raises(ZeroDivisionError), atomic():
        add("new")
        kept.of("how many", Contact.objects.count)
        _ = 1 // 0

    assert kept.of("how many", Contact.objects.count) == 0


def test_what_is_committed_while_something_is_made_is_seen_by_the_next_look(in_atap: Instance) -> None:
    kept: marks.Kept[int] = marks.Kept(5)

    def slowly() -> int:
        found = Contact.objects.count()
        add("meanwhile")
        return found

    assert kept.of("how many", slowly) == 0
    assert kept.of("how many", Contact.objects.count) == 1


def test_what_is_made_in_one_company_is_never_shown_in_another(atap: Instance, zenit: Instance) -> None:
    kept: marks.Kept[int] = marks.Kept(5)
    with inside(atap):
        add("only here")
        assert kept.of("how many", Contact.objects.count) == 1
    with inside(zenit):
        assert kept.of("how many", Contact.objects.count) == 0


def test_only_the_latest_are_kept(in_atap: Instance) -> None:
    kept: marks.Kept[str] = marks.Kept(2)
    for name in ("one", "two", "three"):
        kept.of(name, lambda name=name: name)  # type: ignore[misc]

    assert len(kept._made) == 2


@pytest.mark.engine("sqlite")
def test_few_files_are_kept_open_for_their_marks(in_atap: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "KEPT_SECONDS", -1)
    for _ in range(len(marks._files._open) + 2):  # each look lets one go
        marks.mark()

    assert in_atap.place.address not in marks._files._open


@pytest.fixture
def staying() -> Any:
    proxy: Any = connections["instance"]
    stay()
    yield proxy
    proxy.__dict__["_stays"] = False
    proxy.close()
    proxy.__dict__["_resting"] = None


@pytest.mark.engine("postgres")
def test_a_thread_that_stays_keeps_one_connection_and_its_role(staying: Any, atap: Instance, zenit: Instance) -> None:
    pids = []
    for instance in (atap, atap, zenit, atap):
        with inside(instance):
            who, where, pid = staying.ask(
                "SELECT current_user::text, current_schema()::text, pg_backend_pid()", ()
            ).fetchone()
            assert (who, where) == (instance.place.schema, instance.place.schema)
            pids.append(pid)

    assert pids[0] == pids[1]
    open_ones = [real for real in staying._real.values() if real.connection is not None]
    assert len(open_ones) == 1


@pytest.mark.engine("postgres")
def test_a_kept_plan_reads_the_company_it_is_asked_in(staying: Any, atap: Instance, zenit: Instance) -> None:
    with inside(atap):
        add("ours")
    for _ in range(8):
        for instance, expected in ((atap, 1), (zenit, 0)):
            with inside(instance):
                found = staying.ask("SELECT count(*) FROM contacts_contact WHERE name = %s", ("ours",)).fetchone()
                assert found[0] == expected


@pytest.mark.engine("postgres")
def test_a_plan_whose_table_changed_is_made_again(staying: Any, in_atap: Instance) -> None:
    def ask() -> Any:
        return staying.ask("SELECT title FROM passing_by WHERE title <> %s", ("no",)).fetchall()

    staying.ask("CREATE TABLE passing_by (title varchar(20))", ())
    for _ in range(3):
        assert ask() == []
    staying.ask("ALTER TABLE passing_by ALTER title TYPE text", ())

    assert ask() == []
