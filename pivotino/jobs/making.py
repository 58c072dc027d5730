"""Making a job of a function: a task of `django-tasks` that also knows how often it may be tried."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task

from pivotino.jobs.refusals import fit
from pivotino.kit.diffs import Plain
from pivotino.tenancy import current_or_none

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task[P, T]):
    """Our own work. `attempts` is how often it is tried; a `whole` job commits together with its leaving the line.

    What is not `whole` must be safe to run twice: a worker may die after the work and before saying so.
    """

    attempts: int = 8
    whole: bool = False

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it here and now, without the line."""
        return self.func(*args, **kwargs)

    def later(self, *args: Plain, key: str = "", after: timedelta | None = None) -> None:
        """Put it in line once the open transaction commits; with a `key` that already waits, nothing is added.

        Written in the caller's transaction of the control database. Inside a transaction of an instance it joins after
        that commit instead; a process that dies in between loses it, so work of an instance is an `instance_job`.
        Raises NotFit for arguments that are not short and plain.
        """
        from pivotino.jobs.line import Order, join

        order = Order(
            path=self.module_path, args=fit(args), queue=self.queue_name, priority=self.priority, most=self.attempts, key=key,
            due_at=timezone.now() + after if after else None,
        )  # fmt: skip
        if current_or_none():
            transaction.on_commit(partial(join, order), using="instance")
        else:
            join(order)


def job(
    *, queue: str = "default", attempts: int = 8, priority: int = 0, whole: bool = False
) -> Callable[[Callable[P, T]], Job[P, T]]:
    """Make a job of our own of a function at the top of a module. Priorities run from -100 to 100, high ones go first."""

    def make(func: Callable[P, T]) -> Job[P, T]:
        return Job(func=func, queue_name=queue, attempts=attempts, priority=priority, whole=whole)

    return make
