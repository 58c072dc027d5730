"""Nightly jobs: once a day in every instance, by the clock of its company."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pivotino.jobs.instances import InstanceJob, instance_job
from pivotino.jobs.making import job

if TYPE_CHECKING:
    from pivotino.jobs.models import Night

T = TypeVar("T")
SPACE = UUID("6f0c1c0e-6a0d-5d8e-9c43-7d8f5f0e2a11")
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Nightly:
    """A job of an instance, and at which minute of its company's day it is due."""

    job: InstanceJob[[], Any]
    at: time

    @property
    def name(self) -> str:
        return self.job.module_path

    def last_until(self, moment: datetime, zone: ZoneInfo) -> date:
        """The company's latest day on which this minute had come by `moment`."""
        today = timezone.localtime(moment, zone).date()
        return today if self._on(today, zone) <= moment else today - timedelta(days=1)

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first time after `moment` at which this minute comes round in the zone."""
        return self._on(self.last_until(moment, zone) + timedelta(days=1), zone)

    def _on(self, day: date, zone: ZoneInfo) -> datetime:
        # Through UTC, so that a minute the clock skips in spring still has its place.
        return datetime.combine(day, self.at, zone).astimezone(UTC)


NIGHTLIES: dict[str, Nightly] = {}
_zone: list[Callable[[], ZoneInfo]] = []


def nightly(*, at: str, attempts: int = 5, whole: bool = True) -> Callable[[Callable[[], T]], InstanceJob[[], T]]:
    """Make a job that runs in every living instance once a day, at HH:MM by its company's clock.

    After an outage it runs once for the day, not once for each missed one. A new instance begins with its next night.
    """
    minute = time.fromisoformat(at)

    def make(func: Callable[[], T]) -> InstanceJob[[], T]:
        made = instance_job(attempts=attempts, whole=whole)(func)
        NIGHTLIES[made.module_path] = Nightly(job=made, at=minute)
        return made

    return make


def register_zone(zone: Callable[[], ZoneInfo]) -> None:
    """Tell how to find the time zone of the current instance's company. The members room does, from its AppConfig."""
    _zone[:] = [zone]


def zone() -> ZoneInfo:
    """The time zone of the current instance's company; UTC where no room told how to find it."""
    return _zone[0]() if _zone else ZoneInfo("UTC")


def nightfall(now: datetime | None = None) -> int:
    """Put the nights in line whose time has come, and make room for new instances. Returns how many were put in line."""
    from pivotino.jobs.models import Night
    from pivotino.tenancy.models import Instance

    now = now or timezone.now()
    for name in NIGHTLIES:
        known = Night.objects.filter(name=name).values("instance_id")
        fresh = Instance.objects.living().exclude(pk__in=known).values_list("pk", flat=True)
        Night.objects.bulk_create([Night(instance_id=pk, name=name) for pk in fresh[:BATCH]], ignore_conflicts=True)
    come = Q(next_at__isnull=True) | Q(next_at__lte=now)
    due = list(Night.objects.filter(come, name__in=list(NIGHTLIES))[:BATCH])
    return sum(_win(night, now) for night in due)


@job(priority=-10)
def begin(instance_id: str, name: str, due: bool) -> None:
    """Write the errand of one night into its instance, once a day of the company, and note when the next one is due."""
    from pivotino.jobs.errands.running import place_of, write
    from pivotino.jobs.models import Night
    from pivotino.tenancy import inside

    place, one = place_of(instance_id), NIGHTLIES.get(name)
    if place is None or one is None:
        Night.objects.filter(instance_id=instance_id, name=name).delete()
        return
    if place.frozen:
        return
    now = timezone.now()
    with inside(place):
        here = zone()
        if due:
            write(one.job, [], id=uuid5(SPACE, f"{place.key}:{name}:{one.last_until(now, here)}"))
    Night.objects.filter(instance_id=instance_id, name=name).update(next_at=one.next_after(now, here))


def _win(night: "Night", now: datetime) -> bool:
    with transaction.atomic():
        # Tomorrow is a guess that `begin` corrects by the company's clock.
        won = (
            type(night).objects.filter(pk=night.pk, next_at=night.next_at).update(next_at=now + timedelta(days=1)) == 1
        )
        if won:
            begin.later(str(night.instance_id), night.name, night.next_at is not None, key=f"night:{night.pk}")
    return won
