"""Real workers, really killed: nothing is lost, nothing is seen twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pivotino.jobs.models import Ticket
from pivotino.tenancy import inside
from tests.cast import Instance
from tests.jobs import work

ROOT = Path(__file__).resolve().parent.parent.parent
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def worker() -> Iterator[Start]:
    """Starts workers as an operator would, with a short lease; all of them end with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str, lease: float = 2) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "manage.py", "run_jobs", "--lease", str(lease), *words]
        one = subprocess.Popen(command, cwd=ROOT, env=os.environ, stderr=subprocess.PIPE)
        started.append(one)
        return one

    yield start
    for one in started:
        one.kill()
        one.communicate()


def until(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "It never came to be."
        time.sleep(0.05)


def rates(instance: Instance) -> list[str]:
    with inside(instance):
        return list(work.Rate.objects.order_by("since").values_list("currency", flat=True))


def test_an_errand_whose_worker_is_killed_is_taken_over_and_seen_once(atap: Instance, worker: Start) -> None:
    with inside(atap):
        work.mark_theirs.later("EUR", 1.5)
    first = worker()
    until(lambda: Ticket.objects.filter(lease_until__isnull=False, name__endswith="mark_theirs").exists())
    time.sleep(0.3)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert rates(atap) == []

    second = worker()
    until(lambda: not Ticket.objects.filter(name__endswith="mark_theirs").exists())
    second.terminate()
    assert second.wait(10) == 0
    assert rates(atap) == ["EUR"]


def test_our_own_whole_job_whose_worker_is_killed_is_seen_once(control: None, worker: Start) -> None:
    work.mark_ours.later("killed", 1.5)
    first = worker()
    until(lambda: Ticket.objects.filter(lease_until__isnull=False, name__endswith="mark_ours").exists())
    time.sleep(0.3)
    first.kill()
    first.wait()
    assert work.marks("killed") == 0

    worker()
    until(lambda: not Ticket.objects.filter(name__endswith="mark_ours").exists())
    assert work.marks("killed") == 1


def test_a_worker_told_to_stop_finishes_what_it_does(control: None, worker: Start) -> None:
    work.mark_ours.later("stopped", 1.0)
    one = worker()
    until(lambda: Ticket.objects.filter(lease_until__isnull=False, name__endswith="mark_ours").exists())
    one.terminate()

    assert one.wait(10) == 0
    assert work.marks("stopped") == 1


def test_a_long_job_keeps_its_lease_by_the_heartbeat(control: None, worker: Start) -> None:
    work.sleep_loose.later("long", 4)
    worker(lease=1)
    until(lambda: work.marks("long") == 1)
    worker(lease=1)
    until(lambda: not Ticket.objects.filter(name__endswith="sleep_loose").exists())

    assert work.marks("long") == 1


def test_two_workers_share_the_line_and_do_each_job_once(control: None, worker: Start) -> None:
    for number in range(40):
        work.mark_ours.later(f"shared{number:02}", 0)
    both = [worker("--drain"), worker("--drain")]

    assert [one.wait(30) for one in both] == [0, 0]
    assert [work.marks(f"shared{number:02}") for number in range(40)] == [1] * 40


def test_one_job_is_done_with_once(control: None, worker: Start) -> None:
    for word in ("a", "b"):
        work.mark_ours.later(f"once {word}", 0)

    assert worker("--once", "--queue", "default").wait(20) == 0
    assert work.marks("once a") + work.marks("once b") == 1
