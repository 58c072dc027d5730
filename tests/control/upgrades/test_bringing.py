"""An original brought to a new version: no write is lost, whatever fails and wherever a worker dies."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.upgrades import asking, bringing, jobs
from pivotino.control.upgrades.models import Upgrade
from pivotino.instance.contacts.models import Contact
from pivotino.jobs import carrying
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import Crash, crash_after, dies_at, run_all
from pivotino.tenancy import fencing, inside, provision, registry, verifying
from pivotino.tenancy.freezing import Reason, freeze, reasons, thaw
from pivotino.tenancy.models import Instance, Removal
from tests.cast import Person
from tests.control.carried import can_write, fails_at, nothing_open_lies_about, now_at, writing
from tests.control.killing import kill_a_worker_in, let_another_go_on
from tests.control.upgrades.test_trying import columns

BEFORE_OPENED = [step.name for step in bringing.STEPS if step.name != "opened"]


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


@pytest.mark.promise("A64")
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
    fails_at(monkeypatch, bringing, step)
    upgrade = asking.bring(kedai.instance, by="Anna")

    bringing.go_on(upgrade)

    upgrade.refresh_from_db()
    assert upgrade.failed_at and upgrade.trouble == "Something is not as it was."
    assert not any(provision.exists(upgrade._at(upgrade.to_bucket, generation)) for generation in range(2, 6))
    is_as_it_was(kedai)


@pytest.mark.usefixtures("new_release")
@pytest.mark.parametrize("written", [False, True], ids=["done", "written"])
@pytest.mark.parametrize("step", [step.name for step in bringing.STEPS])
def test_a_worker_may_die_after_any_step(kedai: Person, step: str, written: bool) -> None:
    upgrade = asking.bring(kedai.instance, by="Anna")
    with dies_at(step, written=written), pytest.raises(Crash):
        bringing.go_on(upgrade)

    bringing.go_on(Upgrade.objects.get(pk=upgrade.pk))

    row = now_at(kedai)
    assert row.schema_version == provision.schema_version() and row.frozen_at is None and can_write(kedai)


@pytest.mark.usefixtures("new_release")
def test_workers_killed_at_every_step_are_followed_by_one_that_ends_right(kedai: Person, tmp_path: Path) -> None:
    upgrade = asking.bring(kedai.instance, by="Anna")

    for step in bringing.STEPS:
        kill_a_worker_in("pivotino.control.upgrades.bringing", step.name, "default", tmp_path / "sign")
    let_another_go_on("default", lambda: Upgrade.objects.filter(pk=upgrade.pk, opened_at__isnull=False).exists())

    row = now_at(kedai)
    assert row.schema_version == provision.schema_version() and row.frozen_at is None and can_write(kedai)
    assert "nickname" in columns(row) and nothing_open_lies_about()


@pytest.mark.usefixtures("bad_release")
@pytest.mark.parametrize(
    "where", ["pivotino.tenancy.fencing.unfence", "pivotino.tenancy.removing.remove", "pivotino.jobs.carrying.thaw"]
)
def test_a_worker_may_die_while_it_takes_back(kedai: Person, where: str) -> None:
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
def test_the_next_version_does_not_wait_until_the_last_was_watched(kedai: Person) -> None:
    first = asking.bring(kedai.instance, by="Anna")
    run_all()
    Instance.objects.filter(pk=kedai.instance.pk).update(schema_version="the one before the next")

    second = asking.bring(now_at(kedai), by="Anna")
    run_all()

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.done_at and not provision.exists(first.old) and provision.exists(second.old)
    assert second.opened_at and now_at(kedai).generation == 3 and can_write(kedai)


@pytest.mark.usefixtures("new_release")
def test_all_are_brought_only_after_all_were_rehearsed(kedai: Person) -> None:
    with pytest.raises(asking.NotNow):
        asking.bring_all(by="release", why="0.2")
    Instance.objects.exclude(pk=kedai.instance.pk).update(schema_version=provision.schema_version())
    asking.rehearse(kedai.instance, by="release")

    upgrades = asking.bring_all(by="release", why="0.2")
    run_all()

    assert [upgrade.instance for upgrade in upgrades] == [kedai.instance] and now_at(kedai).generation == 2


@pytest.mark.promise("A64")
@pytest.mark.usefixtures("new_release")
@pytest.mark.parametrize("fails", [False, True])
def test_no_write_is_lost_while_people_go_on_writing(
    kedai: Person, tmp_path: Path, fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "REMEMBERED_SECONDS", 2.0)  # here other processes are waited for
    with writing(kedai, tmp_path) as writers:
        if fails:
            monkeypatch.setattr(
                verifying, "look_at_pages", lambda report, place: report.problems.append("No page opens.")
            )
        upgrade = asking.bring(kedai.instance, by="Anna")
        run_all(raising=False)
        writers.write_some_more()
        writers.stop()

    upgrade.refresh_from_db()
    assert bool(upgrade.failed_at) is fails and now_at(kedai).generation == (1 if fails else 2)
    assert writers.saved == writers.told


def test_the_newest_needs_nothing(kedai: Person) -> None:
    with pytest.raises(asking.NotNow):
        asking.bring(kedai.instance, by="Anna")
