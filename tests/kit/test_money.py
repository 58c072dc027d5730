from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pivotino.kit.money import (
    MOST,
    CurrenciesDiffer,
    Money,
    NotAnAmount,
    UnknownCurrency,
    convert,
    currency_choices,
    digits,
    money_parts,
    parse_amount,
    short_money,
    symbol,
)

WITHOUT_DECIMALS = (
    "AFN ALL BIF CLP DJF GNF IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK PYG RSD RWF SOS SYP UGX VND VUV "
    "XAF XOF XPF YER"
)
WITH_THREE = "BHD JOD KWD LYD OMR TND"

codes = st.sampled_from(["MYR", "USD", "EUR", "JPY", "KWD", "IDR", "INR"])


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("RM 7.8k", 780_000),
        ("rm7,800.00", 780_000),
        ("MYR 12", 1_200),
        ("12 MYR", 1_200),
        ("5RM", 500),
        ("1,234.56", 123_456),
        ("1.234,56", 123_456),
        ("1.234", 123_400),
        ("1,234", 123_400),
        ("1,23", 123),
        ("12 500", 1_250_000),
        ("12\u00a0500,50", 1_250_050),
        ("12\u202f500", 1_250_000),
        ("1'234.50", 123_450),
        ("1.234.567,8", 123_456_780),
        ("12,34,567", 123_456_700),
        ("1.2m", 120_000_000),
        ("3 mil", 300_000_000),
        ("1.234k", 123_400),
        ("1,234k", 123_400_000),
        (".5", 50),
        ("０５００", 50_000),
        ("٣٤٥٫٥", 34_550),
        ("0", 0),
    ],
)
def test_an_amount_is_understood_as_people_write_it(typed, minor):
    assert parse_amount(typed, "MYR") == Money(minor, "MYR")


@pytest.mark.parametrize(
    ("typed", "currency", "message"),
    [
        ("", "MYR", "Type an amount, like 7,800 or 7.8k."),
        ("RM", "MYR", "Type an amount, like 7,800 or 7.8k."),
        ("soon", "MYR", "“soon” is not an amount. Type one like 7,800 or 7.8k."),
        ("1e5", "MYR", "“1e5” is not an amount. Type one like 7,800 or 7.8k."),
        ("5²", "MYR", "“5²” is not an amount. Type one like 7,800 or 7.8k."),
        ("1m m", "MYR", "“1m m” is not an amount. Type one like 7,800 or 7.8k."),
        ("1,2,3", "MYR", "The commas and points do not add up. Type the amount like 7,800.50."),
        ("12 50", "MYR", "The commas and points do not add up. Type the amount like 7,800.50."),
        ("5.", "MYR", "The amount ends too early. Type it like 7,800.50."),
        ("0.125", "MYR", "An amount in MYR has at most 2 decimals."),
        ("7.5", "JPY", "An amount in JPY has no decimals."),
        ("-5", "MYR", "An amount cannot be below zero."),
        ("RM -5", "MYR", "An amount cannot be below zero."),
        ("USD 5", "MYR", "This amount is in MYR, not in USD."),
        ("5 USD", "MYR", "This amount is in MYR, not in USD."),
        ("$5", "MYR", "This amount is in MYR, not in $."),
        ("9" * 40, "MYR", "That amount is too large."),
        ("10000b", "MYR", "That amount is too large."),
        ("1" * 100_000 + "x", "MYR", f"“{'1' * 29}…” is not an amount. Type one like 7,800 or 7.8k."),
    ],
)
def test_nonsense_is_refused_with_a_sentence_for_the_person(typed, currency, message):
    with pytest.raises(NotAnAmount) as refusal:
        parse_amount(typed, currency)

    assert refusal.value.message == message


def test_a_point_before_three_digits_is_a_decimal_point_only_where_money_has_three():
    assert parse_amount("1.234", "KWD") == Money(1_234, "KWD")
    assert parse_amount("1,234", "KWD") == Money(1_234_000, "KWD")
    assert parse_amount("1.234", "EUR") == Money(123_400, "EUR")


def test_an_amount_below_zero_is_read_when_asked_for():
    assert parse_amount("-RM 5", "MYR", signed=True) == Money(-500, "MYR")
    assert parse_amount("−5", "MYR", signed=True) == Money(-500, "MYR")


@given(st.integers(min_value=0, max_value=MOST - 1), codes)
def test_what_we_write_in_english_we_read_again(minor, currency):
    sign, number = money_parts(minor, currency, cents=True)

    assert parse_amount(f"{sign} {number}", currency) == Money(minor, currency)


@given(st.text(max_size=80), codes)
def test_any_text_is_an_amount_or_refused(text, currency):
    try:
        amount = parse_amount(text, currency)
    except NotAnAmount as refusal:
        assert refusal.message.endswith(".")
    else:
        assert 0 <= amount.minor < MOST


def test_a_card_shows_no_cents_and_a_quote_does():
    assert money_parts(6_480_000, "MYR") == ("RM", "64,800")
    assert money_parts(6_480_050, "MYR", cents=True) == ("RM", "64,800.50")
    assert money_parts(6_480, "JPY", cents=True) == ("¥", "6,480")
    assert money_parts(-40, "MYR") == ("RM", "0")


def test_numbers_follow_the_reader():
    assert money_parts(6_480_055, "EUR", cents=True, locale="de") == ("€", "64.800,55")
    assert money_parts(123_456_789, "INR", cents=True, locale="en-IN") == ("₹", "12,34,567.89")


@pytest.mark.parametrize(
    ("units", "said"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (148_500, "148.5k"),
        (999_949, "999.9k"),
        (999_950, "1m"),
        (1_200_000, "1.2m"),
        (-148_500, "-148.5k"),
        (2_500_000_000, "2.5b"),
    ],
)
def test_the_short_form_is_short(units, said):
    assert short_money(units * 100, "MYR") == said


def test_the_decimals_of_uncommon_currencies_have_not_moved():
    """Stored amounts change their meaning with these, so a new release of the tables must not pass unseen."""
    uncommon: dict[int, list[str]] = {}
    for code in sorted(code for code, _ in currency_choices()):
        uncommon.setdefault(digits(code), []).append(code)
    del uncommon[2]

    assert uncommon == {0: WITHOUT_DECIMALS.split(), 3: WITH_THREE.split()}


def test_a_sign_means_one_currency():
    assert [symbol(code) for code in ("MYR", "SGD", "USD", "IDR", "CNY")] == ["RM", "S$", "$", "Rp", "CN¥"]
    signs = [symbol(code) for code, _ in currency_choices()]
    assert len(set(signs)) == len(signs)


def test_an_unknown_currency_is_refused_everywhere():
    for use in (digits, symbol, lambda code: Money(1, code), lambda code: parse_amount("1", code)):
        with pytest.raises(UnknownCurrency):
            use("RM")


def test_money_of_two_currencies_does_not_add_up():
    assert Money(150, "MYR") + Money(50, "MYR") - Money(20, "MYR") == Money(180, "MYR")
    with pytest.raises(CurrenciesDiffer):
        Money(1, "MYR") + Money(1, "SGD")


def test_a_product_is_rounded_once_to_the_even_cent():
    assert Money(25, "MYR").times(Decimal("0.5")) == Money(12, "MYR")
    assert Money(35, "MYR").times(Decimal("0.5")) == Money(18, "MYR")
    assert str(Money(123_456, "MYR").times(Decimal(2))) == "RM 2,469.12"


def test_converting_crosses_decimals_and_rounds_to_even():
    assert convert(100, "USD", "MYR", Decimal("4.725")) == 472
    assert convert(100, "USD", "MYR", Decimal("4.735")) == 474
    assert convert(10_000, "MYR", "JPY", Decimal("33.335")) == 3_334
    assert convert(1_500, "JPY", "KWD", Decimal("0.002")) == 3_000


@given(st.integers(min_value=-MOST, max_value=MOST), codes)
def test_converting_at_par_changes_nothing(minor, currency):
    assert convert(minor, currency, currency, Decimal(1)) == minor


@pytest.mark.parametrize("rate", [Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity")])
def test_a_rate_is_above_zero(rate):
    with pytest.raises(ValueError, match="A rate is above zero"):
        convert(100, "USD", "MYR", rate)
