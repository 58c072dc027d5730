"""The trail of an instance: sealed lines that nobody changes, takes out or cuts off unseen."""

import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from pivotino.instance.history import trail
from pivotino.instance.history.models import Event, Trail, TrailHead, TrailKey
from pivotino.instance.lifecycle.colleagues import change_role
from pivotino.instance.members.models import Role
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs import trails as trails_job
from pivotino.kit import chains
from pivotino.kit.chains import Broken, End
from pivotino.tenancy import atomic, current, erasing, inside, packing

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
def test_two_lines_that_changed_places_are_named_at_the_first_of_them() -> None:
    three()
    for was, now in ((2, 99), (3, 2), (99, 3)):
        sql("UPDATE history_trail SET number = %s WHERE number = %s", now, was)

    with pytest.raises(Broken, match="Line 2 does not read as it was written") as fault:
        trail.verify()
    assert fault.value.number == 2


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


def test_a_change_of_rights_leaves_a_line_and_a_card_that_moves_does_not(anna: Any, bruno: Any) -> None:
    change_role(bruno.member, Role.OWNER, by=anna.member)
    card = Opportunity.open("Roof", by=anna.member)

    [(row, facts)] = trail.read(Trail.objects.all())

    assert (row.what, row.by, row.subject_id) == ("member.role_changed", "Nurul Anna", bruno.member_id)
    assert (facts["before"], facts["after"]) == ("user", "owner")
    assert Event.objects.filter(pk=facts["event"]).exists()
    card.remove(by=anna.member)
    assert Trail.objects.order_by("-number")[0].what == "opportunity.removed"
    assert trail.verify().number == 2


def test_what_control_tells_is_written_once_and_names_who_works_here(atap: Any, anna: Any) -> None:
    for _ in range(2):
        trails_job.note(str(atap.pk), "export.asked", str(anna.account.id), "Firefox", "k1")

    [row] = Trail.objects.all()
    assert (row.what, row.by, row.by_id, row.facts) == (
        "export.asked",
        "Nurul Anna",
        anna.member_id,
        {"how": "Firefox", "key": "k1"},
    )


def test_a_trail_that_came_along_is_kept_in_its_own_book_and_checked(atap: Any, anna: Any) -> None:
    three()
    own, theirs = current().id, uuid4()
    before = ""
    for number, row in enumerate(Trail.objects.order_by("number"), start=1):
        row.pk, row.book, row.number = uuid4(), theirs, number
        row.seal = before = chains.seal(before, row.told)
        row.save(force_insert=True)

    trail.carry(by=anna.member, arrival=uuid4())

    said = Trail.objects.get(what="trail.carried")
    assert (said.book, said.number, said.facts["books"]) == (own, 4, {str(theirs): [3, before, True]})
    assert trail.verify().number == 4
    sql("UPDATE history_trail SET by = 'Bruno' WHERE number = 2 AND what = 'thing.two' AND seal = %s",
        Trail.objects.get(book=theirs, number=2).seal)  # fmt: skip
    with pytest.raises(Broken, match="Carried line 2 does not read"):
        trail.verify()


def test_a_trail_that_was_broken_elsewhere_says_so_and_does_not_break_ours(anna: Any) -> None:
    theirs = uuid4()
    Trail.objects.create(book=theirs, number=5, at=timezone.now(), what="thing.five", by="Rita", seal="none")

    trail.carry(by=anna.member, arrival=uuid4())

    assert Trail.objects.get(what="trail.carried").facts["books"] == {str(theirs): [5, "none", False]}
    assert trail.verify().number == 1


@pytest.mark.promise("A60")
def test_an_older_state_that_comes_back_gets_the_lines_it_lacks() -> None:
    one = trail.write("thing.one", by="Anna")
    old = TrailHead.objects.get()
    ada = uuid4()
    trail.write("contact.told", by="Anna", subject_id=ada, facts={"name": "Ada"})
    trail.forget_subject(ada)
    now = trail.whole()
    sql("DELETE FROM history_trail WHERE number > 1")
    TrailHead.objects.update(number=old.number, seal=old.seal, mark=old.mark)
    TrailKey.objects.update(key=chains.new_key(), forgotten_at=None)

    for _ in range(2):
        trail.complete(now)

    assert trail.verify().number == 3
    rows = trail.read(Trail.objects.order_by("number"))
    assert [(row.what, facts) for row, facts in rows] == [
        ("thing.one", {}), ("contact.told", {"forgotten": True}), ("trail.returned", {"line": 1}),
    ]  # fmt: skip
    assert rows[0][0].seal == one.seal


def test_the_ledger_of_the_forgotten_destroys_a_key_that_came_back() -> None:
    ada = uuid4()
    trail.write("contact.told", by="Anna", subject_id=ada, facts={"name": "Ada"})
    key = TrailKey.objects.get()

    erasing.erase([erasing.Piece("history.TrailKey", key.pk)])

    assert [facts for _, facts in trail.read(Trail.objects.all())] == [{"forgotten": True}]


@pytest.mark.promise("A60")
def test_a_trail_travels_in_an_export_beside_the_one_that_is_there(
    atap: Any, zenit: Any, rita: Any, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path / "var"
    ada = uuid4()
    three()
    trail.write("contact.told", by="Anna", subject_id=ada, facts={"name": "Ada"})
    archive = io.BytesIO()
    packing.pack(atap.place, archive)
    member = rita.member

    with inside(zenit):
        trail.write("member.signed_in", by=member.name)
        packing.unpack(archive, zenit.place, replace=True, then=lambda: trail.carry(by=member, arrival=uuid4()))

        own = list(Trail.objects.filter(book=zenit.pk).order_by("number").values_list("what", flat=True))
        [(_, facts)] = trail.read(Trail.objects.filter(what="contact.told"))
        assert own == ["member.signed_in", "trail.carried"]
        assert Trail.objects.filter(book=atap.pk).count() == 4
        assert facts == {"name": "Ada"}
        assert trail.verify().number == 2
