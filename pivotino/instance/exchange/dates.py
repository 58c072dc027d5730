"""Days, however they are written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from .sheets import Value
from .texts import REMEMBERED, Refused, read_text, short, text_of
from .words import lowered


class DateOrder(StrEnum):
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


@dataclass(frozen=True)
class DateGuess:
    """`sure` is False when the samples fit more than one order, like 03/04/2025."""

    order: DateOrder
    sure: bool
    read: int
    unread: int


ORDER_IN_WORDS = {
    DateOrder.DAY_FIRST: "the day comes first",
    DateOrder.MONTH_FIRST: "the month comes first",
    DateOrder.YEAR_FIRST: "the year comes first",
}

YEAR_NAMES_ITSELF = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?")
COMPRESSED = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
THREE_NUMBERS = re.compile(r"(\d{1,4})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{2,4})")
DAY_MONTH_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th|hb)?[\s./-]*([^\W\d_]{3,10})[\s.,/-]*(\d{4}|'?\d{2})")
MONTH_NAME_DAY = re.compile(r"([^\W\d_]{3,10})[\s./-]*(\d{1,2})(?:st|nd|rd|th)?[\s,./-]+(\d{4}|'?\d{2})")
YEAR_MONTH_NAME = re.compile(r"(\d{4})[\s./-]+([^\W\d_]{3,10})[\s./-]+(\d{1,2})")
CLOCK = re.compile(
    r"""[t\s,]+ ( \d{1,2}[:.]\d{2} ([:.]\d{2}([.,]\d+)?)? \s? ([ap]\.?m\.?|pagi|petang|malam)? | \d{1,2}\s?[ap]m )
        \s? (z|utc|gmt|[+-]\d{2}:?\d{0,2})? $""",
    re.VERBOSE,
)
WEEKDAY_IN_FRONT = re.compile(
    r"(mon|tue|wed|thu|fri|sat|sun|isnin|selasa|rabu|khamis|jumaat|sabtu|ahad|星期.|周.|礼拜.)[a-z]*[\s,.]+"
)
FIRST_SERIAL, LAST_SERIAL = 14_000, 80_000  # 1938 to 2119, as a workbook counts days
SERIAL_ZERO = datetime.date(1899, 12, 30)
EARLIEST, LATEST = 1900, 2199

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "january januari jan", "february februari feb", "march mac maret mar", "april apr", "may mei",
            "june jun juni", "july julai juli jul", "august ogos agustus ogo ogs aug agu", "september sept sep",
            "october oktober oct okt", "november nov nop", "december disember desember dec dis des",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def read_date(value: Value, order: DateOrder = DateOrder.DAY_FIRST) -> datetime.date:
    """The day; a clock time written beside it is left out."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_serial(float(value))
    return _date_in(read_text(value, most=200), order)


@lru_cache(REMEMBERED)
def _date_in(written: str, order: DateOrder) -> datetime.date:
    text = CLOCK.sub("", WEEKDAY_IN_FRONT.sub("", lowered(written), count=1)).strip()
    if found := YEAR_NAMES_ITSELF.fullmatch(text) or COMPRESSED.fullmatch(text):
        return _day(written, found[1], found[2], found[3])
    if found := THREE_NUMBERS.fullmatch(text):
        return _in_order(written, (found[1], found[2], found[3]), order)
    if found := DAY_MONTH_NAME.fullmatch(text):
        return _day(written, found[3].strip("'"), _month(written, found[2]), found[1])
    if found := MONTH_NAME_DAY.fullmatch(text):
        return _day(written, found[3].strip("'"), _month(written, found[1]), found[2])
    if found := YEAR_MONTH_NAME.fullmatch(text):
        return _day(written, found[1], _month(written, found[2]), found[3])
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text):
        return _from_serial(float(text))
    raise Refused(f"“{short(written)}” is not a date. Write it like 31-12-2025.")


def _in_order(written: str, parts: tuple[str, str, str], order: DateOrder) -> datetime.date:
    first, second, third = parts
    if len(first) > 2:
        raise Refused(f"“{short(written)}” is not a date. Write it like 31-12-2025.")
    if order is DateOrder.YEAR_FIRST and len(third) == 2:
        return _day(written, first, second, third)
    if len(third) == 3:
        raise Refused(f"“{short(written)}” has no readable year.")
    day, month = (second, first) if order is DateOrder.MONTH_FIRST else (first, second)
    if int(month) > 12 >= int(day):
        named = ORDER_IN_WORDS[DateOrder.MONTH_FIRST if order is DateOrder.MONTH_FIRST else DateOrder.DAY_FIRST]
        raise Refused(f"“{short(written)}” is not a date if {named}.")
    return _day(written, third, month, day)


def _month(written: str, name: str) -> str:
    number = MONTHS.get(name)
    if number is None:
        raise Refused(f"“{short(written)}” names no month we know.")
    return str(number)


def _day(written: str, year: str, month: str, day: str) -> datetime.date:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 70 else 1900
    if not EARLIEST <= number <= LATEST:
        raise Refused(f"“{short(written)}” is in the year {number}. Check it.")
    try:
        return datetime.date(number, int(month), int(day))
    except ValueError:
        raise Refused(f"“{short(written)}” is not a day of the calendar.") from None


def _from_serial(number: float) -> datetime.date:
    if not FIRST_SERIAL <= number <= LAST_SERIAL:
        raise Refused(f"“{text_of(number)}” is a number, not a date.")
    return SERIAL_ZERO + datetime.timedelta(days=int(number))


def guess_date_order(samples: Iterable[Value]) -> DateGuess:
    """The order that reads most of the samples; where several do, the day comes first, as it does in Malaysia."""
    values = [value for value in samples if text_of(value)]
    read = {order: sum(_reads(value, order) for value in values) for order in DateOrder}
    best = max(read.values(), default=0)
    fitting = [order for order in DateOrder if read[order] == best]
    # Where every order reads the same days, like 2025-03-04, there is nothing to be unsure of.
    telling = [value for value in values if len({_quietly(value, order) for order in fitting} - {None}) > 1]
    return DateGuess(order=fitting[0], sure=bool(best) and not telling, read=best, unread=len(values) - best)


def _reads(value: Value, order: DateOrder) -> bool:
    return _quietly(value, order) is not None


def _quietly(value: Value, order: DateOrder) -> datetime.date | None:
    try:
        return read_date(value, order)
    except Refused:
        return None
