"""For tests: the line worked off here and now, and workers that die where it hurts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pkgutil import resolve_name
from unittest.mock import patch

from pivotino.jobs import steps
from pivotino.jobs.line import take_over_lost
from pivotino.jobs.refusals import Retry
from pivotino.jobs.worker import Worker

MANY = 10_000


class Crash(BaseException):
    """The worker is dead: nothing behind this line runs, not even its own tidying up."""


def run_all(*, until_quiet: bool = True, raising: bool = True, clock: bool = False) -> int:
    """Do everything that is due, errands of instances too, and what those put in line; returns how many jobs were done.

    A job's error is raised after it was noted (unless `raising=False`); a Retry just waits. `until_quiet=False` does one
    job only. `clock=True` lets schedules and nights come round first.
    """
    worker = Worker(heartbeat=False, keeps_clock=False)
    take_over_lost()
    if clock:
        worker.look_at_the_clock()
    for count in range(1, MANY):
        if not worker.step():
            return count - 1
        if raising and worker.last_error is not None and not isinstance(worker.last_error, Retry):
            raise worker.last_error
        if not until_quiet:
            return count
    raise AssertionError(f"After {MANY} jobs there are still more: one of them puts itself in line for ever.")


@contextmanager
def crash_after(target: str) -> Iterator[None]:
    """Within the block, the worker dies as soon as the function at `target` (a dotted path) has returned.

    Wrap `run_all()` in `pytest.raises(Crash)`: the job stays held until its lease ends, as after a real kill.
    """
    real = resolve_name(target)

    def die(*args: object, **kwargs: object) -> None:
        real(*args, **kwargs)
        raise Crash(target)

    with patch(target, die), patch("pivotino.jobs.worker.put_back", lambda *args, **kwargs: None):
        yield


@contextmanager
def dies_at(step: str, *, written: bool = False) -> Iterator[None]:
    """Within the block, the worker dies when this step's work is done and not yet written down, or right after it was.

    Wrap what works in `pytest.raises(Crash)`.
    """
    real = steps.mark

    def mark(row: steps.Stepping, name: str) -> None:
        if name != step or written:
            real(row, name)
        if name == step:
            raise Crash(step)

    with patch.object(steps, "mark", mark):
        yield
