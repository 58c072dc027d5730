"""Taking back and repeating: everything is exactly as it was, what rules did included."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from pivotino.instance.activities.models import Activity
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, take_back
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Note, Opportunity, Outcome, StageDue, StageTotal, Stay
from tests.cast import Instance, Person
from tests.instance.pipeline.world import DAY, days, fresh, last, on, planned, reason, right_totals, stage

EXCEPT = {"version", "id"}


def picture(card: Opportunity) -> dict[str, Any]:
    """Everything that is kept of a card, as it is now."""
    one = Opportunity.objects.get(pk=card.pk)
    rows = {
        column.attname: getattr(one, column.attname)
        for column in Opportunity._meta.concrete_fields
        if column.attname not in EXCEPT
    }
    beside: dict[str, Any] = {"row": rows, "tags": one.tag_names()}
    for model in (Stay, Outcome, Activity):
        beside[model.__name__] = sorted(
            model._default_manager.filter(opportunity=card).values(), key=lambda row: row["id"]
        )
    beside["totals"] = sorted(
        StageTotal.objects.exclude(count=0).values_list("stage", "owner_key", "count", "base_minor", "weighted")
    )
    beside["dues"] = sorted(StageDue.objects.exclude(count=0).values_list("stage", "owner_key", "due_on", "count"))
    doc = apps.get_model("history", "SearchDoc")
    beside["search"] = list(doc._default_manager.filter(subject_id=card.pk).values_list("owner_id", "text"))
    return beside


@pytest.fixture
def card(in_atap: Instance, anna: Person, bruno: Person) -> Opportunity:
    with on(DAY):
        return Opportunity.open("Roof for the clinic", by=anna.member, amount_minor=500_00, tags=["roof"])


Deed = Callable[[Opportunity, Member], Any]


def call(card: Opportunity, by: Member) -> Activity:
    return Activity.objects.open().filter(opportunity=card, kind__key="call").first() or Activity.plan(
        card, kind="call", by=by
    )


DEEDS: dict[str, tuple[str, Deed]] = {
    "move": ("opportunity.moved", lambda card, by: card.move_to(stage("Follow Up"), version=None, by=by)),
    "order": ("opportunity.ordered", lambda card, by: card.move_to(stage("New"), version=None, by=by)),
    "win": ("opportunity.won", lambda card, by: card.win(by=by)),
    "lose": ("opportunity.lost", lambda card, by: card.lose(reason=reason(), note="No", by=by)),
    "edit": (
        "opportunity.edited",
        lambda card, by: card.edit(version=None, by=by, amount_minor=1, title="X", expected_closing=DAY),
    ),
    "give": (
        "opportunity.edited",
        lambda card, by: card.edit(version=None, by=by, owner=Member.objects.get(name="Bruno Sales")),
    ),
    "tag": ("opportunity.tagged", lambda card, by: card.tag(["urgent", "solar"], by=by)),
    "remove": ("opportunity.removed", lambda card, by: card.remove(by=by)),
    "plan": ("activity.planned", lambda card, by: Activity.plan(card, kind="call", by=by, due_on=DAY + days(30))),
    "complete": ("activity.completed", lambda card, by: Activity.objects.open().get(kind__key="first").complete(by=by)),
    "reschedule": (
        "activity.rescheduled",
        lambda card, by: Activity.objects.open().get(kind__key="first").reschedule(by=by, due_on=DAY + days(40)),
    ),
    "cancel": ("activity.cancelled", lambda card, by: Activity.objects.open().get(kind__key="first").cancel(by=by)),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_was_done_is_taken_back_and_repeated_exactly(card: Opportunity, anna: Person, deed: str) -> None:
    verb, do = DEEDS[deed]
    with on(DAY + days(3)):
        before = picture(card)
        do(card, anna.member)
        after = picture(card)

        answer = take_back(last(card, verb), by=anna.member)
        assert picture(card) == before

        again = take_back(answer, by=anna.member)
        assert picture(card) == after

        take_back(again, by=anna.member)
        assert picture(card) == before
    assert right_totals()


def test_a_reopening_is_taken_back(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(3)):
        card.move_to(stage("Quotation"), version=None, by=anna.member)
        card.lose(reason=reason(), note="No", by=anna.member)
        before = picture(card)
        event = card.reopen(by=anna.member)
        after = picture(card)

        answer = take_back(event, by=anna.member)
        assert picture(card) == before
        take_back(answer, by=anna.member)
        assert picture(card) == after
    assert right_totals()


def test_opening_is_taken_back_and_repeated(card: Opportunity, anna: Person) -> None:
    before = picture(card)
    answer = take_back(last(card, "opportunity.created"), by=anna.member)

    assert not Opportunity.objects.visible_to(anna.member).exists()
    assert not Activity.objects.filter(opportunity=card).exists()
    assert right_totals()

    take_back(answer, by=anna.member)
    assert picture(card) == before


def test_a_note_is_taken_back_and_repeated(card: Opportunity, anna: Person) -> None:
    note = card.write_note("They like red tiles", by=anna.member)

    answer = take_back(last(card, "opportunity.noted"), by=anna.member)
    assert Note.objects.get(pk=note.pk).removed_at is not None
    take_back(answer, by=anna.member)
    assert Note.objects.get(pk=note.pk).removed_at is None


def test_several_steps_are_taken_back_one_after_the_other(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(1)):
        pictures, events = [], []
        for verb, do in (DEEDS["complete"], DEEDS["plan"], DEEDS["edit"], DEEDS["tag"]):
            pictures.append(picture(card))
            do(card, anna.member)
            events.append(last(card, verb))
        for event, before in zip(reversed(events), reversed(pictures), strict=True):
            take_back(event, by=anna.member)
            assert picture(card) == before


def test_another_persons_later_change_is_never_overwritten(card: Opportunity, anna: Person, bruno: Person) -> None:
    card.edit(version=None, by=anna.member, owner=bruno.member)
    moved = card.move_to(stage("Follow Up"), version=None, by=anna.member)
    card.edit(version=None, by=bruno.member, amount_minor=9_00)

    with pytest.raises(CannotUndo, match="Bruno Sales changed this since"):
        take_back(moved, by=anna.member)
    assert fresh(card).stage.name == "Follow Up"


def test_a_colleagues_note_is_no_change(card: Opportunity, anna: Person, bruno: Person) -> None:
    card.edit(version=None, by=anna.member, owner=bruno.member)
    moved = card.move_to(stage("Follow Up"), version=None, by=anna.member)
    card.write_note("Nice", by=bruno.member)

    take_back(moved, by=anna.member)
    assert fresh(card).stage.name == "New"


def test_what_a_colleague_took_back_stands_in_nobodys_way(card: Opportunity, anna: Person, bruno: Person) -> None:
    card.edit(version=None, by=anna.member, owner=bruno.member)
    moved = card.move_to(stage("Follow Up"), version=None, by=anna.member)
    edited = card.edit(version=None, by=bruno.member, amount_minor=9_00)
    assert edited is not None
    take_back(edited, by=bruno.member)

    take_back(moved, by=anna.member)
    assert fresh(card).stage.name == "New"


def test_a_move_whose_follow_up_was_done_is_not_taken_back(card: Opportunity, anna: Person) -> None:
    moved = card.move_to(stage("Follow Up"), version=None, by=anna.member)
    Activity.objects.open().get(kind__key="todo").complete(by=anna.member)
    before = picture(card)

    with pytest.raises(CannotUndo):
        take_back(moved, by=anna.member)
    assert picture(card) == before


def test_nothing_is_taken_back_twice(card: Opportunity, anna: Person) -> None:
    moved = card.move_to(stage("Follow Up"), version=None, by=anna.member)
    take_back(moved, by=anna.member)

    with pytest.raises(CannotUndo, match="already"):
        take_back(moved, by=anna.member)


def test_a_stranger_to_the_card_takes_nothing_back(card: Opportunity, anna: Person, bruno: Person) -> None:
    moved = card.move_to(stage("Follow Up"), version=None, by=anna.member)

    with pytest.raises(CannotUndo):
        take_back(moved, by=bruno.member)


def test_a_later_event_of_a_rule_tells_its_cause(card: Opportunity, anna: Person) -> None:
    moved = card.move_to(stage("Follow Up"), version=None, by=anna.member)

    followed = last(card, "activity.followed")
    assert followed.by is None
    assert followed.data["because"] == str(moved.pk)
    assert planned(card)[0][0] == "To Do"
    assert Event.objects.filter(subject_id=card.pk).count() == 4
