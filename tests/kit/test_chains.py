"""Rows sealed to the one before: what was changed, taken out or cut off is found, and where."""

from uuid import UUID

import pytest

from pivotino.kit import chains
from pivotino.kit.chains import Broken, End, Link

ADA = UUID(int=7)


def test_a_chain_reads_as_it_was_written() -> None:
    links = chain("a", "b", "c")

    assert chains.follow(links) == End(3, links[-1].seal)


def test_nothing_at_all_is_a_chain() -> None:
    assert chains.follow([]) == End(0, "")


def test_a_changed_row_is_named() -> None:
    one, two, three = chain("a", "b", "c")

    with pytest.raises(Broken, match="Row 2 does not read as it was written") as fault:
        chains.follow([one, two._replace(told={"says": "B"}), three])

    assert fault.value.number == 2


def test_a_missing_row_is_named() -> None:
    one, _, three = chain("a", "b", "c")

    with pytest.raises(Broken, match="Row 2 is missing"):
        chains.follow([one, three])


def test_missing_rows_are_named() -> None:
    one, *_, four = chain("a", "b", "c", "d")

    with pytest.raises(Broken, match="The rows 2 to 3 are missing"):
        chains.follow([one, four])


def test_a_missing_first_row_is_named() -> None:
    with pytest.raises(Broken, match="Row 1 is missing"):
        chains.follow(chain("a", "b")[1:])


def test_rows_in_another_order_are_found() -> None:
    one, two = chain("a", "b")
    swapped = [Link(1, two.told, two.seal), Link(2, one.told, one.seal)]

    with pytest.raises(Broken, match="Row 1"):
        chains.follow(swapped)


def test_a_row_that_is_there_twice_is_found() -> None:
    one, two = chain("a", "b")

    with pytest.raises(Broken, match="Row 2 is there twice"):
        chains.follow([one, two, two])


def test_a_chain_that_was_cut_off_says_from_where() -> None:
    whole = chain("a", "b", "c")
    known = chains.follow(whole)

    with pytest.raises(Broken, match="The rows 2 to 3 are missing"):
        chains.expect(chains.follow(whole[:1]), known)


def test_a_chain_that_was_written_anew_is_another_one() -> None:
    known = chains.follow(chain("a", "b"))

    with pytest.raises(Broken, match="Row 2 is another than it was"):
        chains.expect(chains.follow(chain("a", "c")), known)


def test_only_who_has_the_secret_can_mark_an_end() -> None:
    end = chains.follow(chain("a"))
    marked = chains.mark("ours", "book", end)

    assert chains.is_marked(["newer", "ours"], "book", end, marked)
    assert not chains.is_marked(["theirs"], "book", end, marked)
    assert not chains.is_marked(["ours"], "other book", end, marked)
    assert not chains.is_marked(["ours"], "book", End(0, ""), marked)


def test_personal_facts_open_with_their_key_and_for_their_person_alone() -> None:
    key = chains.new_key()
    closed = chains.close({"name": "Ada"}, key, ADA)

    assert "Ada" not in closed
    assert chains.open_up(closed, key, ADA) == {"name": "Ada"}
    assert chains.open_up(closed, key, UUID(int=8)) is None
    assert chains.open_up(closed, chains.new_key(), ADA) is None
    assert chains.open_up(closed, "", ADA) is None


def test_values_read_the_same_from_every_database() -> None:
    assert chains.plain({"a": (1, True, None, 0.5, ADA), 2: {"b": "x\x00"}}) == {
        "a": [1, True, None, "0.5", str(ADA)],
        "2": {"b": "x"},
    }


def test_the_root_of_many_ends_does_not_depend_on_their_order() -> None:
    assert chains.root("", ["b 1", "a 2"]) == chains.root("", ["a 2", "b 1"])
    assert chains.root("", ["a 2"]) != chains.root("yesterday", ["a 2"])


def chain(*words: str) -> list[Link]:
    links: list[Link] = []
    for number, word in enumerate(words, start=1):
        told = {"says": word}
        links.append(Link(number, told, chains.seal(links[-1].seal if links else "", told)))
    return links
