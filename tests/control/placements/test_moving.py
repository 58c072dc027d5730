"""A database moves to another bucket: read all the time, no write lost, and where it was if anything is not right."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from pivotino.control.placements import jobs, moving
from pivotino.control.placements.models import Move
from pivotino.instance.contacts.models import Contact
from pivotino.jobs import carrying, steps
from pivotino.jobs.testing import Crash, run_all
from pivotino.tenancy import fencing, inside, packing, provision, registry, verifying
from pivotino.tenancy.freezing import reasons
from pivotino.tenancy.models import Instance, Removal
from tests.cast import Browser, Person
from tests.plugins.engines import ENGINE
from tests.tenancy.test_freezing import typed

ROOT = Path(__file__).resolve().parents[3]
SECOND = "folders" if ENGINE == "sqlite" else "clusters"
near = pytest.mark.usefixtures("quick", SECOND)


def now_at(kedai: Person) -> Instance:
    return Instance.objects.get(pk=kedai.instance.pk)


def can_write(kedai: Person) -> bool:
    registry.forget()
    name = f"Written {time.monotonic_ns()}"
    kedai.browser.post(kedai.url("people/new/"), {**typed(), "name": name})
    with inside(now_at(kedai)):
        return Contact.objects.filter(name=name).exists()


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
    moving.accept(first, by="ops")
    jobs.pick_up()
    run_all()
    kedai.instance.refresh_from_db()

    second = move(kedai, to=home)

    assert second.opened_at and (now_at(kedai).bucket, now_at(kedai).generation) == (home, 3)
    assert can_write(kedai)


@near
@pytest.mark.parametrize("step", [step.name for step in moving.STEPS if step.name != "opened"])
def test_whatever_step_fails_it_is_where_it_was(kedai: Person, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(work: Move) -> None:
        raise carrying.NotTheSame("Something is not as it was.")

    broken = tuple(
        steps.Kind(name=one.name, says="", work=fail if one.name == step else one.work) for one in moving.STEPS
    )
    monkeypatch.setattr(moving, "STEPS", broken)
    home = kedai.instance.bucket

    work = move(kedai)

    row = now_at(kedai)
    assert work.failed_at and (row.bucket, row.generation, row.frozen_at, reasons(row)) == (home, 1, None, [])
    assert not provision.exists(work._at("second", 2)) and can_write(kedai)


@near
@pytest.mark.parametrize("step", [step.name for step in moving.STEPS])
def test_a_worker_may_die_after_any_step(kedai: Person, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = steps.mark

    def die(row: Any, name: str) -> None:
        if name == step:
            raise Crash(step)
        real(row, name)

    work = moving.move(kedai.instance, to="second", by="ops", why="a test")
    with monkeypatch.context() as dying:
        dying.setattr(steps, "mark", die)
        with pytest.raises(Crash):
            moving.go_on(work)

    moving.go_on(Move.objects.get(pk=work.pk))

    assert now_at(kedai).bucket == "second" and can_write(kedai)


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


# Reads and writes through the whole move, as fast as it is let; a reading that fails is noted.
WRITER = """
import json, sys, time, pathlib, django
from django.conf import settings
django.setup()
settings.INSTANCE_BUCKETS = json.loads(sys.argv[4])
from django.db import DatabaseError
from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member
from pivotino.tenancy import fencing, inside, registry
slug, notes, stop = sys.argv[1], open(sys.argv[2], "a", buffering=1), pathlib.Path(sys.argv[3])
number = 0
while not stop.exists():
    number += 1
    name = f"{notes.name[-5]}-{number}"
    try:
        with inside(registry.find(slug)):
            Contact.objects.count()
    except Exception as error:
        notes.write(f"cannot read {error!r}\\n")
    try:
        with inside(registry.find(slug)):
            Contact.add(name, by=Member.objects.get(role="owner"))
    except DatabaseError as error:
        if not fencing.refused(error):
            notes.write(f"failed {error!r}\\n")
        time.sleep(0.02)
        continue
    notes.write(name + "\\n")
"""


@pytest.mark.usefixtures(SECOND)
@pytest.mark.parametrize("fails", [False, True])
def test_no_write_is_lost_and_reading_never_stops(
    kedai: Person, tmp_path: Path, settings: Any, fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    stop, notes = tmp_path / "stop", [tmp_path / f"{name}.txt" for name in "ab"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    rooms = json.dumps(settings.INSTANCE_BUCKETS)
    command = [sys.executable, "-c", WRITER, kedai.instance.slug]
    writers = [subprocess.Popen([*command, str(note), str(stop), rooms], env=environment, cwd=ROOT) for note in notes]
    try:
        wait_for(lambda: all(note.exists() and note.read_text().count("\n") > 5 for note in notes))
        if fails:
            monkeypatch.setattr(
                verifying, "look_at_pages", lambda report, place: report.problems.append("No page opens.")
            )
        work = move(kedai)
        lengths = [len(note.read_text()) for note in notes]
        wait_for(lambda: all(len(note.read_text()) > length for note, length in zip(notes, lengths, strict=True)))
        stop.touch()
        for writer in writers:
            writer.wait(timeout=30)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()

    told = {line for note in notes for line in note.read_text().splitlines()}
    with inside(now_at(kedai)):
        saved = set(Contact.objects.filter(name__regex="^[ab]-[0-9]+$").values_list("name", flat=True))
    assert bool(work.failed_at) is fails and (now_at(kedai).bucket == "second") is not fails
    assert saved == told


def wait_for(ready: Any) -> None:
    end = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)
