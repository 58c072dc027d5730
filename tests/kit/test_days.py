from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pivotino.kit.days import (
    age_days,
    ago_phrase,
    business_days_between,
    clock_phrase,
    day_heading,
    day_in,
    due_phrase,
    month_phrase,
    time_phrase,
)

KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")
TODAY = date(2026, 11, 23)  # a Monday


def at(month: int, day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=KUALA_LUMPUR)


NOW = at(11, 23, 15, 0)


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2026, 11, 21), ("overdue", "2 days late")),
        (date(2026, 11, 22), ("overdue", "1 day late")),
        (date(2026, 11, 23), ("today", "today")),
        (date(2026, 11, 24), ("planned", "tomorrow")),
        (date(2026, 11, 25), ("planned", "Wed")),
        (date(2026, 11, 29), ("planned", "Sun")),
        (date(2026, 11, 30), ("planned", "30 Nov 2026")),
        (date(2026, 12, 8), ("planned", "8 Dec 2026")),
    ],
)
def test_a_due_day_is_said_as_a_colleague_would(due, said):
    assert due_phrase(due, TODAY) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(11, 23, 15, 0), "today 3 pm"),
        (at(11, 22, 9, 30), "yesterday 9:30 am"),
        (at(11, 24, 14, 0), "tomorrow 2 pm"),
        (at(11, 25, 0, 5), "Wed 12:05 am"),
        (at(11, 21, 8, 0), "21 Nov 2026, 8 am"),
        (at(12, 8, 15, 0), "8 Dec 2026, 3 pm"),
    ],
)
def test_a_moment_is_said_in_the_company_zone(moment, said):
    assert time_phrase(moment.astimezone(UTC), NOW, KUALA_LUMPUR) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(11, 23, 14, 59, 30), "just now"),
        (at(11, 23, 14, 55), "5 min ago"),
        (at(11, 23, 12, 0), "3 h ago"),
        (at(11, 22, 23, 0), "yesterday 11 pm"),
        (at(11, 23, 16, 0), "today 4 pm"),
    ],
)
def test_what_just_happened_counts_minutes(moment, said):
    assert ago_phrase(moment, NOW, KUALA_LUMPUR) == said


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        time_phrase(NOW.replace(tzinfo=None), NOW, KUALA_LUMPUR)


def test_a_list_of_days_has_headings():
    days = [date(2026, 11, 22), TODAY, date(2026, 11, 24), date(2026, 12, 9), date(2027, 1, 4)]

    assert [day_heading(day, TODAY) for day in days] == ["Yesterday", "Today", "Tomorrow", "Wed 9 Dec", "4 Jan 2027"]


def test_noon_and_midnight_are_twelve():
    assert [clock_phrase(time(0)), clock_phrase(time(12)), clock_phrase(time(23, 5))] == ["12 am", "12 pm", "11:05 pm"]
    assert month_phrase(TODAY) == "Nov 2026"


def test_midnight_passes_in_the_zone_of_the_company():
    late_evening_utc = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)

    assert day_in(KUALA_LUMPUR, late_evening_utc) == TODAY
    assert age_days(late_evening_utc, TODAY, KUALA_LUMPUR) == 0
    assert age_days(late_evening_utc, TODAY, UTC) == 1
    assert age_days(date(2026, 11, 30), TODAY, UTC) == 0


def test_working_days_leave_out_weekends_and_holidays():
    friday, next_friday = date(2026, 11, 20), date(2026, 11, 27)

    assert business_days_between(friday, TODAY) == 1
    assert business_days_between(friday, next_friday) == 5
    assert business_days_between(next_friday, friday) == -5
    assert business_days_between(friday, next_friday, holidays={TODAY}) == 4
    assert business_days_between(friday, TODAY, weekend=frozenset({4, 5})) == 2


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(min_value=0, max_value=52))
def test_every_week_has_five_working_days(start, weeks):
    end = date.fromordinal(start.toordinal() + 7 * weeks)

    assert business_days_between(start, end) == 5 * weeks
