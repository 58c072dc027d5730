"""Schedules and nights: whose turn it is, once."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from pivotino.instance.members.models import Company
from pivotino.instance.members.queries import forget_company_facts
from pivotino.jobs import clock, nights
from pivotino.jobs.instances import InstanceJob
from pivotino.jobs.making import Job
from pivotino.jobs.models import Night
from pivotino.jobs.nights import Nightly
from pivotino.jobs.testing import run_all
from pivotino.tenancy import inside
from tests.cast import Instance
from tests.jobs import work

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
KL = ZoneInfo("Asia/Kuala_Lumpur")


@pytest.fixture(autouse=True)
def _only_ours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock knows the jobs of this file alone."""
    work.SEEN.clear()
    strike, night = work.strike, work.count_the_day
    work.strike = Job(func=strike)  # type: ignore[assignment]
    work.count_the_day = InstanceJob(func=night)  # type: ignore[assignment]
    monkeypatch.setattr(clock, "SCHEDULES", [clock.Schedule(job=work.strike, when="5 * * * *")])  # type: ignore[arg-type]
    known = {"tests.jobs.work.count_the_day": Nightly(job=work.count_the_day, at=time(0, 10))}  # type: ignore[arg-type]
    monkeypatch.setattr(nights, "NIGHTLIES", known)
    yield
    work.strike, work.count_the_day = strike, night


def nights_of(slug: str) -> int:
    return work.SEEN.count(f"{slug} night")


def test_a_schedule_comes_round_once_a_tick_whoever_looks(control: None) -> None:
    with time_machine.travel(NOON, tick=False) as hands:
        assert clock.tick() == []
        hands.shift(timedelta(minutes=5))
        assert clock.tick() == ["tests.jobs.work.strike"]
        assert clock.tick() == []
        run_all()

    assert work.SEEN == ["strike"]


def test_two_workers_that_look_at_once_start_one(control: None) -> None:
    with time_machine.travel(NOON, tick=False) as hands:
        clock.tick()
        hands.shift(timedelta(minutes=5))
        one = clock.SCHEDULES[0]

        assert [clock._win(one, NOON, NOON + timedelta(minutes=5)) for _ in range(2)] == [True, False]


def test_missed_ticks_are_caught_up_with_one_run(control: None) -> None:
    with time_machine.travel(NOON, tick=False) as hands:
        clock.tick()
        hands.shift(timedelta(days=3))
        clock.tick()
        clock.tick()
        run_all()

    assert work.SEEN == ["strike"]


def test_a_schedule_that_cannot_be_read_is_refused_where_it_is_written() -> None:
    with pytest.raises(Exception, match=r"minute|Wrong number"):
        clock.schedule("61 * * * *")(work.note.func)  # type: ignore[arg-type]


def test_a_nightly_job_runs_once_a_day_by_the_clock_of_the_company(atap: Instance, zenit: Instance) -> None:
    with inside(zenit):
        Company.objects.update(zone="America/New_York")
        forget_company_facts()

    seen = []
    with time_machine.travel(NOON, tick=False) as hands:
        # 16:10 UTC is ten past midnight in Kuala Lumpur, 05:10 UTC is in New York.
        for day, hour, minute in [(1, 12, 0), (1, 16, 9), (1, 16, 10), (2, 5, 10), (2, 16, 10)]:
            hands.move_to(datetime(2026, 12, day, hour, minute, 1, tzinfo=UTC))
            run_all(clock=True)
            run_all(clock=True)
            seen.append((nights_of("atap-suria"), nights_of("zenit")))

    assert seen == [(0, 0), (0, 0), (1, 0), (1, 1), (2, 1)]


def test_nights_missed_in_an_outage_are_caught_up_with_one(atap: Instance, zenit: Instance) -> None:
    with time_machine.travel(NOON, tick=False) as hands:
        run_all(clock=True)
        hands.shift(timedelta(days=5))
        run_all(clock=True)
        run_all(clock=True)

    assert nights_of("atap-suria") == 1


def test_a_night_that_was_begun_twice_is_one_night(atap: Instance, zenit: Instance) -> None:
    with time_machine.travel(NOON, tick=False) as hands:
        run_all(clock=True)
        hands.shift(timedelta(hours=5))
        for _ in range(2):
            nights.begin(str(atap.id), "tests.jobs.work.count_the_day", True)
        run_all()

    assert nights_of("atap-suria") == 1


def test_an_erased_instance_has_no_more_nights(atap: Instance, zenit: Instance) -> None:
    with time_machine.travel(NOON, tick=False) as hands:
        run_all(clock=True)
        Instance.objects.filter(pk=atap.pk).update(erased_at=NOON)
        hands.shift(timedelta(days=1))
        run_all(clock=True)

    assert nights_of("atap-suria") == 0
    assert not Night.objects.filter(instance_id=atap.pk).exists()


@pytest.mark.parametrize(
    ("moment", "following"),
    [
        (datetime(2026, 12, 1, 16, 9, tzinfo=UTC), datetime(2026, 12, 1, 16, 10, tzinfo=UTC)),
        (datetime(2026, 12, 1, 16, 10, tzinfo=UTC), datetime(2026, 12, 2, 16, 10, tzinfo=UTC)),
    ],
)
def test_the_next_night_lies_ahead(moment: datetime, following: datetime) -> None:
    one = Nightly(job=None, at=time(0, 10))  # type: ignore[arg-type]

    assert one.next_after(moment, KL) == following


def test_a_minute_that_the_clock_skips_in_spring_still_comes() -> None:
    one = Nightly(job=None, at=time(2, 30))  # type: ignore[arg-type]
    berlin = ZoneInfo("Europe/Berlin")
    moment = datetime(2026, 3, 28, 12, tzinfo=UTC)

    nights_ahead = []
    for _ in range(3):
        moment = one.next_after(moment, berlin)
        nights_ahead.append(moment.astimezone(berlin).date().isoformat())
    assert nights_ahead == ["2026-03-29", "2026-03-30", "2026-03-31"]
