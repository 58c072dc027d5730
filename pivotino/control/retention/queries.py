"""What the pages about keeping show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from cronsim import CronSim
from django.db.models import Count, Max, Min, Sum
from django.utils import timezone

from pivotino.control.backups.models import Backup
from pivotino.control.backups.rotation import rotation
from pivotino.control.retention.models import Forecast, Sweep
from pivotino.jobs.clock import SCHEDULES
from pivotino.kit import retention
from pivotino.kit.retention import AHEAD, Rule
from pivotino.tenancy.models import Instance

LATELY = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Class:
    """One rule with its next sweep, what was announced, and what went in the last thirty days."""

    rule: Rule
    next_at: datetime | None
    coming: int | None
    counted_at: datetime | None
    last_at: datetime | None
    gone: int
    held: int


@dataclass(frozen=True, kw_only=True)
class Copies:
    """The backups that are really stored, of one kind; `late` are past their day."""

    kind: str
    days: int
    count: int
    oldest: datetime
    next_goes: datetime
    late: int


@dataclass(frozen=True, kw_only=True)
class Going:
    """What will go within fourteen days of one database, under one rule."""

    rule: Rule
    count: int


def classes() -> list[Class]:
    """Every rule, in the order of the file."""
    now = timezone.now()
    ahead = {row.rule: row for row in Forecast.objects.all()}
    past: dict[str, dict[str, Any]] = {
        row["rule"]: dict(row)
        for row in Sweep.objects.filter(at__gt=now - LATELY).order_by().values("rule").annotate(
            last=Max("at"), gone=Sum("count"), kept=Sum("held"))
    }  # fmt: skip
    last = dict(Sweep.objects.order_by().values_list("rule").annotate(Max("at")))
    return [
        _class(rule, now, ahead.get(key), past.get(key, {}), last.get(key)) for key, rule in retention.rules().items()
    ]


def by_whom() -> list[tuple[str, list[Class]]]:
    """The same by whose data it is, those we know least first."""
    found = sorted(classes(), key=lambda one: _order(one.rule.whose))
    return [(whose, list(rows)) for whose, rows in groupby(found, key=lambda one: one.rule.whose)]


def copies() -> list[Copies]:
    """The real inventory of backups, by how long each kind is kept."""
    now = timezone.now()
    stored = Backup.objects.stored()
    late = dict(
        stored.filter(expires_at__lt=now - timedelta(hours=2)).order_by().values_list("kind").annotate(Count("pk"))
    )
    rows = stored.order_by().values("kind").annotate(n=Count("pk"), oldest=Min("taken_at"), goes=Min("expires_at"))
    days = rotation().days
    return [
        Copies(kind=row["kind"], days=days.get(row["kind"], 0), count=row["n"], oldest=row["oldest"], next_goes=row["goes"],
               late=late.get(row["kind"], 0))
        for row in sorted(rows, key=lambda row: days.get(row["kind"], 0))
    ]  # fmt: skip


def going_of(instance: Instance) -> list[Going]:
    """What will go of one database within fourteen days, where its owner can still fetch or renew it."""
    at = timezone.now() + AHEAD
    found = []
    for key in sorted(retention.registered() & set(retention.rules())):
        rows = retention.over(key, at)
        if any(field.name == "instance" for field in rows.model._meta.get_fields()) and (
            n := rows.filter(instance=instance).count()
        ):
            found.append(Going(rule=retention.rule(key), count=n))
    return found


def log(limit: int = 200) -> list[Sweep]:
    return list(Sweep.objects.all()[:limit])


def _class(rule: Rule, now: datetime, ahead: Forecast | None, past: dict[str, Any], last: datetime | None) -> Class:
    return Class(
        rule=rule, next_at=_next(rule.job, now), coming=ahead.count if ahead else None, counted_at=ahead.at if ahead else None,
        last_at=last, gone=past.get("gone", 0), held=past.get("kept", 0),
    )  # fmt: skip


def _next(job: str, now: datetime) -> datetime | None:
    return next((next(CronSim(one.when, now)) for one in SCHEDULES if one.name == job), None)


def _order(whose: str) -> int:
    known = list(dict.fromkeys(rule.whose for rule in retention.rules().values()))
    return known.index(whose)
