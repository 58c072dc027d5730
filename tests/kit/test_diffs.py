from datetime import date
from decimal import Decimal
from enum import Enum
from uuid import UUID

import pytest

from pivotino.kit.diffs import Change, as_json, changes, plain


class Mood(Enum):
    GOOD = "good"


def test_only_what_differs_is_kept_in_the_order_of_the_new_state():
    before = {"title": "Heater", "amount": 600, "note": "old", "gone": 1}
    after = {"amount": 648, "title": "Heater", "note": "new", "due": date(2026, 12, 8)}

    assert changes(before, after, ignore={"note"}) == [
        Change("amount", 600, 648),
        Change("due", None, "2026-12-08"),
        Change("gone", 1, None),
    ]
    assert as_json(changes(before, after, ignore={"note", "gone"})) == {
        "amount": [600, 648],
        "due": [None, "2026-12-08"],
    }


def test_true_is_not_one():
    assert changes({"won": 1}, {"won": True}) == [Change("won", 1, True)]


def test_values_become_json():
    key = UUID(int=7)

    assert plain({"a": (Decimal("1.50"), key), "b": {2, 1}, "c": Mood.GOOD}) == {
        "a": ["1.50", str(key)],
        "b": [1, 2],
        "c": "good",
    }


def test_an_unknown_type_is_refused_rather_than_guessed():
    with pytest.raises(TypeError, match="object has no plain form"):
        plain(object())
