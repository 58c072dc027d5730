"""Numbers of payment cards, wherever somebody may type or paste one.

A check sum alone takes one in ten of all long numbers for a card, so groups are looked at as well: digits in the groups
cards are printed in need the check sum and a first digit cards have; a bare run needs an issuer's own beginning and
length, and so do groups that go on behind one line break; what a word nearby calls a card needs no more than the check sum.
Phone numbers, IBANs, ids, times, amounts, addresses of pages and parts of longer codes are taken out first; so is a bare run
that a word before it calls something else: the reading of a clock, the number of an order, a parcel or a device.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from pivotino.kit.sensitive.findings import Finding, Pack
from pivotino.kit.sensitive.packs import is_iban

SHORTEST, LONGEST = 13, 19
SIGNS = r" \u00a0\u2007\u2009\u202f.\u2010\u2011\u2012\u2013\u2014\u2212_\-"  # what people put between groups
# Nothing but a word for a card may touch it; "_" is no letter here, as in names of files.
BEGIN = r"(?:(?<![^\W_])(?<!\+)|(?<=card)|(?<=visa)|(?<=kad))"
END = r"(?:(?![^\W_])|(?=exp|cvv|cvc))"
CANDIDATE = re.compile(rf"{BEGIN}\d(?:[{SIGNS}]{{0,3}}\d){{12,}}{END}", re.IGNORECASE)
# Groups with one line break (or tab) among them, as where a mail was broken into lines, with the ">" of an answer.
BROKEN = re.compile(rf"{BEGIN}\d{{4,6}}(?:[ \t>{SIGNS}]{{0,6}}(?:\r?\n[ \t>]{{0,6}})?\d{{4,6}}){{2,3}}(?:[{SIGNS}]\d{{3}})?{END}", re.IGNORECASE)  # fmt: skip
# What has its own reason for so many digits. Found first, and never looked at again.
ELSE = re.compile(
    r"https?://\S+|www\.\S+"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?"
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b"
    r"|\+[\d ().\-]{8,20}\d",
    re.IGNORECASE,
)
GROUPS: Final = frozenset(
    {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (4, 4, 4, 1), (4, 4, 5), (4, 4, 4, 4, 1)}
)
CALLED = re.compile(
    r"(?<![^\W_])(?:cards?|kad|karte|carte|carta|visa|master\s?card|amex|american express|diners|unionpay|jcb|debit|credit"
    r"|kredit|(?<!-)cc(?!-)(?:\s?(?:no|nr|number|num))?)(?![^\W_])|卡",
    re.IGNORECASE,
)
NEARBY = 40
BREAK = re.compile(r"\r?\n|\t")
# 3.1390000000000002 and 4.111.111.111.111.111: a point before decimals, or at every third digit.
DECIMALS = re.compile(r"\d\.\d")
AMOUNT = re.compile(r"\d+\.\d+|\d{1,3}(?:\.\d{3}){3,}")
# In an address only a part that says so: ?card=…, &cc_number=…
NAMED = re.compile(
    r"[?&;#/](?:[\w.-]{0,20}[_.-])?(?:card|cc|pan|kad)(?:[_.-]?(?:no|nr|num|number))?[=/]", re.IGNORECASE
)
# A bare run right behind one of these words is what the word says; the first ones say so even beside a card.
CALLED_ELSE = re.compile(
    r"(?<![^\W_])(?:(?P<sure>imei|iccid|isbn|ean|gtin|barcode|awb|tracking|parcel|shipment|consignment|container|epoch)"
    r"|order|invoice|inv|ref|reference|serial|s/n|meter|ticket|case|lead|ad|adset|campaign|form|page|act|post|id|uid|uuid|sku|po"
    r"|contract|policy|transaction|txn|batch|lot|project|device|sensor|inverter|panel|module)"
    r"(?:[ _.-]?(?:ids?|no|nr|num|number|code))?[\W_]{0,4}(?P<number>\d{13,19})(?![^\W_])",
    re.IGNORECASE,
)
# A bare run after such a word, or with such a unit behind it, counts ticks; one in forty of them would pass for a card.
CLOCK = re.compile(
    r"\b(?:clock|ticks?|timestamp|uptime|monotonic|nanoseconds?|written|epoch|time)\b\W{0,3}(\d{13,19})\b"
    r"|(?<![\d.])(?=\d{13,19}\s?(?:ns|µs|us|ms)\b)(\d{13,19})",
    re.IGNORECASE,
)


def cards(text: str, *, strict: bool = False) -> list[Finding]:
    """Every card number in the text, in order. Quick where there are not thirteen digits. `strict`: also in addresses of pages."""
    if sum(map(text.count, "0123456789")) < SHORTEST and text.isascii():
        return []
    taken = [span for match in ELSE.finditer(text) if (span := _else(match, strict))]
    taken += [match.span(1 if match[1] else 2) for match in CLOCK.finditer(text)]
    taken += [match.span("number") for match in CALLED_ELSE.finditer(text) if not strict and (match["sure"] or not _is_called_card(text, *match.span("number")))]  # fmt: skip
    found: list[Finding] = []
    for start, end in _candidates(text):
        if any(start < stop and begin < end for begin, stop in taken) or any(
            start < one.end and one.start < end for one in found
        ):
            continue
        if _is_card(text, start, end):
            found.append(Finding(start, end, f"•••• {_digits(text[start:end])[-4:]}", Pack.CARDS))
    return found


def _else(match: re.Match[str], strict: bool) -> tuple[int, int] | None:
    """Where something stands that is no card; of an address only what is before a part that calls itself one."""
    found = match.group()
    if not found.lower().startswith(("http", "www.")):
        return match.span() if _is_something_else(found) else None
    if strict:
        return None
    named = NAMED.search(found)
    return (match.start(), match.start() + named.end()) if named else match.span()


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    """Runs of thirteen digits and more, and the groups within one that could be a card by themselves: a date may follow."""
    for match in CANDIDATE.finditer(text):
        if len(_digits(match.group()[: 3 * LONGEST])) <= LONGEST:
            yield match.span()
        start, groups = match.start(), list(re.finditer(r"\d+", match.group()))
        for number, first in enumerate(groups):
            lengths: tuple[int, ...] = ()
            for last in groups[number : number + LONGEST]:
                lengths += (len(last.group()),)
                if sum(lengths) > LONGEST:
                    break
                decimals = len(lengths) == 1 and DECIMALS.match(text, max(0, start + first.start() - 2))
                if lengths in GROUPS or (len(lengths) == 1 and sum(lengths) >= SHORTEST and not decimals):
                    yield start + first.start(), start + last.end()
    for match in BROKEN.finditer(text):
        said = match.group()
        if len(BREAK.findall(said)) == 1 and _groups(said) in GROUPS and _has_issuer(_digits(said)):
            yield match.span()


def _is_card(text: str, start: int, end: int) -> bool:
    number = _digits(text[start:end])
    if not (SHORTEST <= len(number) <= LONGEST and _adds_up(number)) or len(set(number)) == 1:
        return False
    if AMOUNT.fullmatch(text, start, end):
        return False
    if _is_called_card(text, start, end):
        return True
    groups = _groups(text[start:end])
    return (groups in GROUPS and number[0] in "23456" and not number.startswith(("20", "21"))) or _has_issuer(number)


def _is_called_card(text: str, start: int, end: int) -> bool:
    return bool(CALLED.search(text, max(0, start - NEARBY), min(len(text), end + NEARBY)))


def _groups(said: str) -> tuple[int, ...]:
    return tuple(len(group) for group in re.findall(r"\d+", said))


def _is_something_else(found: str) -> bool:
    return not _looks_like_iban(found) or is_iban(found)


def _looks_like_iban(found: str) -> bool:
    return bool(re.match(r"[A-Za-z]{2}\d{2}[ A-Za-z0-9]", found)) and "-" not in found


def _digits(text: str) -> str:
    """The digits of any script, as plain ones."""
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


def _adds_up(number: str) -> bool:
    """The check sum of ISO/IEC 7812-1."""
    total = 0
    for place, letter in enumerate(reversed(number)):
        digit = int(letter) << (place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def _has_issuer(number: str) -> bool:
    return any(len(number) in lengths and fits(number) for lengths, fits in ISSUERS)


def _within(*ranges: tuple[int, int]) -> Callable[[str], bool]:
    """Whether a number begins with one of these, ends included."""
    return lambda number: any(low <= int(number[: len(str(low))]) <= high for low, high in ranges)


# Lengths and beginnings that issuers have in use; rarer ones need a word nearby or the groups of a card.
ISSUERS: Final = (
    ({16}, _within((4, 4))),
    ({16}, _within((51, 55), (2221, 2720))),
    ({15}, _within((34, 34), (37, 37))),
    ({14}, _within((300, 305), (36, 36), (38, 39))),
    ({16}, _within((6011, 6011), (644, 649), (65, 65))),
    ({16}, _within((3528, 3589))),
    ({16}, _within((62, 62))),
)
