# Tables are read by row, and a workbook knows no zones.
# ruff: noqa: E501, DTZ001

import datetime
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pivotino.instance.exchange import cells
from pivotino.instance.exchange.cells import DateOrder, Refused
from pivotino.kit.money import Money

DAY = datetime.date(2017, 3, 1)


@pytest.mark.parametrize(
    "written",
    ["01-03-2017", "1/3/2017", "1.3.17", "1 3 2017", "2017-03-01", "2017/3/1", "20170301", "2017年3月1日", "1 Mar 2017",
     "1 Mac 2017", "1-Mar-17", "Mar 1, 2017", "March 1st, 2017", "1hb Mac 2017", "2017 Mar 1", "Wed, 1 March 2017",
     "Rabu, 1 Mac 2017", "2017-03-01T10:00:00Z", "2017-03-01 10:00:00.000+08:00", "1/3/2017 3:45 PM", "42795", "４２７９５",
     42795, 42795.5, datetime.datetime(2017, 3, 1, 9), DAY],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written: Any) -> None:
    assert cells.read_date(written) == DAY


def test_the_order_decides_between_day_and_month() -> None:
    assert cells.read_date("03/01/2017", DateOrder.MONTH_FIRST) == datetime.date(2017, 3, 1)
    assert cells.read_date("03/01/2017", DateOrder.DAY_FIRST) == datetime.date(2017, 1, 3)
    assert cells.read_date("17-03-01", DateOrder.YEAR_FIRST) == DAY


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("3/25/2017", "“3/25/2017” is not a date if the day comes first."),
        ("31-02-2017", "“31-02-2017” is not a day of the calendar."),
        ("1-1-3017", "is in the year 3017"),
        ("soon", "is not a date"),
        ("#N/A", "The sheet itself says #N/A here."),
        (12, "“12” is a number, not a date."),
        (True, "is not a date"),
    ],
)
def test_what_is_no_day_is_refused_with_the_reason(written: Any, words: str) -> None:
    with pytest.raises(Refused) as refused:
        cells.read_date(written)

    assert words in refused.value.message


@pytest.mark.parametrize(
    ("samples", "order", "sure"),
    [
        (["03/04/2025", "25/04/2025"], DateOrder.DAY_FIRST, True),
        (["03/04/2025", "04/25/2025"], DateOrder.MONTH_FIRST, True),
        (["03/04/2025", "04/05/2025"], DateOrder.DAY_FIRST, False),
        (["2025-03-04"], DateOrder.DAY_FIRST, True),
        (["25-03-04", "98-12-31"], DateOrder.YEAR_FIRST, True),
        ([], DateOrder.DAY_FIRST, False),
    ],
)
def test_the_order_of_a_column_is_guessed_and_doubt_admitted(samples: list[str], order: DateOrder, sure: bool) -> None:
    guess = cells.guess_date_order(samples)

    assert (guess.order, guess.sure) == (order, sure)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1054", Money(105_400, "MYR")), ("RM 7.8k", Money(780_000, "MYR")), ("1.234,56", Money(123_456, "MYR")),
        ("$1,200", Money(120_000, "USD")), ("(500)", Money(-50_000, "MYR")), ("RM-50", Money(-5_000, "MYR")),
        ("EUR 12", Money(1_200, "EUR")), ("12 €", Money(1_200, "EUR")), ("¥5000", Money(5_000, "JPY")),
        ("1.5万", Money(1_500_000, "MYR")), ("SGD1,200.00", Money(120_000, "SGD")), (12.345, Money(1_234, "MYR")),
        (1e3, Money(100_000, "MYR")), ("0", Money(0, "MYR")),
    ],
)  # fmt: skip
def test_an_amount_knows_its_currency(written: Any, expected: Money) -> None:
    assert cells.read_amount(written, "MYR") == expected


def test_a_settled_decimal_mark_settles_a_thousand() -> None:
    assert cells.read_amount("1.234", "MYR") == Money(123_400, "MYR")
    assert cells.read_amount("1.234", "MYR", decimal_mark=".") == Money(123, "MYR")
    assert cells.guess_decimal_mark(["1.234", "12.50", "x"]) == "."
    assert cells.guess_decimal_mark(["1.234", "12,50"]) == ","
    assert cells.guess_decimal_mark(["1.234.567"]) == ","
    assert cells.guess_decimal_mark(["1.234", 5]) == ""


@pytest.mark.parametrize("written", ["many", True, DAY, math.nan, math.inf, "1e400", "RM", "9" * 40, "#REF!"])
def test_what_is_no_amount_is_refused(written: Any) -> None:
    with pytest.raises(Refused):
        cells.read_amount(written, "MYR")


@pytest.mark.parametrize(
    ("reader", "written", "expected"),
    [
        (cells.read_email, "Anna Lim <anna@Example.COM>", "anna@example.com"),
        (cells.read_email, "mailto:anna@example.com", "anna@example.com"),
        (cells.read_phone, "012-345 6789", "+60123456789"),
        (cells.read_phone, 123456789, "+60123456789"),
        (cells.read_phone, "+65 6123 4567", "+6561234567"),
        (cells.read_website, "www.example.com/a", "https://www.example.com/a"),
        (cells.read_flag, "Ya", True),
        (cells.read_flag, "不是", False),
        (cells.read_flag, 1, True),
        (cells.read_currency, "ringgit", "MYR"),
        (cells.read_currency, "usd", "USD"),
        (cells.read_number, "1,100.04", Decimal("1100.04")),
        (cells.read_number, "1.5k", Decimal(1500)),
        (cells.read_whole, "2,822", 2822),
        (cells.read_percent, "50 %", 50),
        (cells.read_percent, 80, 80),
        (cells.read_priority, "★★☆", 2),
        (cells.read_priority, "High", 2),
        (cells.read_priority, "紧急", 3),
        (cells.read_tags, "solar, #roof; solar、屋顶", ("solar", "roof", "屋顶")),
        (cells.read_text, 12.0, "12"),
    ],
)
def test_other_cells_are_read_too(reader: Callable[[Any], Any], written: Any, expected: Any) -> None:
    assert reader(written) == expected


def test_a_share_of_one_is_a_percentage_where_the_column_says_so() -> None:
    assert cells.read_percent("0.25", of_one=True) == 25


@pytest.mark.parametrize(
    ("written", "code", "exact"),
    [("Malaysia", "MY", True), ("马来西亚", "MY", True), ("Jerman", "DE", True), ("U.S.A.", "US", True), ("Korea", "KR", True),
     ("sg", "SG", True), ("Philipines", "PH", False)],
)  # fmt: skip
def test_a_country_is_known_in_three_languages_and_a_near_miss_is_marked(written: str, code: str, exact: bool) -> None:
    country = cells.read_country(written)

    assert (country.code, country.exact) == (code, exact)


@pytest.mark.parametrize(
    ("reader", "written"),
    [
        (cells.read_email, "anna@"), (cells.read_email, "a@b.com; c@d.com"), (cells.read_email, "a..b@c.com"),
        (cells.read_phone, "12"), (cells.read_website, "our shop"), (cells.read_flag, "maybe"),
        (cells.read_country, "Atlantis"), (cells.read_percent, "130%"), (cells.read_priority, "9"),
        (cells.read_whole, "1.5"), (cells.read_currency, "shells"), (cells.read_text, "x" * 10_001),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(reader: Callable[[Any], Any], written: str) -> None:
    with pytest.raises(Refused) as refused:
        reader(written)

    assert refused.value.message.endswith(".")


READERS: list[Callable[[Any], Any]] = [
    cells.read_text, cells.read_date, lambda value: cells.read_date(value, DateOrder.MONTH_FIRST),
    lambda value: cells.read_date(value, DateOrder.YEAR_FIRST), lambda value: cells.read_amount(value, "MYR"),
    lambda value: cells.read_amount(value, "KWD", decimal_mark=","), lambda value: cells.read_amount(value, "NOPE"),
    cells.read_email, cells.read_phone, lambda value: cells.read_phone(value, ""), cells.read_website, cells.read_flag,
    cells.read_currency, cells.read_number, cells.read_whole, cells.read_percent, cells.read_priority, cells.read_tags,
    cells.read_country,
]  # fmt: skip
SIGNS = st.text(alphabet="0123456789.,-/:' RM$%()@<>#kmM年月日号万元²٣½𝟠abcT+;x\n\0", max_size=24)
VALUES = st.one_of(
    st.text(max_size=60), SIGNS, st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times()
)


@settings(max_examples=600, deadline=None)
@given(value=VALUES)
def test_no_cell_raises_anything_but_the_refusal(value: Any) -> None:
    for reader in READERS:
        try:
            reader(value)
        except Refused as refused:
            assert refused.message.endswith((".", "”"))


@settings(max_examples=200, deadline=None)
@given(values=st.lists(VALUES, max_size=8))
def test_no_column_upsets_the_guesses(values: list[Any]) -> None:
    cells.guess_date_order(values)
    cells.guess_decimal_mark(values)


@given(day=st.dates(min_value=datetime.date(1970, 1, 1), max_value=datetime.date(2069, 12, 31)))
def test_a_day_written_in_any_order_comes_back(day: datetime.date) -> None:
    assert cells.read_date(f"{day:%d-%m-%Y}", DateOrder.DAY_FIRST) == day
    assert cells.read_date(f"{day:%m/%d/%y}", DateOrder.MONTH_FIRST) == day
    assert cells.read_date(f"{day:%y.%m.%d}", DateOrder.YEAR_FIRST) == day
    assert cells.read_date(f"{day:%d %b %Y}") == day
