from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pivotino.kit.names import face_number, initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Lim", "AL"),
        ("Farid bin Ahmad", "FA"),
        ("Madonna", "M"),
        ("åsa öberg", "ÅÖ"),
        ("ß Eta", "SE"),
        ("Dato' Dr Tan Sri Ali Hassan", "AH"),
        ("Dr", "D"),
        ("陈美玲", "陈"),
        ("김철수", "김"),
        ("محمد علي", "م"),
        ("דוד כהן", "ד"),
        ("Li 陈", "L"),
        ("3M Malaysia", "3M"),
        ("anna.lim@suria.example", "AL"),
        ("(Anna) «Lim»", "AL"),
        ("", "?"),
        ("🙂", "?"),
    ],
)
def test_a_face_shows_the_letters_people_would_use(name, letters):
    assert initials(name) == letters


@given(st.text(max_size=60))
def test_any_name_gives_one_or_two_letters(name):
    assert 1 <= len(initials(name)) <= 2


def test_a_face_keeps_its_colour():
    anna = UUID("019a8f6e-0000-7000-8000-000000000001")

    assert face_number(anna) == face_number(str(anna)) == 3
    assert {face_number(number) for number in range(100)} == {1, 2, 3, 4, 5, 6}
