"""A database moves to another bucket: read all the time, no write lost, and where it was if anything is not right."""

import errno
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from pivotino.control.placements import jobs, moving
from pivotino.control.placements.models import Move
from pivotino.jobs import carrying
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import Crash, crash_after, dies_at, run_all
from pivotino.tenancy import fencing, packing, provision, scratch, verifying
from pivotino.tenancy.freezing import reasons
from pivotino.tenancy.models import Removal
from tests.cast import Browser, Person
from tests.control.carried import can_write, fails_at, nothing_open_lies_about, now_at, writing
from tests.control.killing import kill_a_worker_in, let_another_go_on
from tests.plugins.engines import ENGINE

SECOND = "folders" if ENGINE == "sqlite" else "clusters"
near = pytest.mark.usefixtures("quick", SECOND)


def move(kedai: Person, to: str = "second") -> Move:
    work = moving.move(kedai.instance, to=to, by="ops", why="a test")
    jobs.pick_up()
    run_all()
    work.refresh_from_db()
    return work


@near
def test_it_answers_at_the_new_place_and_the_old_copy_goes_with_proof(kedai: Person) -> None:
    before = packing.contents(kedai.instance.place).contents
    work = move(kedai)

    assert work.trouble == "" and work.opened_at and now_at(kedai).bucket == "second"
    assert packing.contents(now_at(kedai).place).contents == before
    assert can_write(kedai) and provision.exists(work.old) and fencing.is_fenced(work.old)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=2)):
        jobs.pick_up()
        run_all()
    work.refresh_from_db()
    assert work.done_at and not provision.exists(work.old)
    assert Removal.objects.get(pk=work.report["proof"]).what == "the place before a move"


@near
def test_it_moves_there_and_back(kedai: Person) -> None:
    home = kedai.instance.bucket
    first = move(kedai)
    kedai.instance.refresh_from_db()

    second = move(kedai, to=home)

    first.refresh_from_db()
    assert first.done_at and not provision.exists(first.old), "the first one was still watched"
    assert second.opened_at and (now_at(kedai).bucket, now_at(kedai).generation) == (home, 3)
    assert can_write(kedai)


@near
@pytest.mark.parametrize("step", [step.name for step in moving.STEPS if step.name != "opened"])
def test_whatever_step_fails_it_is_where_it_was(kedai: Person, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_at(monkeypatch, moving, step)
    home = kedai.instance.bucket

    work = move(kedai)

    row = now_at(kedai)
    assert work.failed_at and (row.bucket, row.generation, row.frozen_at, reasons(row)) == (home, 1, None, [])
    assert not provision.exists(work._at("second", 2)) and can_write(kedai)


@near
@pytest.mark.parametrize("written", [False, True], ids=["done", "written"])
@pytest.mark.parametrize("step", [step.name for step in moving.STEPS])
def test_a_worker_may_die_after_any_step(kedai: Person, step: str, written: bool) -> None:
    work = moving.move(kedai.instance, to="second", by="ops", why="a test")
    with dies_at(step, written=written), pytest.raises(Crash):
        moving.go_on(work)

    moving.go_on(Move.objects.get(pk=work.pk))

    assert now_at(kedai).bucket == "second" and can_write(kedai) and reasons(now_at(kedai)) == []


@near
@pytest.mark.parametrize(
    "target", ["pivotino.tenancy.provision.destroy", "pivotino.tenancy.removing.remove", "pivotino.jobs.steps.mark"]
)
def test_a_worker_may_die_while_the_old_copy_goes(kedai: Person, target: str) -> None:
    work = move(kedai)
    moving.accept(work, by="ops")
    with crash_after(target), pytest.raises(Crash):
        moving.go_on(work)

    moving.go_on(Move.objects.get(pk=work.pk))

    work.refresh_from_db()
    assert work.done_at and not provision.exists(work.old) and can_write(kedai)
    assert Removal.objects.get(pk=work.report["proof"]).database == work.old.address[1]


@pytest.mark.usefixtures(SECOND)
def test_workers_killed_at_every_step_are_followed_by_one_that_ends_right(kedai: Person, tmp_path: Path) -> None:
    before = packing.contents(kedai.instance.place).contents
    work = moving.move(kedai.instance, to="second", by="ops", why="a test")
    jobs.pick_up()

    for step in moving.STEPS:
        kill_a_worker_in("pivotino.control.placements.moving", step.name, "default", tmp_path / "sign")
    let_another_go_on("default", lambda: Move.objects.filter(pk=work.pk, opened_at__isnull=False).exists())

    work.refresh_from_db()
    assert work.trouble == "" and packing.contents(now_at(kedai).place).contents == before
    assert now_at(kedai).bucket == "second" and can_write(kedai) and nothing_open_lies_about()


@pytest.mark.usefixtures(SECOND)
@pytest.mark.parametrize("half", [
    "pivotino.tenancy.snapshots.take",
    pytest.param("pivotino.tenancy.snapshots.shutil.copyfile", marks=pytest.mark.engine("sqlite")),
])  # fmt: skip
def test_a_worker_killed_while_it_copies_leaves_no_open_copy_behind(kedai: Person, tmp_path: Path, half: str) -> None:
    work = moving.move(kedai.instance, to="second", by="ops", why="a test")
    jobs.pick_up()

    kill_a_worker_in("pivotino.control.placements.moving", half, "default", tmp_path / "sign")
    assert not nothing_open_lies_about()
    let_another_go_on("default", lambda: Move.objects.filter(pk=work.pk, opened_at__isnull=False).exists())

    assert now_at(kedai).bucket == "second" and can_write(kedai) and not list(scratch.home().iterdir())
    moving.accept(work, by="ops")
    moving.go_on(Move.objects.get(pk=work.pk))
    assert nothing_open_lies_about()


@near
def test_a_full_disk_leaves_it_where_it_was_and_is_named(kedai: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pivotino.tenancy.snapshots._to_the_disk", full)
    work = moving.move(kedai.instance, to="second", by="ops", why="a test")
    for minute in range(carrying.MOST_TRIES):
        with time_machine.travel(timezone.now() + timedelta(minutes=minute)):
            jobs.pick_up()
            run_all(raising=False)

    work.refresh_from_db()
    assert work.failed_at and work.trouble == "The disk is full."
    assert [alert.kind for alert in Alert.objects.all()] == ["move failed"]
    assert now_at(kedai).bucket == kedai.instance.bucket and can_write(kedai) and nothing_open_lies_about()


@near
def test_a_clock_that_jumps_to_and_fro_loses_nothing(kedai: Person) -> None:
    now = timezone.now()
    work = moving.move(kedai.instance, to="second", by="ops", why="a test")
    with time_machine.travel(now - timedelta(days=1)), dies_at("switched"), pytest.raises(Crash):
        moving.go_on(work)
    with time_machine.travel(now + timedelta(days=400)):
        moving.go_on(Move.objects.get(pk=work.pk))
        assert can_write(kedai)
    with time_machine.travel(now - timedelta(days=400)):
        jobs.pick_up()
        run_all()

    work.refresh_from_db()
    assert now_at(kedai).bucket == "second" and provision.exists(work.old) and can_write(kedai)


@pytest.mark.engine("postgres")
@pytest.mark.usefixtures("quick", "folders")
def test_from_a_server_into_a_file_and_back(kedai: Person) -> None:
    before, home = packing.contents(kedai.instance.place).contents, kedai.instance.bucket
    work = move(kedai)
    assert work.trouble == "" and now_at(kedai).place.bucket.engine == "sqlite"
    assert packing.contents(now_at(kedai).place).contents == before and can_write(kedai)
    moving.accept(work, by="ops")
    jobs.pick_up()
    run_all()
    kedai.instance.refresh_from_db()

    back = move(kedai, to=home)

    assert back.trouble == "" and now_at(kedai).bucket == home and can_write(kedai)


@near
def test_what_cannot_be_is_said(kedai: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for to in ("nowhere", kedai.instance.bucket):
        with pytest.raises(moving.CannotMove):
            moving.move(kedai.instance, to=to, by="ops", why="a test")
    with pytest.raises(CommandError):
        call_command("move_database", "no-such", "--to", "second", "--by", "ops", "--why", "x", stdout=StringIO())
    planned = moving.move(kedai.instance, to="second", at=timezone.now() + timedelta(days=1), by="ops", why="x")
    with pytest.raises(moving.CannotMove):
        moving.move(kedai.instance, to="second", by="ops", why="x")
    moving.call_off(planned, by="ops")

    out = StringIO()
    call_command("move_database", kedai.instance.slug, "--to", "second", "--by", "ops", "--why", "x", stdout=out)
    assert out.getvalue().startswith("well") and now_at(kedai).bucket == "second"


@near
def test_its_owner_watches_and_nobody_else(
    kedai: Person, rita: Person, bruno: Person, stranger: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"/my/databases/{kedai.instance.slug}/place/"
    assert "stays where it is" in kedai.browser.get(page).text
    work = moving.move(kedai.instance, to="second", at=timezone.now() + timedelta(days=1), by="ops", why="x")
    assert "moves to another server on" in kedai.browser.get(page).text
    Move.objects.update(due_at=timezone.now())
    assert "is moving to another server" in kedai.browser.get(page).text
    assert 'id="progress"' in kedai.browser.htmx("get", page).text
    moving.go_on(Move.objects.get(pk=work.pk))
    assert "has moved" in kedai.browser.get(page).text
    assert kedai.browser.htmx("get", page)["HX-Refresh"] == "true"

    for person in (rita, bruno):
        assert person.take_seat().browser.get(page).status_code == 404
    assert stranger.get(page)["Location"].startswith("/sign-in/")


@pytest.mark.usefixtures(SECOND)
@pytest.mark.parametrize("fails", [False, True])
def test_no_write_is_lost_and_reading_never_stops(
    kedai: Person, tmp_path: Path, fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(kedai, tmp_path) as writers:
        if fails:
            monkeypatch.setattr(
                verifying, "look_at_pages", lambda report, place: report.problems.append("No page opens.")
            )
        work = move(kedai)
        writers.write_some_more()
        writers.stop()

    assert bool(work.failed_at) is fails and (now_at(kedai).bucket == "second") is not fails
    assert writers.saved == writers.told
