"""One command, several processes: whichever of them dies, people are served, and when it is told to stop nothing stays behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from pivotino.jobs.models import Ticket
from tests.jobs import work

ROOT = Path(__file__).resolve().parents[1]
linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks /proc who is whose child")


class Served:
    """`pivotino serve`, as somebody starts it."""

    def __init__(self, port: int) -> None:
        self.port = port
        environment = {**os.environ, "PIVOTINO_SELLS": "false", "PIVOTINO_LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "pivotino", "serve", "--port", str(port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)

    def answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/sign-in/", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False

    @property
    def children(self) -> list[int]:
        """The worker, which is begun first, and the process that answers."""
        told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return sorted(int(word) for word in told.split() if is_alive(int(word)))

    @property
    def told(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def until(true: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "It never came to be."
        time.sleep(0.05)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(control: None, port: int) -> Iterator[Served]:
    """It runs, and answers."""
    one = Served(port)
    try:
        until(lambda: one.answers() or one.process.poll() is not None)
        assert one.process.poll() is None, one.told
        yield one
    finally:
        children = one.children if one.process.poll() is None else []
        one.process.kill()
        one.process.communicate()
        until(lambda: not any(map(is_alive, children)))


def is_done(key: str) -> bool:
    """Whether a worker takes what is put in line."""
    if not Ticket.objects.filter(name__endswith="mark_ours").exists() and not work.marks(key):
        work.mark_ours.later(key, 0.0)
    return work.marks(key) == 1


@linux
def test_a_worker_that_dies_is_begun_again_and_nobody_is_kept_waiting(served: Served) -> None:
    worker, web = served.children
    os.kill(worker, signal.SIGKILL)

    until(lambda: len(served.children) == 2 and worker not in served.children)

    assert web in served.children and served.answers()
    until(lambda: is_done("again"))


@linux
def test_a_server_that_dies_is_begun_again_and_the_worker_goes_on(served: Served) -> None:
    worker, web = served.children
    os.kill(web, signal.SIGKILL)

    until(lambda: web not in served.children and served.answers())

    assert worker in served.children
    assert served.process.poll() is None


@linux
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_stops_with_all_it_has(served: Served, how: signal.Signals) -> None:
    children = served.children
    served.process.send_signal(how)

    assert served.process.wait(timeout=40) == 0
    assert [child for child in children if is_alive(child)] == []
    assert not served.answers()


@linux
def test_a_job_at_hand_is_finished_before_it_stops(served: Served) -> None:
    work.mark_ours.later("long", 1.5)
    until(lambda: Ticket.objects.filter(lease_until__isnull=False, name__endswith="mark_ours").exists())

    served.process.terminate()
    served.process.wait(timeout=40)

    assert work.marks("long") == 1
    assert not Ticket.objects.filter(name__endswith="mark_ours").exists()


@linux
def test_whoever_watches_is_killed_and_nothing_stays_behind(served: Served, port: int) -> None:
    children = served.children
    served.process.kill()
    served.process.wait()

    until(lambda: not any(map(is_alive, children)))
    until(lambda: is_free(port))


def test_where_somebody_listens_already_it_says_so_and_starts_nothing(served: Served) -> None:
    second = Served(served.port)

    assert second.process.wait(timeout=40) == 1
    assert second.told.startswith(f"Nobody can listen at 127.0.0.1:{served.port}")
    assert served.answers()
