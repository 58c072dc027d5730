"""An original brought to a new version: no write is lost, whatever fails and wherever a worker dies."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.upgrades import asking, bringing, jobs
from pivotino.control.upgrades.models import Upgrade
from pivotino.instance.contacts.models import Contact
from pivotino.jobs import carrying, steps
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import Crash, run_all
from pivotino.tenancy import fencing, inside, provision, registry, verifying
from pivotino.tenancy.freezing import Reason, freeze, reasons, thaw
from pivotino.tenancy.models import Instance, Removal
from tests.cast import Person
from tests.control.upgrades.test_trying import columns
from tests.tenancy.test_freezing import typed

ROOT = Path(__file__).resolve().parents[3]
BEFORE_OPENED = [step.name for step in bringing.STEPS if step.name != "opened"]


def now_at(kedai: Person) -> Instance:
    return Instance.objects.get(pk=kedai.instance.pk)


def can_write(kedai: Person) -> bool:
    registry.forget()
    name = f"Written {time.monotonic_ns()}"
    kedai.browser.post(kedai.url("people/new/"), {**typed(), "name": name})
    with inside(now_at(kedai)):
        return Contact.objects.filter(name=name).exists()


def is_as_it_was(kedai: Person, generation: int = 1) -> None:
    row = now_at(kedai)
    assert (row.generation, row.frozen_at, reasons(row)) == (generation, None, [])
    assert not fencing.is_fenced(row.place)
    assert kedai.browser.get(kedai.url("board/")).status_code == 200 and can_write(kedai)


@pytest.mark.usefixtures("new_release")
def test_the_new_version_answers_the_old_one_waits_a_week_and_goes_with_proof(kedai: Person) -> None:
    with inside(kedai.instance):
        people = set(Contact.objects.values_list("pk", "name"))
    upgrade = asking.bring(kedai.instance, by="Anna")
    run_all()

    upgrade.refresh_from_db()
    row = now_at(kedai)
    assert upgrade.trouble == "" and upgrade.opened_at and upgrade.report["problems"] == []
    assert (row.generation, row.schema_version, row.frozen_at) == (2, provision.schema_version(), None)
    with inside(row):
        assert set(Contact.objects.values_list("pk", "name")) == people
    assert "nickname" in columns(row) and can_write(kedai)
    assert provision.exists(upgrade.old) and fencing.is_fenced(upgrade.old)

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=2)):
        jobs.pick_up()
        run_all()

    upgrade.refresh_from_db()
    assert upgrade.done_at and not provision.exists(upgrade.old)
    assert Removal.objects.get(pk=upgrade.report["proof"]).what == "the version before an upgrade"
    assert can_write(kedai)


@pytest.mark.usefixtures("bad_release")
def test_a_version_that_fails_the_comparison_brings_the_old_one_back(kedai: Person) -> None:
    upgrade = asking.bring(kedai.instance, by="Anna")
    run_all()

    upgrade.refresh_from_db()
    assert upgrade.failed_at and upgrade.trouble == "The table pipeline_note held 1 rows and holds 0 now."
    assert not provision.exists(upgrade.new)
    assert [alert.kind for alert in Alert.objects.all()] == ["upgrade failed"]
    is_as_it_was(kedai)


@pytest.mark.usefixtures("broken_release")
def test_a_migration_that_breaks_is_tried_again_and_then_taken_back(kedai: Person) -> None:
    upgrade = asking.bring(kedai.instance, by="Anna")
    for minute in range(1, 5):
        with time_machine.travel(timezone.now() + timedelta(minutes=minute)):
            run_all(raising=False)

    upgrade.refresh_from_db()
    assert upgrade.failed_at and upgrade.tries == carrying.MOST_TRIES
    is_as_it_was(kedai)


@pytest.mark.usefixtures("new_release")
@pytest.mark.parametrize("step", BEFORE_OPENED)
def test_whatever_step_fails_the_old_version_answers_again(
    kedai: Person, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(upgrade: Upgrade) -> None:
        raise carrying.NotTheSame("Something is not as it was.")

    broken = tuple(
        steps.Kind(name=one.name, says="", work=fail if one.name == step else one.work) for one in bringing.STEPS
    )
    monkeypatch.setattr(bringing, "STEPS", broken)
    upgrade = asking.bring(kedai.instance, by="Anna")

    bringing.go_on(upgrade)

    upgrade.refresh_from_db()
    assert upgrade.failed_at and upgrade.trouble == "Something is not as it was."
    assert not any(provision.exists(upgrade._at(upgrade.to_bucket, generation)) for generation in range(2, 6))
    is_as_it_was(kedai)


@pytest.mark.usefixtures("new_release")
@pytest.mark.parametrize("step", [step.name for step in bringing.STEPS])
def test_a_worker_may_die_after_any_step(kedai: Person, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = steps.mark

    def die(row: Any, name: str) -> None:
        if name == step:
            raise Crash(step)
        real(row, name)

    upgrade = asking.bring(kedai.instance, by="Anna")
    with monkeypatch.context() as dying:
        dying.setattr(steps, "mark", die)
        with pytest.raises(Crash):
            bringing.go_on(upgrade)

    bringing.go_on(Upgrade.objects.get(pk=upgrade.pk))

    row = now_at(kedai)
    assert row.schema_version == provision.schema_version() and row.frozen_at is None and can_write(kedai)


@pytest.mark.usefixtures("bad_release")
@pytest.mark.parametrize(
    "where", ["pivotino.tenancy.fencing.unfence", "pivotino.tenancy.removing.remove", "pivotino.jobs.carrying.thaw"]
)
def test_a_worker_may_die_while_it_takes_back(kedai: Person, where: str) -> None:
    from pivotino.jobs.testing import crash_after

    upgrade = asking.bring(kedai.instance, by="Anna")
    with pytest.raises(Crash), crash_after(where):
        bringing.go_on(upgrade)

    bringing.go_on(Upgrade.objects.get(pk=upgrade.pk))

    upgrade.refresh_from_db()
    assert upgrade.failed_at
    is_as_it_was(kedai)


@pytest.mark.usefixtures("new_release")
def test_it_waits_while_somebody_else_has_the_database(kedai: Person) -> None:
    freeze(kedai.instance, Reason.RESTORE)
    upgrade = asking.bring(kedai.instance, by="Anna")
    run_all()
    assert reasons(kedai.instance) == [Reason.RESTORE] and Upgrade.objects.get().to_generation is None

    thaw(kedai.instance, Reason.RESTORE)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        run_all()

    upgrade.refresh_from_db()
    assert upgrade.opened_at and now_at(kedai).generation == 2


@pytest.mark.usefixtures("new_release")
def test_another_freeze_stays_when_the_upgrade_is_through(kedai: Person) -> None:
    freeze(kedai.instance, Reason.UNPAID)
    asking.bring(kedai.instance, by="release")
    run_all()

    assert reasons(kedai.instance) == [Reason.UNPAID] and now_at(kedai).generation == 2


@pytest.mark.usefixtures("new_release")
def test_one_at_a_time_later_and_called_off(kedai: Person) -> None:
    upgrade = asking.bring(kedai.instance, at=timezone.now() + timedelta(hours=5), by="Anna")
    with pytest.raises(asking.NotNow):
        asking.bring(kedai.instance, by="Anna")
    jobs.pick_up()
    run_all()
    assert now_at(kedai).generation == 1

    asking.call_off(upgrade, by="Anna")
    later = asking.bring(kedai.instance, at=timezone.now() + timedelta(hours=1), by="Anna")
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        jobs.pick_up()
        run_all()

    later.refresh_from_db()
    assert later.opened_at and now_at(kedai).generation == 2
    with pytest.raises(asking.NotNow):
        asking.call_off(later, by="Anna")
    asking.accept(later, by="Anna")
    run_all()
    later.refresh_from_db()
    assert later.done_at and not provision.exists(later.old)


@pytest.mark.usefixtures("new_release")
def test_all_are_brought_only_after_all_were_rehearsed(kedai: Person) -> None:
    with pytest.raises(asking.NotNow):
        asking.bring_all(by="release", why="0.2")
    Instance.objects.exclude(pk=kedai.instance.pk).update(schema_version=provision.schema_version())
    asking.rehearse(kedai.instance, by="release")

    upgrades = asking.bring_all(by="release", why="0.2")
    run_all()

    assert [upgrade.instance for upgrade in upgrades] == [kedai.instance] and now_at(kedai).generation == 2


# Writes through the whole upgrade, as fast as it is let, and notes what it was told is saved.
WRITER = """
import sys, time, pathlib, django
django.setup()
from django.db import DatabaseError
from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member
from pivotino.tenancy import fencing, inside, registry
slug, notes, stop = sys.argv[1], open(sys.argv[2], "a", buffering=1), pathlib.Path(sys.argv[3])
number = 0
while not stop.exists():
    place = registry.find(slug)
    number += 1
    name = f"{notes.name[-5]}-{number}"
    try:
        with inside(place):
            Contact.add(name, by=Member.objects.get(role="owner"))
    except DatabaseError as error:
        if not fencing.refused(error):
            notes.write(f"failed {error!r}\\n")
        time.sleep(0.02)
        continue
    notes.write(name + "\\n")
"""


@pytest.mark.usefixtures("new_release")
@pytest.mark.parametrize("fails", [False, True])
def test_no_write_is_lost_while_people_go_on_writing(
    kedai: Person, tmp_path: Path, fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "REMEMBERED_SECONDS", 2.0)  # here other processes are waited for
    stop, notes = tmp_path / "stop", [tmp_path / f"{name}.txt" for name in "ab"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WRITER, kedai.instance.slug]
    writers = [subprocess.Popen([*command, str(note), str(stop)], env=environment, cwd=ROOT) for note in notes]
    try:
        wait_for(lambda: all(note.exists() and note.read_text().count("\n") > 5 for note in notes))
        if fails:
            monkeypatch.setattr(
                verifying, "look_at_pages", lambda report, place: report.problems.append("No page opens.")
            )
        upgrade = asking.bring(kedai.instance, by="Anna")
        run_all(raising=False)
        lengths = [len(note.read_text()) for note in notes]
        wait_for(lambda: all(len(note.read_text()) > length for note, length in zip(notes, lengths, strict=True)))
        stop.touch()
        for writer in writers:
            writer.wait(timeout=30)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()

    upgrade.refresh_from_db()
    told = {line for note in notes for line in note.read_text().splitlines()}
    with inside(now_at(kedai)):
        saved = set(Contact.objects.filter(name__regex="^[ab]-[0-9]+$").values_list("name", flat=True))
    assert bool(upgrade.failed_at) is fails and now_at(kedai).generation == (1 if fails else 2)
    assert saved == told


def wait_for(ready: Any) -> None:
    end = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


def test_the_newest_needs_nothing(kedai: Person) -> None:
    with pytest.raises(asking.NotNow):
        asking.bring(kedai.instance, by="Anna")
