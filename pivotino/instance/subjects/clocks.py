"""How long the law gives to answer, by the company's country."""

from datetime import date, timedelta

# Personal Data Protection Act 2010 (Malaysia), sections 31 and 35; the rest of the world gets the shorter of the two.
DAYS = 21
# GDPR and UK GDPR, article 12(3): one month.
MONTH = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


def due_on(came_on: date, country: str) -> date:
    return month_later(came_on) if country in MONTH else came_on + timedelta(days=DAYS)


def said(country: str) -> str:
    return "one month" if country in MONTH else f"{DAYS} days"


def month_later(day: date) -> date:
    """The same day of the next month, or its last."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month."""
    number = day.year * 12 + day.month - 1 - months
    first = date(number // 12, number % 12 + 1, 1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
