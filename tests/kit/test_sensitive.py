"""Card numbers are found as people write them; what only looks like one stays as it is."""

import logging
import random
import uuid
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from pivotino.kit.sensitive import Masking, find, mask, refuse

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
    "MYR 1,234,567,890,123.00", "3.14159265358979323846", "Order 7734-2231-0098-1122",
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


def test_the_code_beside_a_card_goes_too_and_alone_it_is_a_number() -> None:
    assert mask("4111 1111 1111 1111, exp 12/29, CVV: 737") == "•••• 1111, exp 12/29, CVV: •••"
    assert mask("The security code 1234 opens the door") == "The security code 1234 opens the door"


def test_a_form_says_what_was_found_without_saying_it_again() -> None:
    with pytest.raises(ValidationError) as refused:
        refuse("call 4111 1111 1111 1111")

    assert "•••• 1111" in refused.value.messages[0]
    assert "4111" not in refused.value.messages[0]
    refuse("call +60 12-345 6789")


@pytest.mark.promise("A44")
def test_of_ten_thousand_lookalikes_hardly_any_is_taken_for_a_card() -> None:
    dice = random.Random(44)

    def digits(count: int) -> str:
        return "".join(dice.choice("0123456789") for _ in range(count))

    kinds: list[Callable[[], str]] = [
        lambda: f"+{dice.choice(['60', '49', '1', '44', '86', '65'])} {digits(2)} {digits(4)} {digits(4)}",
        lambda: f"0{digits(2)}-{digits(3)} {digits(4)}",
        lambda: str(dice.randrange(1_000_000_000_000, 2_000_000_000_000)),  # milliseconds until 2033
        lambda: f"20{dice.randrange(10, 40)}{dice.randrange(10, 13)}{dice.randrange(10, 29)}{digits(6)}",
        lambda: str(uuid.UUID(int=dice.getrandbits(128), version=4)),
        lambda: str(dice.getrandbits(61)),  # ids of social networks
        lambda: f"{dice.choice(['92', '93', '94', '95'])}{digits(20)}",  # parcels
        lambda: f"1Z{digits(3)}AA{digits(11)}",
        lambda: f"JJD{digits(18)}",
        lambda: digits(12),
        lambda: iban(dice.choice(["DE", "NL", "MT"]), digits(18)),
        lambda: f"INV-{digits(4)}-{digits(6)}",
    ]  # fmt: skip

    wrong = [text for number in range(10_000) if find(text := f"Ref {kinds[number % len(kinds)]()}, see above")]

    assert len(wrong) < 10, wrong


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
