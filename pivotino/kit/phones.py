"""Phone numbers: one stored form, one readable form, and a sentence when it is neither."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat


class NotAPhone(ValueError):
    """The text is no phone number; `message` tells the person who typed it what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Phone:
    """`e164` is stored and dialled, `pretty` is read; `country` is "" for numbers of no country."""

    e164: str
    pretty: str
    country: str
    extension: str = ""


def parse_phone(text: str, country: str) -> Phone:
    """The number as dialled from `country`, or `NotAPhone`. Accepts any spacing and an extension."""
    if not text.strip():
        raise NotAPhone("Type a phone number.")
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException as error:
        raise NotAPhone(_reason(error)) from None
    if not phonenumbers.is_possible_number(number):
        raise NotAPhone(_wrong_length(number))
    if not phonenumbers.is_valid_number(number):
        raise NotAPhone("No such number is in use. Check the digits.")
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        pretty=phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
        country=phonenumbers.region_code_for_number(number) or "",
        extension=number.extension or "",
    )


def pretty_phone(e164: str, country: str = "") -> str:
    """How a stored number reads; without the country code for a reader in its own `country`."""
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return e164
    at_home = country and phonenumbers.region_code_for_number(number) == country
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def _reason(error: NumberParseException) -> str:
    match error.error_type:
        case NumberParseException.INVALID_COUNTRY_CODE:
            return "Start with + and the country code, like +60 12-345 6789."
        case NumberParseException.TOO_LONG:
            return "This number is too long."
        case NumberParseException.TOO_SHORT_NSN | NumberParseException.TOO_SHORT_AFTER_IDD:
            return "This number is too short."
        case _:
            return "This is not a phone number. Type digits, like 012-345 6789."


def _wrong_length(number: PhoneNumber) -> str:
    result = phonenumbers.is_possible_number_with_reason(number)
    if result == phonenumbers.ValidationResult.TOO_LONG:
        return "This number is too long."
    if result in (phonenumbers.ValidationResult.TOO_SHORT, phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        return "This number is too short. Include the area code."
    return "No such number is in use. Check the digits."
