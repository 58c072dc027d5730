"""Money and numbers, however they are written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache

from babel.numbers import list_currencies

from pivotino.kit.money import Money, NotAnAmount, UnknownCurrency, digits, parse_amount

from .sheets import Value
from .texts import REMEMBERED, Refused, read_text, short, text_of
from .words import lowered

CURRENCY_SIGNS: dict[str, tuple[str, ...]] = {
    "rm": ("MYR",), "s$": ("SGD",), "us$": ("USD",), "a$": ("AUD",), "hk$": ("HKD",), "nt$": ("TWD",), "b$": ("BND",),
    "rp": ("IDR",), "$": ("USD", "SGD", "AUD", "HKD", "NZD", "CAD", "BND", "TWD"), "€": ("EUR",), "£": ("GBP",),
    "¥": ("JPY", "CNY"), "元": ("CNY", "TWD"), "人民币": ("CNY",), "rmb": ("CNY",), "令吉": ("MYR",), "马币": ("MYR",),
    "ringgit": ("MYR",), "฿": ("THB",), "₹": ("INR",), "₩": ("KRW",), "₫": ("VND",), "₱": ("PHP",), "dollar": ("USD",),
    "dollars": ("USD",), "euro": ("EUR",), "euros": ("EUR",), "baht": ("THB",), "rupiah": ("IDR",), "美元": ("USD",),
    "新元": ("SGD",), "欧元": ("EUR",), "日元": ("JPY",),
}  # fmt: skip
SIGN_IN_FRONT = re.compile(r"([-+(]?)\s*([^\d\s.,'+()-]+?)\s*(?=[\d.(+-])")
SIGN_BEHIND = re.compile(r"(?<=[\d)])\s*([^\d\s.,'()%-]+)$")
DECIMAL_MARKS = ("", ".", ",")


def read_amount(value: Value, currency: str, *, decimal_mark: str = "") -> Money:
    """An amount in the currency the cell itself names, else in the one given.

    Text without a settled `decimal_mark` is read the way a person's typing is. Numbers of a workbook, and columns
    whose mark is known, may have more decimals than the currency: these are rounded.
    """
    if isinstance(value, bool | datetime.date | datetime.time):
        raise Refused(f"“{short(text_of(value))}” is not an amount.")
    if isinstance(value, int | float):
        return _money(_finite(repr(value)), currency)
    return _amount_in(read_text(value, most=200), currency, decimal_mark)


@lru_cache(REMEMBERED)
def _amount_in(written: str, currency: str, decimal_mark: str) -> Money:
    named, bare = split_currency(written, currency)
    currency = named or currency
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1].strip() if negative else bare
    try:
        if bare.endswith(tuple("千万萬亿億")):
            money = _money(_counted_in_chinese(bare), currency)
        elif decimal_mark and (number := _with_mark(bare, decimal_mark)) is not None:
            money = _money(number, currency)
        else:
            money = parse_amount(bare, currency, signed=True)
    except (NotAnAmount, UnknownCurrency) as error:
        raise Refused(_say_amount(written, error)) from error
    return -money if negative else money


def _counted_in_chinese(text: str) -> Decimal:
    number = _with_mark(text[:-1], ".")
    if number is None:
        raise Refused(f"“{short(text)}” is not an amount.")
    return number.scaleb({"千": 3, "万": 4, "萬": 4}.get(text[-1], 8))


def _say_amount(written: str, error: Exception) -> str:
    if isinstance(error, NotAnAmount) and "is not an amount" not in error.message:
        return error.message
    return f"“{short(written)}” is not an amount."


def split_currency(written: str, default: str) -> tuple[str, str]:
    """(code the text names or "", the text without it). A sign that several currencies share means the default."""
    if written.isdecimal():
        return "", written
    for pattern, group in ((SIGN_IN_FRONT, 2), (SIGN_BEHIND, 1)):
        found = pattern.match(written) if pattern is SIGN_IN_FRONT else pattern.search(written)
        if found and (code := _currency_called(found[group], default)):
            rest = written[: found.start(group)] + written[found.end(group) :]
            return code, rest.strip()
    return "", written


def _currency_called(name: str, default: str) -> str:
    folded = lowered(name).strip(". ")
    if codes := CURRENCY_SIGNS.get(folded):
        return default if default in codes else codes[0]
    return folded.upper() if folded.upper() in _currencies() else ""


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def _with_mark(text: str, mark: str) -> Decimal | None:
    """None when the text is not a plain number written with that mark."""
    other = "," if mark == "." else "."
    plain = text.replace(" ", "").replace("\u00a0", "").replace("'", "").replace("’", "")
    if not re.fullmatch(rf"[-+]?\d*(\{other}\d{{2,3}})*(\{mark}\d*)?", plain, re.ASCII):
        return None
    try:
        return Decimal(plain.replace(other, "").replace(mark, "."))
    except InvalidOperation:
        return None


def guess_decimal_mark(samples: Iterable[Value]) -> str:
    """“.” or “,” when some sample settles it for the column, else nothing."""
    votes = {".": 0, ",": 0}
    for value in samples:
        text = re.sub(r"[^\d.,]", "", value) if isinstance(value, str) else ""
        if found := re.search(r"([.,])(\d+)$", text):
            mark, behind = found[1], len(found[2])
            other = "," if mark == "." else "."
            if other in text or (behind != 3 and text.count(mark) == 1):
                votes[mark] += 1
            elif text.count(mark) > 1:
                votes[other] += 1
    if votes["."] == votes[","]:
        return ""
    return "." if votes["."] > votes[","] else ","


def _money(number: Decimal, currency: str) -> Money:
    if number.adjusted() > 12:
        raise Refused("That amount is too large.")
    try:
        return Money.of(number, currency)
    except UnknownCurrency as error:
        raise Refused(f"“{short(currency)}” is not a currency.") from error


def scaled(amount: Money, factor: int) -> Money:
    """The amount of a column that counts in thousands or millions."""
    return _money(amount.amount * factor, amount.currency)


def read_currency(value: Value, default: str = "") -> str:
    text = read_text(value, most=200)
    code = _currency_called(text, default)
    if not code:
        raise Refused(f"“{short(text)}” is not a currency. Use its three letters, like MYR.")
    digits(code)
    return code


def read_number(value: Value, *, decimal_mark: str = "") -> Decimal:
    """A number without a currency: “1,100.04”, “1.5k”."""
    if isinstance(value, bool | datetime.date | datetime.time):
        raise Refused(f"“{short(text_of(value))}” is not a number.")
    if isinstance(value, int | float):
        return _finite(repr(value))
    text = read_text(value, most=200)
    mark = decimal_mark or guess_decimal_mark([text]) or "."
    found = re.fullmatch(r"(.*?\d[\d.,' ]*)\s?(k|mil|mio|mn|m|bn|b|万|亿)?\+?", lowered(text))
    number = _with_mark(found[1], mark) if found else None
    if found is None or number is None:
        raise Refused(f"“{short(text)}” is not a number.")
    return number * STEPS[found[2] or ""]


STEPS = {step: Decimal(10) ** power for step, power in {
    "": 0, "k": 3, "m": 6, "mil": 6, "mio": 6, "mn": 6, "b": 9, "bn": 9, "万": 4, "亿": 8,
}.items()}  # fmt: skip


def read_whole(value: Value, *, most: int = 10**12) -> int:
    number = read_number(value)
    if number != number.to_integral_value() or not 0 <= number <= most:
        raise Refused(f"“{short(text_of(value))}” is not a whole number.")
    return int(number)


def read_percent(value: Value, *, of_one: bool = False) -> int:
    """A probability from 0 to 100. `of_one` says that the column writes 0.5 for a half."""
    text = read_text(value, most=50).replace("％", "%")
    number = read_number(text.removesuffix("%").strip() if isinstance(value, str) else value)
    percent = number * 100 if of_one and not text.endswith("%") else number
    if not 0 <= percent <= 100:
        raise Refused(f"“{short(text)}” is not between 0 and 100 percent.")
    return int(percent.to_integral_value())


def _finite(written: str) -> Decimal:
    try:
        number = Decimal(written)
    except InvalidOperation as error:
        raise Refused(f"“{short(written)}” is not a number.") from error
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise Refused(f"“{short(written)}” is not a usable number.")
    return number
