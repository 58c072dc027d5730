"""Schedules: our own work by the clock. Any number of workers look at it; one wins each tick."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from cronsim import CronSim
from django.db import transaction
from django.utils import timezone

from pivotino.jobs.making import Job, job

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A job and when it comes round: five words of cron, read in UTC."""

    job: Job[[], Any]
    when: str

    @property
    def name(self) -> str:
        return self.job.module_path

    def due_since(self, last: datetime, now: datetime) -> bool:
        """True where at least one tick lies after `last`, up to and with `now`."""
        return bool(next(CronSim(self.when, last)) <= now)


SCHEDULES: list[Schedule] = []


def schedule(
    when: str, *, queue: str = "default", attempts: int = 3, priority: int = 0
) -> Callable[[Callable[[], T]], Job[[], T]]:
    """Make a job that comes round by the clock, in UTC. Ticks missed while no worker ran are caught up with one run."""
    CronSim(when, timezone.now())

    def make(func: Callable[[], T]) -> Job[[], T]:
        made = job(queue=queue, attempts=attempts, priority=priority)(func)
        SCHEDULES.append(Schedule(job=made, when=when))
        return made

    return make


def tick(now: datetime | None = None) -> list[str]:
    """Put every schedule in line whose time has come, once however many ticks were missed. Returns their names."""
    from pivotino.jobs.models import Tick

    now = now or timezone.now()
    last = dict(Tick.objects.values_list("name", "last_at"))
    started = []
    for one in SCHEDULES:
        if one.name not in last:
            # The first look only remembers: a new schedule starts with its next tick.
            Tick.objects.get_or_create(name=one.name, defaults={"last_at": now})
        elif one.due_since(last[one.name], now) and _win(one, last[one.name], now):
            started.append(one.name)
    return started


def _win(one: Schedule, last: datetime, now: datetime) -> bool:
    from pivotino.jobs.models import Tick

    with transaction.atomic():
        won = Tick.objects.filter(name=one.name, last_at=last).update(last_at=now) == 1
        if won:
            one.job.later(key=f"schedule:{one.name}"[:200])
    return won
