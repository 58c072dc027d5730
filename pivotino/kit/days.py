"""How a day or a moment is said: "2 days late", "today 3 pm", "Wed", "8 Dec 2026".

Every function is told what day or moment it is now; nothing here looks at a clock.
"""

from collections.abc import Container
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

Due = Literal["overdue", "today", "planned"]

SATURDAY_AND_SUNDAY = frozenset({5, 6})

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def due_phrase(due: date, today: date) -> tuple[Due, str]:
    """The state an activity is in and the words for it."""
    days = (due - today).days
    if days < 0:
        return "overdue", f"{_count(-days, 'day')} late"
    if days == 0:
        return "today", "today"
    return "planned", _near(days) or (weekday(due) if days < 7 else date_phrase(due))


def time_phrase(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """Says "today 3 pm", "yesterday 9:30 am", "Wed 2 pm" within the coming week, else "8 Dec 2026, 3 pm"."""
    local = _local(moment, zone)
    days = (local.date() - _local(now, zone).date()).days
    if -1 <= days < 7:
        return f"{_near(days) or weekday(local.date())} {clock_phrase(local.time())}"
    return f"{date_phrase(local.date())}, {clock_phrase(local.time())}"


def ago_phrase(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """Says "just now", "5 min ago", "3 h ago" on the same day; older ones as `time_phrase` says them."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 0 or _local(moment, zone).date() != _local(now, zone).date():
        return time_phrase(moment, now, zone)
    if minutes == 0:
        return "just now"
    return f"{minutes} min ago" if minutes < 60 else f"{minutes // 60} h ago"


def day_heading(day: date, today: date) -> str:
    """Above a list of one day: "Today", "Tomorrow", "Wed 9 Dec", in another year "8 Dec 2027"."""
    near = _near((day - today).days)
    if near:
        return near.capitalize()
    if day.year != today.year:
        return date_phrase(day)
    return f"{weekday(day)} {day.day} {_MONTHS[day.month - 1]}"


def date_phrase(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def month_phrase(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"


def weekday(day: date) -> str:
    return _WEEKDAYS[day.weekday()]


def clock_phrase(at: time) -> str:
    """Says "3 pm", "9:30 am", "12 pm" at noon."""
    half = "am" if at.hour < 12 else "pm"
    hour = at.hour % 12 or 12
    return f"{hour}:{at.minute:02} {half}" if at.minute else f"{hour} {half}"


def day_in(zone: tzinfo, moment: datetime) -> date:
    """The calendar day at a moment, in a zone."""
    return _local(moment, zone).date()


def age_days(since: date | datetime, today: date, zone: tzinfo) -> int:
    """Midnights passed since then, in the zone; never below zero."""
    day = day_in(zone, since) if isinstance(since, datetime) else since
    return max(0, (today - day).days)


def business_days_between(
    start: date,
    end: date,
    *,
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY,
    holidays: Container[date] = frozenset(),
) -> int:
    """Working days after `start` up to and with `end`; below zero when `end` comes first.

    `weekend` holds weekday numbers, Monday 0: some states of Malaysia rest on Friday and Saturday, {4, 5}.
    """
    if end < start:
        return -business_days_between(end, start, weekend=weekend, holidays=holidays)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(day.weekday() not in weekend and day not in holidays for day in days)


def _near(days: int) -> str:
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days, "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _local(moment: datetime, zone: tzinfo) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs its zone.")
    return moment.astimezone(zone)
