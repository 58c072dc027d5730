"""Jobs of an instance: decided in a transaction of its database, done inside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ParamSpec, TypeVar

from django_tasks.base import Task

from pivotino.jobs.refusals import fit
from pivotino.kit.diffs import Plain
from pivotino.tenancy import current

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceJob(Task[P, T]):
    """A customer's work. It runs inside the instance that put it in line.

    A `whole` job is one transaction of the instance together with its being marked done: it happens exactly once,
    even when its worker is killed. Long work that shows its progress, or talks to others, is `whole=False`:
    it cuts its own transactions and must be safe to run twice.
    """

    attempts: int = 8
    whole: bool = True

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it here and now in the current instance, without the line."""
        return self.func(*args, **kwargs)

    def later(self, *args: Plain, key: str = "", after: timedelta | None = None) -> None:
        """Write it down in the current instance's transaction; it joins the line after that commit, or is swept into it.

        With a `key` that already waits in this instance, nothing is added. Raises NoInstance outside of any instance,
        and NotFit for arguments that are not short and plain.
        """
        from pivotino.jobs.errands.running import write

        current()
        write(self, fit(args), key=key, after=after)


def instance_job(
    *, attempts: int = 8, queue: str = "default", priority: int = 0, whole: bool = True
) -> Callable[[Callable[P, T]], InstanceJob[P, T]]:
    """Make a customer's job of a function at the top of a module. See InstanceJob for what `whole` promises."""

    def make(func: Callable[P, T]) -> InstanceJob[P, T]:
        return InstanceJob(func=func, queue_name=queue, attempts=attempts, priority=priority, whole=whole)

    return make
