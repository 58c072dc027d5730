import math
import re
from dataclasses import dataclass

import pytest
from django.core.exceptions import ValidationError

from pivotino.kit.passwords import ALPHABET, GROUP_LENGTH, GROUPS, MinimumLength, Strength, generate


@dataclass
class Person:
    email: str = "anna.lim@suria-solar.example"
    name: str = "Anna Wilhelmina"
    company_name: str = "Suria Solar Sdn Bhd"


def test_a_made_password_reads_aloud_and_holds_eighty_bits():
    password = generate()

    assert re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}", password)
    assert not set(password) & set("01loiaeu")
    assert GROUPS * GROUP_LENGTH * math.log2(len(set(ALPHABET))) >= 80


def test_no_two_made_passwords_are_alike_and_all_are_accepted():
    made = {generate() for _ in range(100)}

    assert len(made) == 100
    for password in list(made)[:5]:
        MinimumLength().validate(password, Person())
        Strength().validate(password, Person())


def test_length_counts_and_the_message_says_how_much_is_missing():
    assert _refusal(MinimumLength(), "elevenchars") == "Add 1 more character: a password has at least 12."
    assert _refusal(MinimumLength(), "short") == "Add 7 more characters: a password has at least 12."
    assert _refusal(MinimumLength(), "x" * 257) == "A password has at most 256 characters."
    MinimumLength().validate("x" * 128)


@pytest.mark.parametrize(
    "password", ["correct kettle violin march", "mk7 vrelk quontz", "tiga ekor gajah menari di bulan"]
)
def test_no_rule_asks_for_digits_or_signs(password):
    Strength().validate(password, Person())


@pytest.mark.parametrize("password", ["password1234", "qwertyuiop12", "aaaaaaaaaaaaaaaa", "123456789012"])
def test_what_everybody_uses_is_refused(password):
    assert _refusal(Strength(), password).startswith("This one is easy to guess.")


@pytest.mark.parametrize("password", ["suria-solar-2026", "Wilhelmina2026", "anna.lim@suria", "SuriaSolarAnna1"])
def test_what_others_know_of_the_person_counts_for_nothing(password):
    assert _refusal(Strength(), password)


@pytest.mark.parametrize("password", ["w i l h e l m i n a", "Wil-hel-mina 77", "lim lim lim lim", "s.u.r.i.a.2026"])
def test_a_name_is_seen_when_it_is_short_or_spaced(password):
    assert _refusal(Strength(), password, Person(name="Wilhelmina Lim", email="w@x.example", company_name="Suria"))


def test_three_letters_inside_another_word_are_nobodys_name():
    Strength().validate("climbing kettle violin slim", Person(name="Wei Lim"))


def test_the_person_is_told_which_word_gives_them_away():
    assert _refusal(Strength(), "kuwilhelminaku") == (
        "Others know that “wilhelmina” belongs to you. Choose words that have nothing to do with you."
    )


def test_a_user_may_name_more_words_to_avoid():
    class Member(Person):
        def words_to_avoid(self) -> list[str]:
            return ["Zyxqvwtech"]

    Strength().validate("zyxqvwtech-77k")
    assert _refusal(Strength(), "zyxqvwtech-77k", Member())


def test_a_very_long_password_is_weighed_quickly():
    Strength().validate("kettle violin march " * 12 + "oddly", Person())


def _refusal(check: MinimumLength | Strength, password: str, user: object = None) -> str:
    with pytest.raises(ValidationError) as refusal:
        check.validate(password, user or Person())
    return refusal.value.messages[0]
