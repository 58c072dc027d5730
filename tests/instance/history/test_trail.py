"""The trail of an instance: sealed lines that nobody changes, takes out or cuts off unseen."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from pivotino.instance.history import trail
from pivotino.instance.history.models import Trail, TrailHead, TrailKey
from pivotino.kit.chains import Broken, End
from pivotino.tenancy import atomic, current, inside

pytestmark = pytest.mark.usefixtures("in_atap")


def three() -> list[Trail]:
    return [trail.write(f"thing.{word}", by="Anna") for word in ("one", "two", "three")]


def sql(statement: str, *params: Any) -> None:
    """As somebody does it who has the database and not the program."""
    with connections["instance"].cursor() as cursor:
        cursor.execute(statement, params)


def test_a_line_says_who_on_whose_behalf_what_where_for_which_ticket_and_why() -> None:
    sofia = uuid4()

    row = trail.write("staff.saw", by="Sofia", by_id=sofia, staff=True, on_behalf="Anna", where="/settings/company/?q=ada",
                      ticket="T-1042", purpose="Letters do not arrive.", facts={"page": 3})  # fmt: skip

    row.refresh_from_db()
    assert (row.number, row.what, row.by, row.by_id, row.staff) == (1, "staff.saw", "Sofia", sofia, True)
    assert (row.on_behalf, row.where, row.ticket) == ("Anna", "/settings/company/", "T-1042")
    assert (row.purpose, row.facts, row.book) == ("Letters do not arrive.", {"page": 3}, current().id)
    assert trail.verify() == End(1, row.seal)


def test_an_empty_trail_holds() -> None:
    assert trail.verify() == End(0, "")


def test_a_line_belongs_to_the_transaction_of_what_it_tells() -> None:
    with pytest.raises(ZeroDivisionError), atomic():
        trail.write("thing.done", by="Anna")
        raise ZeroDivisionError

    assert trail.verify() == End(0, "")


@pytest.mark.promise("A60")
@pytest.mark.parametrize("change", [
    "by = 'Bruno'", "what = 'thing.else'", "purpose = 'none'", "\"where\" = '/x/'", "ticket = 'T-1'", "on_behalf = 'Carla'",
    "staff = NOT staff", "facts = '{\"a\": 2}'",
])  # fmt: skip
def test_a_line_changed_in_the_database_is_named(change: str) -> None:
    three()

    sql(f"UPDATE history_trail SET {change} WHERE number = 2")

    with pytest.raises(Broken, match="Line 2 does not read as it was written") as fault:
        trail.verify()
    assert fault.value.number == 2


@pytest.mark.promise("A60")
def test_a_line_taken_out_of_the_middle_is_named() -> None:
    three()

    sql("DELETE FROM history_trail WHERE number = 2")

    with pytest.raises(Broken, match="Line 2 is missing"):
        trail.verify()


@pytest.mark.promise("A60")
def test_lines_cut_off_at_the_end_are_named() -> None:
    three()

    sql("DELETE FROM history_trail WHERE number > 1")

    with pytest.raises(Broken, match="The lines 2 to 3 are missing"):
        trail.verify()


@pytest.mark.promise("A60")
def test_who_cuts_off_the_end_and_moves_the_mark_lacks_the_secret() -> None:
    one, *_ = three()

    sql("DELETE FROM history_trail WHERE number > 1")
    sql("UPDATE history_trailhead SET number = 1, seal = %s", one.seal)

    with pytest.raises(Broken, match="Line 1 is not the one this trail ended with"):
        trail.verify()


@pytest.mark.promise("A60")
def test_a_trail_without_its_mark_is_found() -> None:
    three()

    sql("DELETE FROM history_trailhead")

    with pytest.raises(Broken, match="Line 0 is not the one this trail ended with"):
        trail.verify()


@pytest.mark.promise("A60")
def test_going_back_to_an_older_end_with_its_own_mark_is_found_by_what_was_kept_elsewhere() -> None:
    one = trail.write("thing.one", by="Anna")
    old = TrailHead.objects.get()
    anchored = End(3, [trail.write("thing.two", by="Anna"), trail.write("thing.three", by="Anna")][-1].seal)

    sql("DELETE FROM history_trail WHERE number > 1")
    TrailHead.objects.update(number=old.number, seal=old.seal, mark=old.mark)

    assert trail.verify() == End(1, one.seal)
    with pytest.raises(Broken, match="The lines 2 to 3 are missing"):
        trail.verify([anchored])


def test_a_line_after_the_end_that_nobody_wrote_here_is_found() -> None:
    one, *_ = three()
    trail.write("thing.four", by="Anna")
    TrailHead.objects.update(number=3, seal=Trail.objects.get(number=3).seal)

    with pytest.raises(Broken, match="Line 3 is not the one this trail ended with"):
        trail.verify()


@pytest.mark.promise("A49")
def test_what_is_said_of_a_forgotten_person_cannot_be_read_and_the_chain_stands() -> None:
    ada = uuid4()
    trail.write("contact.told", by="Anna", subject_id=ada, facts={"name": "Ada Marker"})
    trail.write("contact.told", by="Anna", subject_id=uuid4(), facts={"name": "Bob"})

    assert trail.forget_subject(ada) == 1

    facts = [facts for _, facts in trail.read(Trail.objects.order_by("number"))]
    assert facts == [{"forgotten": True}, {"name": "Bob"}]
    assert trail.verify().number == 2
    assert TrailKey.objects.get(subject_id=ada).key == ""


def test_of_a_forgotten_person_nothing_is_kept_afterwards() -> None:
    ada = uuid4()
    trail.forget_subject(ada)

    row = trail.write("contact.told", by="Anna", subject_id=ada, facts={"name": "Ada Marker"})

    assert (row.closed, row.facts) == ("", {})
    assert trail.verify().number == 1


@pytest.mark.promise("A49")
def test_no_byte_of_a_persons_facts_lies_open() -> None:
    ada = uuid4()

    trail.write("contact.told", by="Anna", subject_id=ada, facts={"name": "Ada Marker"})

    with connections["instance"].cursor() as cursor:
        cursor.execute("SELECT * FROM history_trail")
        assert "Ada Marker" not in str(cursor.fetchall())


def test_an_instance_that_may_only_be_read_writes_its_trail_all_the_same(atap: Any) -> None:
    from dataclasses import replace

    with inside(replace(atap.place, frozen=True)):
        trail.write("staff.saw", by="Sofia", staff=True)

        assert trail.verify().number == 1
