"""A database goes back to how it was: compared before, undone after, and what was erased stays erased."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from pivotino.control.accounts.models import Seat
from pivotino.control.backups import jobs, making, restoring
from pivotino.control.backups.models import Backup, Restore
from pivotino.control.erasures.models import Erasure
from pivotino.control.erasures.replaying import WasErased
from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Outbox
from pivotino.instance.members.models import Member, Role
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs.testing import Crash, run_all
from pivotino.tenancy import atomic, erasing, fencing, freezing, inside, provision, remains, snapshots
from pivotino.tenancy.models import Instance
from pivotino.tenancy.provision import schema_version
from tests.cast import Person
from tests.control.backups.conftest import names, open_alerts, write


def put_back(backup: Backup) -> Restore:
    """Ask, and let workers do it; the wait for other processes passes meanwhile."""
    restore = restoring.ask(backup.instance, backup, by="Nurul Anna", why="A bad import")
    jobs.put_restore_in_line(restore)
    finish()
    restore.refresh_from_db()
    return restore


def finish() -> None:
    run_all(raising=False)
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        run_all()


def test_it_is_again_as_it_was(anna: Person, atap: Instance) -> None:
    anna.take_seat()
    write(atap, "Kept Sdn Bhd")
    backup = making.ask_for(atap)
    making.make(backup)
    before = names(atap)
    write(atap, "Wrong import 1", "Wrong import 2")

    restore = put_back(backup)

    assert restore.done_at is not None
    assert names(atap) == before
    atap.refresh_from_db()
    assert (atap.generation, atap.frozen_at, atap.schema_version) == (2, None, schema_version())
    assert [place.generation for place in remains.everywhere(atap.pk)] == [2]
    write(atap, "Work goes on")
    assert "Work goes on" in names(atap)


def test_it_can_be_undone(anna: Person, atap: Instance, backup: Backup) -> None:
    write(atap, "Written after the backup")
    first = put_back(backup)
    assert "Written after the backup" not in names(atap)
    assert first.kept is not None

    second = put_back(first.kept)

    assert second.done_at is not None
    assert "Written after the backup" in names(atap)


def test_the_owners_get_one_letter(anna: Person, bruno: Person, atap: Instance, backup: Backup) -> None:
    anna.take_seat()
    bruno.take_seat()
    put_back(backup)

    assert [letter.to for letter in mail.outbox] == [["anna@atap-suria.example"]]
    assert "Nurul Anna asked for it: A bad import" in str(mail.outbox[0].body)


@pytest.mark.promise("A50")
@pytest.mark.promise("P35")
def test_what_was_erased_stays_erased(anna: Person, atap: Instance) -> None:
    write(atap, "Forget Me", "Somebody Else")
    with inside(atap):
        person = Contact.objects.get(name="Forget Me")
    backup = making.ask_for(atap)
    making.make(backup)
    piece = erasing.Piece("contacts.Contact", person.pk)
    with inside(atap):
        erasing.remember([piece])
        assert erasing.erase([piece]) == 1
        assert erasing.erase([piece]) == 0

    restore = put_back(backup)

    assert restore.replayed == 1
    assert names(atap) == ["Somebody Else"]
    assert "Forget" not in str(list(Erasure.objects.values()))


@pytest.mark.promise("A50")
def test_nothing_of_an_erased_instance_comes_back(atap: Instance, backup: Backup) -> None:
    Erasure.objects.create(kind=Erasure.Kind.INSTANCE, instance_id=atap.pk, cause=Erasure.Cause.LEFT)
    restore = restoring.ask(atap, backup, by="Nurul Anna")

    with pytest.raises(WasErased):
        restoring.go_on(restore)


def test_who_may_enter_stays_as_it_is_today(anna: Person, bruno: Person, carla: Person, atap: Instance) -> None:
    for person in (anna, bruno, carla):
        person.take_seat()
    with inside(atap), atomic():
        Member.objects.filter(pk=bruno.member_id).update(account_uuid=None, name="bruno", joined_at=None)
        Member.objects.filter(pk=carla.member_id).update(role=Role.OWNER)
    backup = making.ask_for(atap)
    making.make(backup)
    with inside(atap), atomic():
        Member.objects.filter(pk=bruno.member_id).update(account_uuid=bruno.account.pk, name="Bruno Sales")
    Seat.objects.give_up(atap.place, carla.account.pk)

    put_back(backup)

    atap.refresh_from_db()
    with inside(atap):
        present = {member.name: member.role for member in Member.objects.present()}
        carla_now = Member.objects.get(pk=carla.member_id)
    assert present == {"Nurul Anna": Role.OWNER, "Bruno Sales": Role.USER}
    assert carla_now.left_at is not None


def test_open_browsers_hear_what_comes_next(anna: Person, atap: Instance, backup: Backup) -> None:
    with inside(atap):
        Opportunity.open("Carport", by=anna.member)
        seen = Outbox.objects.order_by("-id").values_list("id", flat=True)[0]

    put_back(backup)

    atap.refresh_from_db()
    with inside(atap):
        Opportunity.open("Gate", by=anna.member)
        later = list(Outbox.objects.filter(id__gt=seen).order_by("id").values_list("kind", flat=True))
    assert later[:2] == ["instance.returned", "opportunity.created"]


def test_nobody_writes_while_it_is_done_and_no_write_is_lost(atap: Instance, backup: Backup) -> None:
    restore = restoring.ask(atap, backup, by="Nurul Anna")
    for step in restoring.STEPS[:2]:
        step.work(restore)

    with pytest.raises(Exception) as refused, inside(atap), atomic():  # noqa: PT011 - each engine in its own words
        Contact.objects.create(name="Too late", folded="too late")
    assert fencing.refused(refused.value)
    assert restore.kept is not None
    assert restore.kept.rows == snapshots.counts(atap.place)
    restoring.take_back(restore)


def test_a_backup_that_is_not_what_was_taken_changes_nothing(atap: Instance, backup: Backup) -> None:
    Backup.objects.filter(pk=backup.pk).update(rows={**backup.rows, "contacts_contact": 99_999})
    write(atap, "Still here")

    restore = put_back_in_vain(backup)

    assert restore.failed_at is not None
    assert "contacts_contact" in restore.trouble
    assert "Still here" in names(atap)
    assert (atap.generation, atap.frozen_at) == (1, None)
    assert [place.generation for place in remains.everywhere(atap.pk)] == [1]
    write(atap, "And open")
    assert "contacts_contact" in open_alerts()[0].says


def put_back_in_vain(backup: Backup) -> Restore:
    backup.refresh_from_db()
    restore = restoring.ask(backup.instance, backup, by="Nurul Anna")
    jobs.put_restore_in_line(restore)
    for minutes in range(1, 8):
        with time_machine.travel(timezone.now() + timedelta(minutes=5 * minutes)):
            run_all(raising=False)
    restore.refresh_from_db()
    return restore


def test_what_an_upgrade_keeps_for_some_days_is_left_alone(atap: Instance, backup: Backup, tmp_path: Path) -> None:
    snapshots.take(atap.place, tmp_path / "taken")
    kept = replace(atap.place, generation=2)
    snapshots.put(tmp_path / "taken", kept)

    assert put_back(backup).generation == 3

    assert [place.generation for place in remains.everywhere(atap.pk)] == [2, 3]


def test_only_one_at_a_time(atap: Instance, backup: Backup) -> None:
    restoring.ask(atap, backup, by="Nurul Anna")

    with pytest.raises(restoring.NotNow, match="already"):
        restoring.ask(atap, backup, by="Bruno")


def test_not_while_it_is_being_upgraded(atap: Instance, backup: Backup) -> None:
    freezing.freeze(atap, freezing.Reason.UPGRADE)

    with pytest.raises(restoring.NotNow, match="upgraded"):
        restoring.ask(atap, backup, by="Nurul Anna")


def test_not_to_a_broken_one_or_to_somebody_elses(atap: Instance, zenit: Instance, backup: Backup) -> None:
    with pytest.raises(restoring.NotNow):
        restoring.ask(zenit, backup, by="Rita")
    Backup.objects.filter(pk=backup.pk).update(broken_at=timezone.now())
    backup.refresh_from_db()
    with pytest.raises(restoring.NotNow):
        restoring.ask(atap, backup, by="Nurul Anna")


def test_the_newest_one_before_a_moment_is_found(atap: Instance, backup: Backup) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        later = making.ask_for(atap)
        making.make(later)

    moment = timezone.now() + timedelta(days=1)
    assert Backup.objects.before(moment).filter(instance=atap).first() == backup
    assert Backup.objects.before(moment + timedelta(days=9)).filter(instance=atap).first() == later


def test_what_it_leaves_behind_of_other_reasons_to_be_frozen(atap: Instance, backup: Backup) -> None:
    freezing.freeze(atap, freezing.Reason.LEAVING)
    put_back(backup)

    assert freezing.reasons(atap) == [freezing.Reason.LEAVING]


def test_a_rivals_database_is_not_touched(atap: Instance, zenit: Instance, backup: Backup) -> None:
    before = snapshots.counts(zenit.place)
    put_back(backup)

    assert snapshots.counts(zenit.place) == before
    assert [place.generation for place in remains.everywhere(zenit.pk)] == [1]


def test_a_database_that_was_lost_with_its_machine_comes_back(anna: Person, atap: Instance) -> None:
    anna.take_seat()
    write(atap, "Kept Sdn Bhd")
    backup = making.ask_for(atap)
    making.make(backup)
    provision.destroy(atap.place)

    restore = put_back(backup)

    assert (restore.done_at is not None, restore.kept) == (True, None)
    assert names(atap) == ["Kept Sdn Bhd"]
    assert "What was there right before" not in str(mail.outbox[0].body)


# A worker that dies at any step: before its work, or after it and before that was written down.


def dying(step: str, *, after: bool) -> Callable[..., Any]:
    real = next(kind for kind in restoring.STEPS if kind.name == step)

    def work(restore: Restore) -> None:
        if after:
            real.work(restore)
        raise Crash(step)

    return lambda kind: kind if kind.name != step else type(kind)(name=kind.name, says=kind.says, work=work)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", [kind.name for kind in restoring.STEPS])
def test_a_worker_that_dies_at_a_step_is_followed_by_one_that_ends_right(
    anna: Person, atap: Instance, backup: Backup, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    anna.take_seat()
    before = names(atap)
    write(atap, "Wrong import")
    restore = restoring.ask(atap, backup, by="Nurul Anna")
    with monkeypatch.context() as patch:
        patch.setattr(restoring, "STEPS", tuple(map(dying(step, after=after), restoring.STEPS)))
        patch.setattr(restoring, "BELIEVED", timedelta(0))
        with pytest.raises(Crash):
            restoring.go_on(restore)
    assert provision.exists(Instance.objects.get(pk=atap.pk).place)

    jobs.put_restore_in_line(restore)
    finish()

    assert Restore.objects.get().done_at is not None
    assert names(atap) == before
    assert freezing.reasons(atap) == []
    assert [place.generation for place in remains.everywhere(atap.pk)] == [2]
    assert Backup.objects.filter(kind="before").count() == 1
    assert len(mail.outbox) == 1
