"""What may go wrong while a file is made: workers that die, disks that are full, databases that are gone."""

import errno
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from pivotino.control.exports import jobs, making, storing
from pivotino.control.exports.models import Export
from pivotino.jobs.testing import Crash, crash_after, run_all
from pivotino.letters.models import Sent
from pivotino.tenancy import packing
from tests.cast import Person
from tests.control.exports.conftest import exported, home, proven
from tests.control.killing import kill_a_worker_in, let_another_go_on

ROOT = Path(__file__).resolve().parents[3]


def files(settings: Any) -> list[str]:
    return sorted(path.suffix for path in (settings.VAR_DIR / "exports").rglob("*") if path.is_file())


@pytest.fixture
def asked(busy_anna: Person) -> Export:
    proven(busy_anna).post(home(busy_anna))
    return Export.objects.select_related("instance").get()


@pytest.mark.parametrize("step", [
    "pivotino.tenancy.packing.pack", "pivotino.control.exports.making.os.replace", "pivotino.control.exports.making.send",
    "pivotino.control.exports.making._finish",
])  # fmt: skip
def test_a_worker_that_dies_is_followed_by_another(asked: Export, settings: Any, step: str) -> None:
    with crash_after(step), pytest.raises(Crash):
        run_all()
    asked.refresh_from_db()
    making.make(asked)
    run_all()

    asked.refresh_from_db()
    assert asked.state == "ready"
    assert files(settings) == [".sealed"]
    assert [letter.subject for letter in mail.outbox] == ["Your export is ready"]


@pytest.mark.parametrize(("place", "left"), [
    ("pivotino.control.exports.storing.drop_drafts", []),
    ("pivotino.tenancy.packing.writing._put_rows", [".draft"]),
    ("pivotino.tenancy.packing.pack", [".draft"]),
    ("pivotino.control.exports.making._finish", [".sealed"]),
    ("pivotino.control.exports.making._make_room", [".sealed"]),
], ids=lambda value: value.rpartition(".")[2] if isinstance(value, str) else "")  # fmt: skip
def test_a_worker_killed_anywhere_leaves_one_file_and_one_letter_in_the_end(
    asked: Export, settings: Any, tmp_path: Path, place: str, left: list[str]
) -> None:
    kill_a_worker_in("pivotino.control.exports.making", place, "exports", tmp_path / "sign")
    half = files(settings)

    let_another_go_on("exports", lambda: Export.objects.filter(ready_at__isnull=False).exists())

    assert half == left
    assert files(settings) == [".sealed"]
    assert Sent.objects.filter(key=f"export-ready:{asked.pk}").count() == 1


@pytest.mark.parametrize("where", ["in the rows", "at the end"])
def test_a_full_disk_is_said_and_nothing_half_stays(
    asked: Export, busy_anna: Person, settings: Any, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*args: Any, **kwargs: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    if where == "in the rows":
        monkeypatch.setattr("pivotino.control.exports.sealing.Sealing._put", full)
    else:
        monkeypatch.setattr("pivotino.control.exports.sealing.os.fsync", full)
    run_all()
    page = busy_anna.browser.get(home(busy_anna)).content.decode()

    asked.refresh_from_db()
    assert (asked.state, asked.problem) == ("failed", storing.NO_SPACE)
    assert "There is no room left on the server" in page
    assert files(settings) == []
    assert mail.outbox == []


def test_what_fails_again_and_again_is_given_up(asked: Export, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("no")

    monkeypatch.setattr(packing, "pack", broken)
    for _ in range(making.MOST_TRIES):
        with pytest.raises(RuntimeError):
            making.make(asked)

    asked.refresh_from_db()
    assert (asked.state, asked.problem, files(settings)) == ("failed", making.GIVEN_UP, [])


def test_a_database_that_is_gone(asked: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    from pivotino.tenancy.engine.sqlite import InstanceGone

    def gone(*args: Any, **kwargs: Any) -> Any:
        raise InstanceGone("gone")

    monkeypatch.setattr(packing, "pack", gone)
    run_all()

    asked.refresh_from_db()
    assert (asked.state, asked.problem) == ("failed", making.GONE)


def test_nobody_waits_for_ever(asked: Export) -> None:
    from datetime import timedelta

    import time_machine
    from django.utils import timezone

    from pivotino.jobs.models import Ticket

    Ticket.objects.all().delete()
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        jobs.pick_up()
        run_all()
    asked.refresh_from_db()
    assert asked.state == "ready"

    Export.objects.filter(pk=asked.pk).update(ready_at=None, tries=making.MOST_TRIES + 1)
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        jobs.pick_up()
    asked.refresh_from_db()
    assert asked.problem == making.GIVEN_UP


def test_an_erased_instance_leaves_no_file(asked: Export, settings: Any) -> None:
    run_all()
    assert files(settings) == [".sealed"]

    assert making.forget(asked.instance) == 1

    asked.refresh_from_db()
    assert (files(settings), asked.key, asked.state) == ([], "", "gone")
    assert making.forget(asked.instance) == 0


def test_of_many_files_the_newest_stay(busy_anna: Person, settings: Any) -> None:
    for _ in range(making.MOST_KEPT + 1):
        last = exported(busy_anna)

    kept = Export.objects.filter(swept_at__isnull=True)
    assert kept.count() == making.MOST_KEPT == len(files(settings))
    assert last in kept
