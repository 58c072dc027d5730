import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pivotino.kit.rank import NotARank, NotInOrder, between, spread


@pytest.mark.parametrize("jitter", [0, 2])
def test_ten_thousand_random_inserts_stay_in_order_and_unique_and_short(jitter):
    chance = random.Random(62)
    keys: list[str] = []

    for _ in range(10_000):
        place = chance.randint(0, len(keys))
        keys.insert(place, between(_at(keys, place - 1), _at(keys, place), jitter=jitter))

    assert keys == sorted(set(keys), key=str.encode)
    assert max(map(len, keys)) <= 16


@pytest.mark.parametrize("jitter", [0, 2])
def test_keys_at_either_end_do_not_grow(jitter):
    first = last = between(None, None, jitter=jitter)

    for _ in range(10_000):
        first, last = between(None, first, jitter=jitter), between(last, None, jitter=jitter)

    assert len(first) <= 6 + jitter
    assert len(last) <= 6 + jitter


def test_the_worst_gap_costs_one_character_in_five_inserts():
    low, high = between(None, None), None
    high = between(low, None)

    for _ in range(600):
        high = between(low, high)

    assert len(high) <= 6 + 600 / 5


def test_the_full_ends_still_take_a_key():
    assert between("zzzzzz", None) > "zzzzzz"
    assert between(None, "000001") < "000001"


@given(st.lists(st.integers(min_value=0, max_value=10**6), max_size=60), st.integers(min_value=0, max_value=3))
@settings(max_examples=60)
def test_any_sequence_of_inserts_stays_in_order(places, jitter):
    keys: list[str] = []

    for number in places:
        place = number % (len(keys) + 1)
        keys.insert(place, between(_at(keys, place - 1), _at(keys, place), jitter=jitter))

    assert keys == sorted(set(keys), key=str.encode)


rank_keys = st.from_regex(r"\A[0-9A-Za-z]{0,8}[1-9A-Za-z]\Z")


@given(rank_keys, rank_keys, st.integers(min_value=0, max_value=3))
def test_there_is_always_room_between_two_keys(one, other, jitter):
    if one == other:
        return
    low, high = sorted((one, other))

    assert low < between(low, high, jitter=jitter) < high


@given(st.integers(min_value=0, max_value=200), st.none() | rank_keys, st.none() | rank_keys)
@settings(max_examples=60)
def test_spread_keys_lie_in_order_between_their_neighbours(n, one, other):
    low, high = sorted((one, other)) if one and other else (one, other)
    if low is not None and low == high:
        return

    keys = spread(n, low, high)

    everything = [*([low] if low else []), *keys, *([high] if high else [])]
    assert len(keys) == n
    assert everything == sorted(set(everything), key=str.encode)


def test_jitter_keeps_two_people_in_one_gap_apart():
    made = {between("V", "W", jitter=3) for _ in range(200)}

    assert len(made) > 190


def test_neighbours_the_wrong_way_round_are_refused():
    for a, b in (("W", "V"), ("V", "V")):
        with pytest.raises(NotInOrder):
            between(a, b)


@pytest.mark.parametrize("key", ["", "V0", "a-b", "é", "V\n"])
def test_a_string_that_is_no_key_is_refused(key):
    with pytest.raises(NotARank):
        between(key, None)


def _at(keys: list[str], place: int) -> str | None:
    return keys[place] if 0 <= place < len(keys) else None
