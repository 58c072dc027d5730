"""What one cell of a sheet means: a day, an amount, an address, a country.

Every reader takes the cell as it came and answers a value, or raises `Refused` with a sentence for the person who
brought the sheet. Blank cells are the caller's business. The text readers remember what they read, for columns repeat.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache, lru_cache

from babel import Locale
from babel.numbers import list_currencies

from pivotino.kit.money import Money, NotAnAmount, UnknownCurrency, digits, parse_amount
from pivotino.kit.phones import NotAPhone, parse_phone

from .reading import Value
from .words import fold, lowered

REMEMBERED = 20_000
MAX_TEXT = 10_000


class Refused(ValueError):
    """This cell cannot be that. The text says why, in plain words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def text_of(value: Value) -> str:
    """The cell as its owner sees it. Numbers lose the `.0` a workbook gives to whole ones."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat(*([" "] if isinstance(value, datetime.datetime) else []))
    return str(value)


def read_text(value: Value, *, most: int = MAX_TEXT) -> str:
    text = text_of(value)
    if text.startswith("#") and text.upper() in SHEET_ERRORS:
        raise Refused(f"The sheet itself says {text} here.")
    if len(text) > most:
        raise Refused(f"This text has {len(text):,} letters; {most:,} is the most.")
    return text


SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#ERROR!", "#SPILL!"})


# -- days --------------------------------------------------------------------------------------------------------------


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
    raise Refused(f"“{_short(written)}” is not a date. Write it like 31-12-2025.")


def _in_order(written: str, parts: tuple[str, str, str], order: DateOrder) -> datetime.date:
    first, second, third = parts
    if len(first) > 2:
        raise Refused(f"“{_short(written)}” is not a date. Write it like 31-12-2025.")
    if order is DateOrder.YEAR_FIRST and len(third) == 2:
        return _day(written, first, second, third)
    if len(third) == 3:
        raise Refused(f"“{_short(written)}” has no readable year.")
    day, month = (second, first) if order is DateOrder.MONTH_FIRST else (first, second)
    if int(month) > 12 >= int(day):
        named = ORDER_IN_WORDS[DateOrder.MONTH_FIRST if order is DateOrder.MONTH_FIRST else DateOrder.DAY_FIRST]
        raise Refused(f"“{_short(written)}” is not a date if {named}.")
    return _day(written, third, month, day)


def _month(written: str, name: str) -> str:
    number = MONTHS.get(name)
    if number is None:
        raise Refused(f"“{_short(written)}” names no month we know.")
    return str(number)


def _day(written: str, year: str, month: str, day: str) -> datetime.date:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 70 else 1900
    if not EARLIEST <= number <= LATEST:
        raise Refused(f"“{_short(written)}” is in the year {number}. Check it.")
    try:
        return datetime.date(number, int(month), int(day))
    except ValueError:
        raise Refused(f"“{_short(written)}” is not a day of the calendar.") from None


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


# -- money and numbers -------------------------------------------------------------------------------------------------

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
        raise Refused(f"“{_short(text_of(value))}” is not an amount.")
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
        raise Refused(f"“{_short(text)}” is not an amount.")
    return number.scaleb({"千": 3, "万": 4, "萬": 4}.get(text[-1], 8))


def _say_amount(written: str, error: Exception) -> str:
    if isinstance(error, NotAnAmount) and "is not an amount" not in error.message:
        return error.message
    return f"“{_short(written)}” is not an amount."


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
        raise Refused(f"“{_short(currency)}” is not a currency.") from error


def scaled(amount: Money, factor: int) -> Money:
    """The amount of a column that counts in thousands or millions."""
    return _money(amount.amount * factor, amount.currency)


def read_currency(value: Value, default: str = "") -> str:
    text = read_text(value, most=200)
    code = _currency_called(text, default)
    if not code:
        raise Refused(f"“{_short(text)}” is not a currency. Use its three letters, like MYR.")
    digits(code)
    return code


def read_number(value: Value, *, decimal_mark: str = "") -> Decimal:
    """A number without a currency: “1,100.04”, “1.5k”."""
    if isinstance(value, bool | datetime.date | datetime.time):
        raise Refused(f"“{_short(text_of(value))}” is not a number.")
    if isinstance(value, int | float):
        return _finite(repr(value))
    text = read_text(value, most=200)
    mark = decimal_mark or guess_decimal_mark([text]) or "."
    found = re.fullmatch(r"(.*?\d[\d.,' ]*)\s?(k|mil|mio|mn|m|bn|b|万|亿)?\+?", lowered(text))
    number = _with_mark(found[1], mark) if found else None
    if found is None or number is None:
        raise Refused(f"“{_short(text)}” is not a number.")
    return number * STEPS[found[2] or ""]


STEPS = {step: Decimal(10) ** power for step, power in {
    "": 0, "k": 3, "m": 6, "mil": 6, "mio": 6, "mn": 6, "b": 9, "bn": 9, "万": 4, "亿": 8,
}.items()}  # fmt: skip


def read_whole(value: Value, *, most: int = 10**12) -> int:
    number = read_number(value)
    if number != number.to_integral_value() or not 0 <= number <= most:
        raise Refused(f"“{_short(text_of(value))}” is not a whole number.")
    return int(number)


def read_percent(value: Value, *, of_one: bool = False) -> int:
    """A probability from 0 to 100. `of_one` says that the column writes 0.5 for a half."""
    text = read_text(value, most=50).replace("％", "%")
    number = read_number(text.removesuffix("%").strip() if isinstance(value, str) else value)
    percent = number * 100 if of_one and not text.endswith("%") else number
    if not 0 <= percent <= 100:
        raise Refused(f"“{_short(text)}” is not between 0 and 100 percent.")
    return int(percent.to_integral_value())


def _finite(written: str) -> Decimal:
    try:
        number = Decimal(written)
    except InvalidOperation as error:
        raise Refused(f"“{_short(written)}” is not a number.") from error
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise Refused(f"“{_short(written)}” is not a usable number.")
    return number


# -- ways to reach people ----------------------------------------------------------------------------------------------

EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,62}")


@lru_cache(REMEMBERED)
def _email_in(text: str) -> str:
    found = EMAIL.findall(text)
    if len(set(found)) > 1:
        raise Refused("There are several e-mail addresses here. Keep one.")
    named = re.fullmatch(r"(?:mailto:)?(\S+@\S+)|.*<\s*(\S+@\S+?)\s*>", text)
    if not named or not (address := EMAIL.fullmatch(named[1] or named[2])) or ".." in address[0]:
        raise Refused(f"“{_short(text)}” is not an e-mail address.")
    local, _, host = address[0].rpartition("@")
    return f"{local}@{host.lower()}"


def read_email(value: Value) -> str:
    return _email_in(read_text(value, most=1000))


@lru_cache(REMEMBERED)
def _phone_in(text: str, region: str) -> str:
    try:
        phone = parse_phone(text, region)
    except NotAPhone as error:
        raise Refused(f"“{_short(text)}”: {error.message}") from error
    return f"{phone.e164};ext={phone.extension}" if phone.extension else phone.e164


def read_phone(value: Value, region: str = "MY") -> str:
    """In the international form, +60123456789; an extension stays behind it."""
    return _phone_in(read_text(value, most=200), region)


def read_website(value: Value) -> str:
    text = read_text(value, most=500)
    found = re.fullmatch(r"(https?://)?((?:[^\W_][\w-]*\.)+[^\W\d_][\w-]+(?::\d+)?(?:[/?#]\S*)?)", text, re.IGNORECASE)
    if not found:
        raise Refused(f"“{_short(text)}” is not a web address.")
    return f"{(found[1] or 'https://').lower()}{found[2]}"


# -- choices -----------------------------------------------------------------------------------------------------------

YES = frozenset(
    ["yes", "y", "true", "t", "1", "x", "on", "ya", "betul", "benar", "ok", "✓", "✔", "☑", "是", "对", "有", "真"]
)
NO = frozenset(
    [
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "-",
        "tidak",
        "tak",
        "bukan",
        "✗",
        "✘",
        "☐",
        "否",
        "不",
        "不是",
        "没有",
        "无",
        "假",
    ]
)


def read_flag(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    word = lowered(read_text(value, most=200))
    if word in YES:
        return True
    if word in NO:
        return False
    raise Refused(f"“{_short(text_of(value))}” is neither yes nor no.")


PRIORITIES = {
    **dict.fromkeys(["low", "none", "normal", "rendah", "biasa", "低", "无", "-"], 0),
    **dict.fromkeys(["medium", "mid", "sederhana", "中"], 1),
    **dict.fromkeys(["high", "tinggi", "important", "penting", "高", "重要"], 2),
    **dict.fromkeys(["very high", "urgent", "highest", "critical", "segera", "sangat tinggi", "紧急", "最高"], 3),
}


def read_priority(value: Value) -> int:
    """Stars, 0 to 3, from stars, words or a number."""
    text = lowered(read_text(value, most=200))
    if text and set(text) <= set("*★⭐☆"):
        stars = sum(star != "☆" for star in text)
    elif text in PRIORITIES:
        stars = PRIORITIES[text]
    elif re.fullmatch(r"[0-9]", text):
        stars = int(text)
    else:
        raise Refused(f"“{_short(text_of(value))}” is not a priority. Use 0 to 3.")
    if stars > 3:
        raise Refused(f"“{_short(text_of(value))}” is more than three stars.")
    return stars


def read_tags(value: Value) -> tuple[str, ...]:
    parts = (part.strip().lstrip("#").strip() for part in re.split(r"[,;|、，；\n]", read_text(value)))
    return tuple(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class Country:
    """A code, its English name, and whether it was written so. A near miss is for the caller to mention."""

    code: str
    name: str
    exact: bool


COUNTRY_NAMES = {
    "usa": "US", "u s a": "US", "u s": "US", "america": "US", "uk": "GB", "u k": "GB", "england": "GB",
    "scotland": "GB", "great britain": "GB", "korea": "KR", "south korea": "KR", "republic of korea": "KR", "uae": "AE",
    "hong kong": "HK", "macau": "MO", "macao": "MO", "china": "CN", "prc": "CN", "viet nam": "VN", "russia": "RU",
    "holland": "NL", "czech republic": "CZ", "turkey": "TR", "burma": "MM", "ivory coast": "CI", "laos": "LA",
    "大马": "MY", "香港": "HK", "澳门": "MO",
}  # fmt: skip


@cache
def _country_names() -> dict[str, str]:
    """Folded names in the languages of our users, and both kinds of codes."""
    names: dict[str, str] = {}
    for language in ("en", "ms", "zh_Hans", "zh_Hant"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES:
                names.setdefault(fold(name), code)
                names.setdefault(code.lower(), code)
    return {**names, **COUNTRY_NAMES}


NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


@lru_cache(REMEMBERED)
def _country_in(text: str) -> Country:
    names = _country_names()
    folded = fold(text)
    code = names.get(folded)
    if exact := code is not None:
        pass
    elif len(folded) >= 5 and (near := difflib.get_close_matches(folded, names, n=1, cutoff=0.9)):
        code = names[near[0]]
    if code is None:
        raise Refused(f"“{_short(text)}” is not a country we know.")
    return Country(code, str(Locale.parse("en").territories[code]), exact)


def read_country(value: Value) -> Country:
    return _country_in(read_text(value, most=100))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"
