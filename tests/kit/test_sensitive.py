"""Card numbers are found as people write them; what only looks like one stays as it is."""

import logging
import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError

from pivotino.kit.sensitive import MaskedLines, Masking, Pack, find, mask, refuse

Dice = random.Random

# Numbers the payment networks publish for trials; no account stands behind them.
CARDS = {
    "visa": "4111111111111111", "mastercard": "5555555555554444", "mastercard, new": "2223003122003222",
    "amex": "378282246310005", "diners": "30569309025904", "discover": "6011111111111117", "jcb": "3566002020360505",
    "unionpay": "6200000000000005",
}  # fmt: skip
WRITTEN: dict[str, Callable[[str], str]] = {
    "in one run": lambda number: number,
    "in a sentence": lambda number: f"Please take {number}, thanks.",
    "after a colon": lambda number: f"Card:{number}",
    "in brackets": lambda number: f"({number})",
    "in lines": lambda number: f"first\n{number}\nlast",
    "letter by letter": " ".join,
    "in full width": lambda number: number.translate({48 + digit: 0xFF10 + digit for digit in range(10)}),
    "in Arabic digits": lambda number: number.translate({48 + digit: 0x0660 + digit for digit in range(10)}),
    "twice": lambda number: f"{number} {number}",
    "with nothing between": "\u200b".join,
    "with marks of direction": lambda number: f"\u202e{number[:8]}\u202c\u00ad{number[8:]}",
    "as keys of a phone": lambda number: "".join(f"{digit}\ufe0f\u20e3" for digit in number),
    "in codes of a page": lambda number: "".join(f"&#{ord(digit)};" for digit in number),
    "in codes of an address": lambda number: "".join(f"%{ord(digit):x}" for digit in number),
    "in circles": lambda number: number.translate(
        {48: 0x24EA, **{48 + digit: 0x245F + digit for digit in range(1, 10)}}
    ),
    "partly in bold": lambda number: f"{number[:6]}<b>{number[6:]}</b>",
    "in a name of a file": lambda number: f"scan_{number}_front.jpg",
    "in an address, called so": lambda number: f"https://pay.example/x?step=2&card_no={number}&lang=en",
    "behind its word": lambda number: f"visa{number}exp 12/29",
}
GROUPED = [
    "4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111", "4111\u00a01111\u00a01111\u00a01111", "4111 - 1111 - 1111 - 1111",
    "3782 822463 10005", "3056 930902 5904", "5555_5555_5555_4444", "4111–1111–1111–1111",
]  # fmt: skip
OTHER = [
    "+60 12-345 6789", "+49 4111 1111 1111 1111", "1700000000000", "1763901234567", "20261123124940", "2026-11-23 12:49:40.123456",
    "GB82 WEST 1234 5698 7654 32", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "MY1234567890123456",
    "https://example.com/orders/4111111111111111?x=1", "01a2088c-7659-73e6-a76f-f32d613217b0", "1Z999AA10123456784",
    "94055118995631234567890", "a4111111111111111b", "0000000000000000", "4111 1111 1111 1112", "880101-14-5566", "12345678901234567890",
    "MYR 1,234,567,890,123.00", "3.14159265358979323846", "Order 7734-2231-0098-1122", "4111\n1111\n1111\n1111", "41.11111111111111",
    "EUR 4.111.111.111.111.111", "order 4111111111111111", "Lead ID: 4111111111111111", "act_4111111111111111", "IMEI 352099001761481, SIM card",
    "tracking no. 4111111111111111", '"id": "4111111111111111"', "https://pay.example/?id=4111111111111111&cc=MY",
]  # fmt: skip


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("network", CARDS)
@pytest.mark.promise("P53", "P54", "A43")
def test_a_card_is_found_however_it_is_written(network: str, way: str) -> None:
    number = CARDS[network]
    text = WRITTEN[way](number)

    masked = mask(text)

    assert number[-4:] in masked
    assert text not in masked
    assert not find(masked)


@pytest.mark.parametrize("text", GROUPED)
def test_a_card_in_groups_is_found(text: str) -> None:
    assert len(find(f"Charge {text} now")) == 1


@pytest.mark.parametrize("text", OTHER)
def test_what_is_something_else_is_left_alone(text: str) -> None:
    assert mask(f"About {text} we spoke.") == f"About {text} we spoke."


def test_a_word_nearby_is_enough_for_rare_issuers() -> None:
    assert not find("6759649826438453")
    assert find("maestro card 6759649826438453")
    assert not find("4222222222222")
    assert find("visa 4222222222222")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("{}, exp 12/29, CVV: 737", "•••• 1111, exp 12/29, CVV: •••"),
        ("{} cvv is 737", "•••• 1111 cvv is •••"),
        ("{} 12/29 737", "•••• 1111 12/29 •••"),
        ("{} exp. 12/2029, 7371", "•••• 1111 exp. 12/2029, ••••"),
        ("737 (CVC2) of {}", "••• (CVC2) of •••• 1111"),
        ("security code no. 737 {}", "security code no. ••• •••• 1111"),
        ("kod keselamatan ialah 737 {}", "kod keselamatan ialah ••• •••• 1111"),
        ("{} for 12 panels of 450 W", "•••• 1111 for 12 panels of 450 W"),
    ],
)
@pytest.mark.promise("P53")
def test_the_code_beside_a_card_goes_too(text: str, kept: str) -> None:
    assert mask(text.format("4111 1111 1111 1111")) == kept


def test_such_a_code_alone_is_a_number() -> None:
    assert mask("The security code 1234 opens the door") == "The security code 1234 opens the door"


def test_what_is_put_out_of_sight_leaves_all_around_it() -> None:
    assert mask("a\u200bb &amp; 4111\u200b1111&#49;1111111 &amp; c\u200bd") == "a\u200bb &amp; •••• 1111 &amp; c\u200bd"
    assert mask("postgres://app:ge%40heim@db/x", {Pack.SECRETS}) == "postgres://app:••••@db/x"


@pytest.mark.parametrize("text", ["Order {} paid with her card", "{} is the order", "order {}, visa"])
def test_a_word_for_a_card_wins_over_a_word_for_something_else(text: str) -> None:
    assert find(text.format("4111111111111111"))


def test_a_form_says_what_was_found_without_saying_it_again() -> None:
    with pytest.raises(ValidationError) as refused:
        refuse("call 4111 1111 1111 1111")

    assert "•••• 1111" in refused.value.messages[0]
    assert "4111" not in refused.value.messages[0]
    refuse("call +60 12-345 6789")


FAMILIES: dict[str, Callable[[Dice], str]] = {
    "phones abroad": lambda d: f"+{d.choice(['60', '49', '1', '44', '86', '65'])} {digits(d, 2)} {digits(d, 4)} {digits(d, 4)}",
    "phones at home": lambda d: f"0{digits(d, 2)}-{digits(d, 3)} {digits(d, 4)}",
    "milliseconds until 2033": lambda d: str(d.randrange(1_000_000_000_000, 2_000_000_000_000)),
    "microseconds until 2033": lambda d: str(d.randrange(1_000_000_000_000_000, 2_000_000_000_000_000)),
    "nanoseconds until 2033": lambda d: str(d.randrange(1_000_000_000_000_000_000, 2_000_000_000_000_000_000)),
    "clocks of 14 to 16 digits, named": lambda d: f"{d.choice(['Written ', 'clock ', 'uptime='])}{clock(d)}",
    "clocks of 14 to 16 digits, with a unit": lambda d: f"{clock(d)} {d.choice(['ns', 'µs'])}",
    "days with a time": lambda d: f"20{d.randrange(10, 40)}{d.randrange(10, 13)}{d.randrange(10, 29)}{digits(d, 6)}",
    "ids": lambda d: str(uuid.UUID(int=d.getrandbits(128), version=4)),
    "ids of social networks": lambda d: str(d.getrandbits(61)),
    "parcels of a post": lambda d: f"{d.choice(['92', '93', '94', '95'])}{digits(d, 20)}",
    "parcels of carriers": lambda d: d.choice([f"1Z{digits(d, 3)}AA{digits(d, 11)}", f"JJD{digits(d, 18)}", digits(d, 12)]),
    "IBANs": lambda d: iban(d.choice(["DE", "NL", "MT"]), digits(d, 18)),
    "invoices": lambda d: f"INV-{digits(d, 4)}-{digits(d, 6)}",
    "16 digits that are called": lambda d: f"{d.choice(['Order ', 'order no. ', 'Invoice #', 'serial: ', 'Lead ID: ', 'id=', 'IMEI '])}{digits(d, 16)}",
    "decimals": lambda d: f"{d.randrange(1, 180)}.{digits(d, 14)}",
    "large amounts": lambda d: f"{d.randrange(1, 999)}.{'.'.join(digits(d, 3) for _ in range(4))}",
    "numbers under one another": lambda d: "\n".join(str(d.randrange(1000, 9999)) for _ in range(4)),
    "a table that was pasted": lambda d: "\n".join(f"{d.randrange(1000, 9999)}\t{d.randrange(1000, 9999)}" for _ in range(3)),
    "links with long numbers": lambda d: f"https://www.facebook.com/photo?fbid={digits(d, 16)}&set=a.{digits(d, 15)}",
}  # fmt: skip
# A run of digits with nothing around it that says what it is. A check sum and an issuer's beginning are all there is to go by:
# sixteen digits are the price of finding a card that somebody pasted without a space. The owner's "Not a card" is for these.
BARE: dict[str, tuple[Callable[[Dice], str], float]] = {
    "14 digits": (lambda d: str(d.randrange(10**13, 10**14)), 0.008),
    "15 digits": (lambda d: str(d.randrange(10**14, 10**15)), 0.004),
    "16 digits": (lambda d: str(d.randrange(10**15, 10**16)), 0.034),
}


def digits(dice: Dice, count: int) -> str:
    return "".join(dice.choice("0123456789") for _ in range(count))


def clock(dice: Dice) -> str:
    """What a machine counts since it was started: nanoseconds of hours to months."""
    return str(dice.randrange(10**13, 10 ** dice.choice([14, 15, 16])))


@pytest.mark.promise("A44")
def test_of_ten_thousand_lookalikes_hardly_any_is_taken_for_a_card() -> None:
    dice, each = random.Random(44), 10_000 // len(FAMILIES) + 1

    rates = {
        name: sum(bool(find(f"About {make(dice)}, see above")) for _ in range(each)) / each
        for name, make in FAMILIES.items()
    }

    said = ", ".join(f"{name} {rate:.2%}" for name, rate in rates.items())
    assert sum(rates.values()) / len(rates) < 0.001, said
    assert max(rates.values()) < 0.003, said


@pytest.mark.parametrize("length", BARE)
@pytest.mark.promise("A44")
def test_a_bare_run_is_taken_for_one_as_often_as_the_security_page_says(length: str) -> None:
    make, most = BARE[length]
    dice = random.Random(44)

    rate = sum(bool(find(f"About {make(dice)}, see above")) for _ in range(10_000)) / 10_000

    assert rate < most, f"{length}: {rate:.2%}"
    page = (Path(__file__).parents[2] / "SECURITY.md").read_text()
    assert f"{length.split()[0]} digits: {rate:.1%}" in page, f"{length}: {rate:.1%}"


def iban(country: str, body: str) -> str:
    """A valid one, in groups of four as it is printed."""
    check = 98 - int("".join(str(int(letter, 36)) for letter in f"{body}{country}00")) % 97
    code = f"{country}{check:02}{body}"
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def test_the_log_never_says_one() -> None:
    line = logging.LogRecord("x", logging.WARNING, "", 0, "Not found: /pay/%s", ("4111-1111-1111-1111",), None)

    Masking().filter(line)

    assert line.getMessage() == "Not found: /pay/•••• 1111"


def test_long_texts_are_read_in_one_go() -> None:
    assert len(find("1 " * 20_000)) == 0
    assert len(find("12345 " * 5_000 + "4111111111111111")) == 1


# --- beside cards

EVERY = frozenset(Pack)


def what(text: str) -> list[tuple[str, str]]:
    return [(one.pack.value, one.shown) for one in find(text, EVERY)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Signed by 880101-14-5566 today", [("identity", "•••• 5566")]),
        ("IC no: 880101145566", [("identity", "•••• 5566")]),
        ("kad pengenalan 880101 14 5566", [("identity", "•••• 5566")]),
        ("880101145566", []),  # twelve digits alone are anything
        ("881301-14-5566", []),  # no such month
        ("880101-00-5566", []),  # no such place
        ("order 123456-12-1234", []),
        ("880101-14-5566-01", []),
        ("S1234567D holds it", [("identity", "•••• 567D")]),
        ("S1234567A holds it", []),
        ("Pay to GB82 WEST 1234 5698 7654 32", [("bank", "•••• 5432")]),
        ("GB83 WEST 1234 5698 7654 32", []),
        ("Maybank 164123456789", [("bank", "•••• 6789")]),
        ("Maybank 03-2070 8833", []),
        ("account no. 1641-2345-6789", [("bank", "•••• 6789")]),
        ("call the account manager on +60 12-345 6789", []),
        ("She was diagnosed with breast cancer", [("health", "•••")]),
        ("Beliau menghidap kencing manis", [("health", "•••")]),
        ("Roof for the cancer hospital, diabetes clinic next door", []),
        ("password: hunter22x", [("secrets", "••••")]),
        ("kata laluan ialah rahsia99", [("secrets", "••••")]),
        ("The password is wrong", []),
        ("Password: please", []),
        ("AKIAIOSFODNN7EXAMPLE", [("secrets", "••••")]),
        ("postgres://app:geheim99@db/x", [("secrets", "••••")]),
        ("card 4111 1111 1111 1111, IC 880101-14-5566", [("cards", "•••• 1111"), ("identity", "•••• 5566")]),
    ],
)  # fmt: skip
@pytest.mark.promise("P15")
def test_other_kinds_are_found_where_they_are_surely_meant(text: str, found: list[tuple[str, str]]) -> None:
    assert what(text) == found


@pytest.mark.parametrize(
    ("number", "found", "young"),
    [
        ("131124-14-0567", "children", True),  # thirteen tomorrow
        ("131123-14-0567", "identity", True),
        ("081123-14-0567", "identity", False),  # eighteen today
        ("150101-14-5567", "children", True),  # nobody is a hundred and eleven
        ("300101-14-5567", "identity", False),  # born in 1930
    ],
)  # fmt: skip
@time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC))
def test_the_date_in_a_number_says_who_is_a_child(number: str, found: str, young: bool) -> None:
    one = find(number, EVERY)[0]

    assert (one.pack.value, one.young) == (found, young)


def test_no_line_of_the_log_says_it_nor_the_trace_below() -> None:
    try:
        raise ValueError("value too long: 4111 1111 1111 1111, password: hunter22x")
    except ValueError as error:
        line = logging.LogRecord("x", logging.ERROR, "", 0, "It broke", (), (type(error), error, error.__traceback__))

    said = MaskedLines("%(message)s").format(line)

    assert "value too long: •••• 1111, password: ••••" in said
    assert "4111 1111" not in said and "hunter22x" not in said


@pytest.mark.parametrize(
    "text",
    ["password: ", "1 ", "he has ", "account ", "-----BEGIN PRIVATE KEY-----", "12-", "IC ", "eyJ", "DE89 3704 "],
)
def test_long_texts_of_any_sort_are_read_in_one_go(text: str) -> None:
    assert len(find(text * 5_000, EVERY)) < 5_001
