"""A copy to try: at the new version, harmless, at its own address, and gone by itself with proof."""

import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from pivotino.control.upgrades import asking, jobs, trying
from pivotino.control.upgrades.models import Trial
from pivotino.instance.contacts.models import Contact
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import Crash, crash_after, dies_at, run_all
from pivotino.letters.models import Kept, Sent
from pivotino.tenancy import inside, provision
from pivotino.tenancy.models import Instance, Removal
from tests.cast import Person
from tests.control.carried import nothing_open_lies_about
from tests.control.killing import kill_a_worker_in, let_another_go_on
from tests.house.walk import routes
from tests.house.world import records


def try_out(kedai: Person) -> Trial:
    trial = asking.try_out(kedai.instance, by="Anna")
    run_all()
    trial.refresh_from_db()
    return trial


def columns(instance: Instance) -> set[str]:
    with inside(instance), connections["instance"].cursor() as cursor:
        cursor.execute("SELECT * FROM contacts_contact")
        return {column[0] for column in cursor.description}


@pytest.mark.usefixtures("new_release")
def test_the_copy_has_the_new_version_and_the_original_is_untouched(kedai: Person) -> None:
    trial = try_out(kedai)

    assert trial.trouble == "" and trial.is_ready and trial.report["problems"] == []
    assert "nickname" in columns(trial.copy) and "nickname" not in columns(kedai.instance)
    assert trial.copy.slug == f"{kedai.instance.slug}--try"
    page = kedai.browser.get(f"/@{trial.copy.slug}/people/")
    assert page.status_code == 200 and "This is a copy to try" in page.text
    assert "This is a copy to try" not in kedai.browser.get(kedai.url("people/")).text


@pytest.mark.usefixtures("new_release")
def test_what_is_done_in_the_copy_stays_in_the_copy(kedai: Person, rita: Person, bruno: Person) -> None:
    trial = try_out(kedai)
    with inside(trial.copy):
        Contact.objects.update(city="Changed in the copy")

    with inside(kedai.instance):
        assert not Contact.objects.filter(city="Changed in the copy").exists()
    assert rita.browser.get(f"/@{trial.copy.slug}/board/").status_code == 404
    assert bruno.browser.get(f"/@{trial.copy.slug}/board/").status_code == 404


@pytest.mark.promise("A63")
@pytest.mark.promise("P40")
@pytest.mark.usefixtures("new_release")
def test_nothing_leaves_a_copy_in_two_weeks_and_it_is_gone_with_proof(
    kedai: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = try_out(kedai)
    slug, copy = trial.copy.slug, trial.copy
    before = (Sent.objects.count(), Kept.objects.count())
    called: list[object] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX:  # the database of the tests
            called.append(address)
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    owner = Person("anna", kedai.account, copy, kedai.member_id)
    mine = records(owner)
    browser = owner.browser
    for route in routes():
        if route.plane == "instance":
            browser.get(owner.url(route.address(route.guess(), mine)))
    answer = browser.post(owner.url("colleagues/invite/"), {"people": "new@kedai.example", "emails": "new@kedai.example",
                                                           "email": "new@kedai.example", "role": "user", "name": "New"})  # fmt: skip
    assert answer.status_code < 500
    for day in range(1, 14):
        with time_machine.travel(timezone.now() + timedelta(days=day)):
            run_all(clock=True, raising=False)
            assert Trial.objects.get().removed_at is None
    with time_machine.travel(timezone.now() + timedelta(days=14, hours=2)):
        jobs.end_trials()

    trial.refresh_from_db()
    assert called == []
    assert (Sent.objects.filter(instance_id=copy.pk).count(), Kept.objects.count()) == (0, before[1])
    assert not provision.exists(copy.place) and not Instance.objects.filter(pk=copy.pk).exists()
    assert trial.removed_at and Removal.objects.get(pk=str(trial.proof)).instance_key == copy.pk
    assert kedai.browser.get(f"/@{slug}/board/").status_code == 404


@pytest.mark.usefixtures("bad_release")
def test_a_version_that_loses_rows_is_found_on_the_copy(kedai: Person) -> None:
    trial = try_out(kedai)

    assert trial.failed_at and trial.trouble == "The table pipeline_note held 1 rows and holds 0 now."
    assert not Instance.objects.filter(copy_of=kedai.instance).exists()
    assert [alert.kind for alert in Alert.objects.all()] == ["trial failed"]
    assert kedai.browser.get(kedai.url("board/")).status_code == 200


@pytest.mark.usefixtures("new_release")
def test_asking_twice_makes_one_and_asking_again_later_makes_a_fresh_one(kedai: Person) -> None:
    first = asking.try_out(kedai.instance, by="Anna")
    assert asking.try_out(kedai.instance, by="Anna") == first
    run_all()
    second = try_out(kedai)

    assert second != first and second.is_ready
    first.refresh_from_db()
    assert first.removed_at and Instance.objects.get(copy_of=kedai.instance).pk == second.copy_id


@pytest.mark.usefixtures("new_release")
@pytest.mark.parametrize("written", [False, True], ids=["done", "written"])
@pytest.mark.parametrize("step", [step.name for step in trying.STEPS])
def test_a_worker_may_die_after_any_step(kedai: Person, step: str, written: bool) -> None:
    trial = asking.try_out(kedai.instance, by="Anna")
    with dies_at(step, written=written), pytest.raises(Crash):
        trying.go_on(trial)

    trying.go_on(Trial.objects.get(pk=trial.pk))

    trial.refresh_from_db()
    assert trial.is_ready and trial.report["problems"] == []
    assert Instance.objects.filter(copy_of=kedai.instance).count() == 1


@pytest.mark.usefixtures("new_release")
def test_workers_killed_at_every_step_are_followed_by_one_that_ends_right(kedai: Person, tmp_path: Path) -> None:
    trial = asking.try_out(kedai.instance, by="Anna")

    for step in trying.STEPS:
        kill_a_worker_in("pivotino.control.upgrades.trying", step.name, "default", tmp_path / "sign")
    let_another_go_on("default", lambda: Trial.objects.filter(pk=trial.pk, ready_at__isnull=False).exists())

    trial.refresh_from_db()
    assert trial.is_ready and Instance.objects.filter(copy_of=kedai.instance).count() == 1 and nothing_open_lies_about()


@pytest.mark.usefixtures("new_release")
@pytest.mark.parametrize("target", ["pivotino.tenancy.provision.destroy", "pivotino.tenancy.removing.remove"])
def test_a_worker_may_die_while_the_copy_is_removed(kedai: Person, target: str) -> None:
    trial = try_out(kedai)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        with crash_after(target), pytest.raises(Crash):
            jobs.end_trials()
        jobs.end_trials()

    trial.refresh_from_db()
    assert trial.removed_at and Removal.objects.get(pk=str(trial.proof)).instance_key == trial.copy_id
    assert not Instance.objects.filter(copy_of=kedai.instance).exists()


@pytest.mark.usefixtures("new_release")
def test_a_rehearsal_leaves_nothing_but_its_report(kedai: Person) -> None:
    trial = asking.rehearse(kedai.instance, by="release", why="0.2")

    assert trial.removed_at and trial.report["problems"] == [] and trial.trouble == ""
    assert not Instance.objects.filter(copy_of=kedai.instance).exists()
    assert not asking.unrehearsed_instances().filter(pk=kedai.instance.pk).exists()
