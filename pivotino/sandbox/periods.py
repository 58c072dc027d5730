"""Months and years as a provider counts them: from an anchor, so that the 31st comes back after February."""

from calendar import monthrange
from datetime import UTC, datetime

HOUR, DAY = 3600, 24 * 3600


def after(anchor: int, count: int, interval: str) -> int:
    """The moment `count` months or years after the anchor."""
    start = datetime.fromtimestamp(anchor, UTC)
    months = start.month - 1 + count * (12 if interval == "year" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    return int(start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1])).timestamp())


def period_at(anchor: int, moment: int, interval: str) -> tuple[int, int]:
    """The period in which a moment lies."""
    count = 0
    while after(anchor, count + 1, interval) <= moment:
        count += 1
    return after(anchor, count, interval), after(anchor, count + 1, interval)
