"""Shorthand for the tests of the pipeline: stages and reasons by name, a clock, and what a card looks like beside."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine

from pivotino.instance.activities.models import Activity
from pivotino.instance.history.models import Event
from pivotino.instance.members.queries import forget_company_facts
from pivotino.instance.pipeline import totals
from pivotino.instance.pipeline.models import LostReason, Opportunity, Stage, Stay

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
DAY = date(2026, 3, 2)  # a Monday


@contextmanager
def on(day: date, at: str = "10:00") -> Iterator[Any]:
    """The company's clock stands on this day."""
    moment = datetime.combine(day, time.fromisoformat(at), ZONE)
    with time_machine.travel(moment, tick=True) as clock:
        forget_company_facts()
        yield clock


def days(count: int) -> timedelta:
    return timedelta(days=count)


def stage(name: str) -> Stage:
    return Stage.objects.get(name=name)


def reason(name: str = "No interest") -> LostReason:
    return LostReason.objects.get(name=name)


def fresh(opportunity: Opportunity) -> Opportunity:
    return Opportunity.objects.select_related("stage").get(pk=opportunity.pk)


def planned(opportunity: Opportunity) -> list[tuple[str, date]]:
    """The open activities: kind and day."""
    return [(one.kind.name, one.due_on) for one in Activity.objects.filter(opportunity=opportunity).open().in_order()]


def stays(opportunity: Opportunity) -> list[tuple[str, bool]]:
    """The stays in order: the stage, and whether it goes on."""
    rows = Stay.objects.filter(opportunity=opportunity).order_by("started_at", "id").select_related("stage")
    return [(stay.stage.name, stay.ended_at is None) for stay in rows]


def last(opportunity: Opportunity, verb: str) -> Event:
    return Event.objects.filter(subject_id=opportunity.pk, verb=verb).latest("pk")


def right_totals() -> bool:
    assert totals.differences() == []
    return True
