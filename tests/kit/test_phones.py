import pytest

from pivotino.kit.phones import NotAPhone, Phone, parse_phone, pretty_phone


def test_a_number_is_stored_as_dialled_from_anywhere():
    assert parse_phone("012-345 6789", "MY") == Phone("+60123456789", "+60 12-345 6789", "MY")
    assert parse_phone(" +44 20 7946 0958 ", "MY") == Phone("+442079460958", "+44 20 7946 0958", "GB")
    assert parse_phone("03 2345 6789 ext 12", "MY") == Phone("+60323456789", "+60 3-2345 6789 ext. 12", "MY", "12")


@pytest.mark.parametrize(
    ("typed", "country", "message"),
    [
        ("  ", "MY", "Type a phone number."),
        ("call me", "MY", "This is not a phone number. Type digits, like 012-345 6789."),
        ("123", "MY", "This number is too short. Include the area code."),
        ("9" * 18, "MY", "This number is too long."),
        ("+999 123 45", "MY", "Start with + and the country code, like +60 12-345 6789."),
        ("012-345 6789", "", "Start with + and the country code, like +60 12-345 6789."),
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence(typed, country, message):
    with pytest.raises(NotAPhone) as refusal:
        parse_phone(typed, country)

    assert refusal.value.message == message


def test_a_reader_at_home_sees_no_country_code():
    assert pretty_phone("+60123456789", "MY") == "012-345 6789"
    assert pretty_phone("+60123456789", "SG") == "+60 12-345 6789"
    assert pretty_phone("unreadable") == "unreadable"
