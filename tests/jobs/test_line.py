"""Standing in line, being done once, waiting, giving up."""

import logging
import time
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from pivotino.jobs import NotFit
from pivotino.jobs.line import claim, finish, revive, take_over_lost, wait_before
from pivotino.jobs.models import Ticket
from pivotino.jobs.refusals import LeaseLost
from pivotino.jobs.testing import Crash, crash_after, run_all
from pivotino.jobs.upkeep import forget
from pivotino.tenancy import inside
from tests.cast import Instance
from tests.jobs import work

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    work.SEEN.clear()


def test_a_job_is_done_once_and_leaves_the_line(control: None) -> None:
    work.note.later("a")

    assert run_all() == 1
    assert run_all() == 0
    assert work.SEEN == ["a"]
    assert not Ticket.objects.exists()
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_a_job_called_plainly_just_runs(control: None) -> None:
    work.note("now")

    assert work.SEEN == ["now"]
    assert not Ticket.objects.exists()


def test_a_job_whose_transaction_is_rolled_back_never_was(control: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        work.note.later("a")
        raise ZeroDivisionError

    assert run_all() == 0


def test_what_a_job_puts_in_line_is_done_too(control: None) -> None:
    work.two_more.later("x")

    assert run_all() == 3
    assert work.SEEN == ["x one", "x two"]


def test_the_same_key_waits_only_once(control: None) -> None:
    work.note.later("a", key="k")
    work.note.later("b", key="k")
    work.note.later("c", key="another")
    run_all()
    work.note.later("d", key="k")
    run_all()

    assert work.SEEN == ["a", "c", "d"]


def test_a_job_that_is_being_done_does_not_keep_its_key(control: None) -> None:
    work.note.later("a", key="k")
    held = claim("w")
    work.note.later("b", key="k")

    assert held is not None
    assert Ticket.objects.waiting().get().pk != held.pk


def test_a_failed_job_whose_key_waits_again_leaves_the_work_to_that_one(control: None) -> None:
    work.stumble.later("a", key="k")
    held = claim("w")
    work.stumble.later("b", key="k")
    assert held is not None

    from pivotino.jobs.line import put_back

    put_back(held, after=timedelta(0))

    assert [ticket.pk == held.pk for ticket in Ticket.objects.all()] == [False]


def test_a_job_for_later_waits(control: None) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        work.note.later("a", after=timedelta(hours=1))
        assert run_all() == 0

        clock.shift(timedelta(hours=1))
        assert run_all() == 1


def test_what_is_urgent_goes_first(control: None) -> None:
    work.note.later("a")
    work.hurry.later("b")
    run_all()

    assert work.SEEN == ["b", "a"]


def test_a_failing_job_waits_longer_each_time_and_then_is_a_dead_letter(control: None) -> None:
    waits = []
    with time_machine.travel(NOON, tick=False) as clock:
        work.stumble.later("kedai")
        for _ in range(2):
            run_all(raising=False)
            waits.append((Ticket.objects.get().due_at - timezone.now()).total_seconds())
            clock.shift(timedelta(minutes=1))
        run_all(raising=False)

    dead = Ticket.objects.dead().get()
    assert work.SEEN == ["kedai"] * 3
    assert 3 <= waits[0] <= 5 and 6 <= waits[1] <= 10
    assert (dead.error, dead.attempts) == ("tests.jobs.work.Odd", 3)


def test_waiting_never_grows_beyond_two_hours_and_a_bit() -> None:
    assert timedelta(hours=1) < wait_before(50) <= timedelta(hours=2.5)


def test_a_dead_letter_says_nothing_of_what_was_in_the_job(control: None) -> None:
    work.stumble.later("kedai")
    work.refuse.later("kedai")
    for _ in range(3):
        Ticket.objects.waiting().update(due_at=timezone.now())
        run_all(raising=False)

    kept = [(ticket.error, ticket.sentence) for ticket in Ticket.objects.dead().order_by("error")]
    assert [error for error, _ in kept] == ["pivotino.jobs.refusals.GiveUp", "tests.jobs.work.Odd"]
    for word in ("anna@", "Anna", "12345678", "secret"):
        assert not any(word in sentence for _, sentence in kept)
    assert not DBTaskResult.objects.exclude(traceback="").exists()


def test_giving_up_needs_no_further_try(control: None) -> None:
    work.refuse.later("x")
    run_all(raising=False)

    assert Ticket.objects.dead().get().attempts == 1


def test_staff_can_revive_a_dead_letter(control: None) -> None:
    work.refuse.later("x")
    run_all(raising=False)
    dead = Ticket.objects.dead().get()

    assert revive(dead)
    assert not revive(dead)
    assert Ticket.objects.due().get() == dead


def test_not_now_does_not_use_up_the_attempts(control: None) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        work.not_now.later()
        for _ in range(4):
            run_all()
            clock.shift(timedelta(hours=1))

    assert work.SEEN == ["not now"] * 4
    assert not Ticket.objects.dead().exists()


@pytest.mark.parametrize("unfit", [b"bytes", {"a": 1}, object(), "x" * 501, ["x" * 501], NOON])
def test_arguments_that_are_no_ids_are_refused(control: None, unfit: object) -> None:
    with pytest.raises(NotFit):
        work.note.later(unfit)  # type: ignore[arg-type]

    assert not Ticket.objects.exists()


def test_a_held_job_is_nobody_elses_until_its_lease_ends(control: None) -> None:
    work.note.later("a")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = claim("one", lease=timedelta(seconds=30))
        assert claim("two") is None and take_over_lost() == 0

        clock.shift(timedelta(seconds=31))
        assert take_over_lost() == 1
        second = claim("two")

    assert first is not None and second is not None
    assert (second.pk, second.attempts) == (first.pk, 2)
    with pytest.raises(LeaseLost):
        finish(first)
    finish(second)


def test_a_job_that_kills_its_worker_every_time_is_given_up(control: None) -> None:
    work.note.later("a")
    Ticket.objects.update(most=2)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(2):
            assert claim("w") is not None
            clock.shift(timedelta(minutes=2))
            take_over_lost()

    assert Ticket.objects.dead().get().error == "pivotino.jobs.refusals.WorkerLost"


def test_a_whole_job_leaves_no_trace_of_a_worker_that_died(control: None) -> None:
    work.mark_ours.later("whole", 0)
    with crash_after("tests.jobs.work.leave_a_mark"), pytest.raises(Crash):
        run_all()
    assert work.marks("whole") == 0

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        run_all()
    assert work.marks("whole") == 1


def test_ten_thousand_jobs_of_one_customer_make_nobody_wait(atap: Instance, zenit: Instance) -> None:
    with inside(atap):
        for number in range(12):
            work.mark_theirs.later(f"A{number:02}")
    with inside(zenit):
        work.mark_theirs.later("Z00")
        work.mark_theirs.later("Z01")
    work.note.later("ours")
    run_all()

    order = [word.split()[-1] for word in work.SEEN]
    assert sorted(order[:3]) == ["A00", "Z00", "ours"]
    assert sorted(order[3:5]) == ["A01", "Z01"]
    assert order[5:] == [f"A{number:02}" for number in range(2, 12)]


def test_log_lines_say_whose_job_it_was_and_never_with_what(atap: Instance, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "pivotino.jobs"):
        with inside(atap):
            work.mark_theirs.later("EUR")
        work.stumble.later("kedai")
        run_all(raising=False)

    assert f"{atap.place.key[:8]} tests.jobs.work.mark_theirs: done" in caplog.text
    assert "kedai" not in caplog.text and "EUR" not in caplog.text and "anna@" not in caplog.text


def test_a_task_of_any_library_joins_the_line(control: None) -> None:
    result = work.note.enqueue("plain")
    run_all()
    result.refresh()

    assert work.SEEN == ["plain"]
    assert result.is_finished


def test_done_tasks_are_forgotten_after_a_day(control: None) -> None:
    work.note.later("a")
    run_all()
    forget()
    assert DBTaskResult.objects.count() == 1

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        forget()
    assert not DBTaskResult.objects.exists()


def test_putting_in_line_takes_less_than_two_milliseconds(atap: Instance) -> None:
    ours, theirs = [], []
    with transaction.atomic():
        for number in range(30):
            begun = time.perf_counter()
            work.note.later(f"{number}")
            ours.append(time.perf_counter() - begun)
    with inside(atap), transaction.atomic(using="instance"):
        for number in range(30):
            begun = time.perf_counter()
            work.mark_theirs.later(f"{number}")
            theirs.append(time.perf_counter() - begun)

    assert median(ours) < 0.002 and median(theirs) < 0.002
