"""Work of an instance: decided there, done there, once."""

from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.db import OperationalError, transaction
from django.utils import timezone

from pivotino.jobs.errands.models import Errand
from pivotino.jobs.errands.running import dispatch
from pivotino.jobs.models import Ticket
from pivotino.jobs.testing import Crash, crash_after, run_all
from pivotino.jobs.upkeep import sweep
from pivotino.tenancy import NoInstance, atomic, inside
from pivotino.tenancy.places import Place
from tests.cast import Instance
from tests.jobs import work


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    work.SEEN.clear()


def rates(instance: Instance) -> list[str]:
    with inside(instance):
        return list(work.Rate.objects.order_by("since").values_list("currency", flat=True))


def test_an_errand_is_done_inside_its_instance_after_the_commit(atap: Instance, zenit: Instance) -> None:
    with inside(atap), atomic():
        work.mark_theirs.later("EUR")
        assert not Ticket.objects.exists()

    assert run_all() == 1
    assert (rates(atap), rates(zenit)) == (["EUR"], [])


def test_an_errand_that_was_rolled_back_never_was(atap: Instance) -> None:
    with inside(atap), pytest.raises(ZeroDivisionError), atomic():
        work.mark_theirs.later("EUR")
        raise ZeroDivisionError

    assert run_all() == 0


def test_outside_of_an_instance_there_are_no_errands(control: None) -> None:
    with pytest.raises(NoInstance):
        work.mark_theirs.later("EUR")


def test_the_control_plane_never_learns_what_an_errand_is_about(atap: Instance) -> None:
    from django_tasks_db.models import DBTaskResult

    with inside(atap):
        work.mark_theirs.later("EUR")
        errand = Errand.objects.get()

    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(atap.id), str(errand.id)]


@pytest.mark.parametrize(
    ("end", "seen"), [(Crash, Crash), (OperationalError, ())], ids=["worker dies", "control is away"]
)
def test_a_lost_dispatch_is_swept_up(
    atap: Instance, zenit: Instance, end: type[BaseException], seen: type[BaseException]
) -> None:
    with (
        inside(atap),
        patch("pivotino.jobs.errands.running.join", side_effect=end),
        pytest.raises(seen) if seen else nullcontext(),
        atomic(),
    ):
        work.mark_theirs.later("EUR")
    assert run_all() == 0

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        sweep()
        run_all()
        sweep()

        assert run_all() == 0
    assert rates(atap) == ["EUR"]


def test_one_instance_that_is_away_does_not_keep_the_sweep_from_the_others(atap: Instance, zenit: Instance) -> None:
    seen: list[str] = []

    def away(place: Place) -> None:
        seen.append(place.slug)
        raise OperationalError

    with patch("pivotino.jobs.errands.running.sweep_one", away):
        sweep()

    assert sorted(seen) == ["atap-suria", "zenit"]


def test_done_errands_are_dropped_after_a_week(atap: Instance, zenit: Instance) -> None:
    with inside(atap):
        work.mark_theirs.later("EUR")
    run_all()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        sweep()

    with inside(atap):
        assert not Errand.objects.exists()
    assert rates(atap) == ["EUR"]


def test_an_errand_sent_off_twice_is_done_once(atap: Instance) -> None:
    with inside(atap):
        work.mark_theirs.later("EUR")
        errand = Errand.objects.get()
        dispatch(errand, work.mark_theirs)
    run_all()
    with inside(atap):
        dispatch(errand, work.mark_theirs)
    run_all()

    assert rates(atap) == ["EUR"]


def test_the_same_key_waits_once_in_an_instance_and_apart_in_another(atap: Instance, zenit: Instance) -> None:
    for instance in (atap, zenit):
        with inside(instance):
            work.mark_theirs.later("EUR", key="k")
            work.mark_theirs.later("USD", key="k")
    run_all()
    with inside(atap):
        work.mark_theirs.later("SGD", key="k")
    run_all()

    assert (rates(atap), rates(zenit)) == (["EUR", "SGD"], ["EUR"])


def test_a_failed_errand_leaves_nothing_and_is_tried_again(atap: Instance) -> None:
    with inside(atap):
        work.stumble_once.later("EUR")
    run_all(raising=False)
    assert rates(atap) == []

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        run_all()
    assert rates(atap) == ["EUR"]


def test_a_worker_that_dies_in_the_middle_of_an_errand_repeats_nothing(atap: Instance) -> None:
    with inside(atap):
        work.mark_theirs.later("EUR")
    with crash_after("tests.jobs.work.add_rate"), pytest.raises(Crash):
        run_all()
    assert rates(atap) == []

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        run_all()
    assert rates(atap) == ["EUR"]


def test_a_worker_that_dies_between_the_work_and_leaving_the_line_repeats_nothing(atap: Instance) -> None:
    with inside(atap):
        work.mark_theirs.later("EUR")
    with crash_after("pivotino.jobs.errands.running._do"), pytest.raises(Crash):
        run_all()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        run_all()

    assert rates(atap) == ["EUR"]
    assert not Ticket.objects.exists()


def test_the_errands_of_a_frozen_instance_wait(atap: Instance) -> None:
    with inside(atap):
        work.mark_theirs.later("EUR")
    Instance.objects.filter(pk=atap.pk).update(frozen_at=timezone.now())
    run_all()
    assert rates(atap) == []

    Instance.objects.filter(pk=atap.pk).update(frozen_at=None)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        run_all()
    assert rates(atap) == ["EUR"]


def test_the_errands_of_an_erased_instance_go_with_it(atap: Instance) -> None:
    with inside(atap):
        work.mark_theirs.later("EUR")
    Instance.objects.filter(pk=atap.pk).update(erased_at=timezone.now())
    run_all()

    assert not Ticket.objects.exists()


def test_our_own_job_put_in_line_inside_an_instance_waits_for_its_commit(atap: Instance) -> None:
    with inside(atap):
        with pytest.raises(ZeroDivisionError), atomic():
            work.note.later("gone")
            raise ZeroDivisionError
        with atomic(), transaction.atomic():
            work.note.later("kept")
    run_all()

    assert work.SEEN == ["kept"]
