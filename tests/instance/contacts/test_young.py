"""The number of an identity card typed into a contact tells an age: it raises a flag instead of being kept."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from pivotino.instance.lifecycle import guarding
from pivotino.kit.ids import uuid7
from pivotino.kit.sensitive import Pack, Stance
from pivotino.tenancy import inside
from tests.cast import Person
from tests.house.test_cards import everywhere
from tests.instance.contacts.test_pages import PERSON

# On 23 November 2026: twelve for one more day, thirteen today, seventeen for one more day, eighteen today.
TWELVE, THIRTEEN, SEVENTEEN, EIGHTEEN = "131124-14-0567", "131123-14-0567", "081124-14-0567", "081123-14-0567"
GUARDIAN = "a parent or guardian has to agree"


def write_down(who: Person, number: str) -> Any:
    return who.browser.post(who.url("people/new/"), {"id": str(uuid7()), **PERSON, "notes": f"Her card: {number}"})


@pytest.mark.promise("P16")
@pytest.mark.parametrize(
    ("number", "child", "young"),
    [(TWELVE, True, False), (THIRTEEN, False, True), (SEVENTEEN, False, True), (EIGHTEEN, False, False)],
)
@time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC))
def test_the_birthday_decides_on_the_day(bruno: Person, number: str, child: bool, young: bool) -> None:
    answer = write_down(bruno, number)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert ("of a child under 13 (•••• 0567)" in page, GUARDIAN in page) == (child, young)
    with inside(bruno.instance):
        assert number not in everywhere()


@pytest.mark.promise("P16")
@pytest.mark.parametrize(
    ("stance", "status", "kept"),
    [("off", 302, True), ("warn", 422, False), ("mask", 302, False), ("refuse", 422, False)],
)
@time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC))
def test_each_database_says_how_strict_it_is(anna: Person, bruno: Person, stance: str, status: int, kept: bool) -> None:
    with inside(anna.instance):
        guarding.decide({Pack.CHILDREN: Stance(stance)}, by=anna.member)

    assert write_down(bruno, TWELVE).status_code == status

    with inside(bruno.instance):
        assert (TWELVE in everywhere()) is kept
