"""A disk that fills up while a database is put back, or while one is erased: nothing is half, and it ends right with room."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from pivotino.control.backups import jobs, making, restoring
from pivotino.control.backups.models import Backup, Restore
from pivotino.control.erasures import erasing
from pivotino.control.erasures import jobs as erasure_jobs
from pivotino.control.erasures.models import Erasure
from pivotino.jobs.testing import run_all
from pivotino.tenancy import freezing, provision, remains, scratch, snapshots
from pivotino.tenancy.models import Instance
from tests.control.backups.conftest import names, open_alerts, write


def no_room(real: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    """In place of a function: no room at once, or after the work was done and only its end did not fit."""

    def work(*given: Any, **more: Any) -> None:
        if after:
            real(*given, **more)
        raise OSError(errno.ENOSPC, "No space left on device")

    return work


@contextmanager
def full_disk(owner: Any, name: str, *, after: bool) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, no_room(getattr(owner, name), after=after))
        yield


def let_time_pass(*, later: timedelta = timedelta(0)) -> None:
    for minutes in range(1, 9):
        with time_machine.travel(timezone.now() + later + timedelta(minutes=5 * minutes)):
            run_all(raising=False)


@pytest.mark.parametrize("after", [False, True], ids=["at once", "at its end"])
@pytest.mark.parametrize("where", [(snapshots, "take"), (snapshots, "put"), (making, "open_into"), (restoring, "migrate")], ids=lambda where: where[1])  # fmt: skip
def test_a_restore_without_room_is_taken_back_and_works_once_there_is_some(
    atap: Instance, backup: Backup, where: tuple[Any, str], after: bool
) -> None:
    before = names(atap)
    write(atap, "Wrong import")
    in_vain = restoring.ask(atap, backup, by="Nurul Anna")
    with full_disk(*where, after=after):
        jobs.put_restore_in_line(in_vain)
        let_time_pass()
    in_vain.refresh_from_db()

    assert in_vain.failed_at is not None and "No space" in in_vain.trouble
    assert any("No space" in alert.says for alert in open_alerts())
    assert names(atap) == sorted([*before, "Wrong import"])
    assert freezing.reasons(atap) == []
    assert [place.generation for place in remains.everywhere(atap.pk)] == [1]
    assert list(scratch.home().iterdir()) == []
    write(atap, "Written after all")

    jobs.put_restore_in_line(restoring.ask(atap, backup, by="Nurul Anna"))
    let_time_pass()

    assert Restore.objects.get(done_at__isnull=False).pk != in_vain.pk
    assert names(atap) == before


@pytest.mark.parametrize("after", [False, True], ids=["at once", "at its end"])
@pytest.mark.parametrize("step", ["database", "rooms", "register", "certified"])
def test_an_erasure_without_room_stays_closed_and_ends_with_one_certificate(
    atap: Instance, backup: Backup, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    erasure = erasing.begin(atap, Erasure.Cause.LEFT)
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "STEPS", tuple(map(full_at(step, after=after), erasing.STEPS)))
        erasure_jobs.put_in_line(erasure)
        let_time_pass()
    erasure.refresh_from_db()
    assert erasure.tries >= 1
    assert Instance.objects.get(pk=atap.pk).erased_at is not None

    let_time_pass(later=timedelta(hours=2))

    assert remains.everywhere(atap.pk) == [] and not provision.exists(atap.place)
    assert Erasure.objects.exclude(sha256="").count() == 1


def full_at(step: str, *, after: bool) -> Callable[..., Any]:
    """One step of an erasure that the database cannot write down for want of room."""

    def swap(kind: Any) -> Any:
        def work(erasure: Erasure) -> None:
            if after:
                kind.work(erasure)
            raise OperationalError("database or disk is full")

        return kind if kind.name != step else type(kind)(name=kind.name, says=kind.says, work=work)

    return swap
