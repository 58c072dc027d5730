"""Planning, doing, moving and giving up; what lists show, and to whom."""

from datetime import time
from importlib import import_module

import pytest

from pivotino.instance.activities import lists
from pivotino.instance.activities.models import Activity, ActivityKind, NotOpen
from pivotino.instance.history import sql
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import record, take_back
from pivotino.instance.history.sentences import sentence_of
from pivotino.instance.members.models import Company
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.refusals import Gone, NotYours
from tests.cast import Instance, Person
from tests.instance.pipeline.world import DAY, days, fresh, last, on, planned, right_totals


@pytest.fixture
def card(in_atap: Instance, anna: Person, bruno: Person) -> Opportunity:
    with on(DAY):
        return Opportunity.open("Roof for the clinic", by=anna.member, owner=bruno.member)


def test_seven_kinds_are_there_and_all_have_the_company_delay(in_atap: Instance) -> None:
    kinds = list(ActivityKind.objects.values_list("key", "days"))

    assert kinds == [(key, 7) for key in ("first", "todo", "call", "email", "meeting", "visit", "upload")]
    assert "first" not in ActivityKind.objects.offered().values_list("key", flat=True)


def test_the_next_step_is_the_earliest_one_with_a_time_before_those_without(card: Opportunity, bruno: Person) -> None:
    with on(DAY):
        Activity.plan(card, kind="email", by=bruno.member, due_on=DAY + days(1), summary="Send photos")
        Activity.plan(
            card, kind="call", by=bruno.member, due_on=DAY + days(1), due_time=time(9), summary="Ask for drawings"
        )

    one = fresh(card)
    assert (one.next_on, one.next_kind, one.next_summary) == (DAY + days(1), "call", "Ask for drawings")
    assert (one.open_others, one.open_names) == (2, "Call “Ask for drawings”, Email “Send photos”")
    assert right_totals()


def test_the_card_knows_the_time_of_its_next_step_as_long_as_there_is_one(card: Opportunity, bruno: Person) -> None:
    with on(DAY):
        call = Activity.plan(card, kind="call", by=bruno.member, due_on=DAY, due_time=time(14, 30))
        midnight = Activity.plan(card, kind="call", by=bruno.member, due_on=DAY, due_time=time(0))
        assert fresh(card).next_time == "00:00"
        midnight.complete(by=bruno.member)
        assert fresh(card).next_time == "14:30"
        moved = call.reschedule(by=bruno.member, due_on=DAY)
        assert fresh(card).next_time == "24:00"
        take_back(moved, by=bruno.member)
        assert fresh(card).next_time == "14:30"
        call.cancel(by=bruno.member)

    assert (fresh(card).next_kind, fresh(card).next_time) == ("first", "24:00")


def test_what_was_planned_before_cards_knew_times_is_told_to_them(card: Opportunity, bruno: Person) -> None:
    with on(DAY):
        for due_time in (None, time(16), time(9, 5)):
            Activity.plan(card, kind="call", by=bruno.member, due_on=DAY, due_time=due_time)
        Activity.plan(card, kind="call", by=bruno.member, due_on=DAY, due_time=time(8)).cancel(by=bruno.member)
        other = Opportunity.open("Without a time", by=bruno.member)
    Opportunity.objects.update(next_time="12:34")

    sql.run(import_module("pivotino.instance.activities.migrations.0002_times_of_cards").TIMES)

    assert (fresh(card).next_time, fresh(other).next_time) == ("09:05", "24:00")


def test_a_done_one_is_kept_with_its_feedback_and_leaves_the_card(card: Opportunity, bruno: Person) -> None:
    with on(DAY):
        call = Activity.plan(card, kind="call", by=bruno.member, due_on=DAY)
        event = call.complete(by=bruno.member, feedback=" They want tiles ")

    done = Activity.objects.done().get()
    assert (done.feedback, done.done_by) == ("They want tiles", bruno.member)
    assert fresh(card).next_kind == "first"
    assert sentence_of(event).words == "finished Call"
    assert sentence_of(event).text == "They want tiles"


def test_nothing_is_done_twice(card: Opportunity, bruno: Person) -> None:
    call = Activity.plan(card, kind="call", by=bruno.member)
    call.complete(by=bruno.member)
    with pytest.raises(NotOpen, match="done already"):
        call.cancel(by=bruno.member)
    other = Activity.plan(card, kind="call", by=bruno.member)
    other.cancel(by=bruno.member)
    with pytest.raises(NotOpen, match="cancelled already"):
        other.reschedule(by=bruno.member, due_on=DAY)


def test_who_may_not_see_the_card_plans_nothing_on_it(card: Opportunity, carla: Person, anna: Person) -> None:
    with pytest.raises(NotYours):
        Activity.plan(card, kind="call", by=carla.member)

    given = Activity.plan(card, kind="call", by=anna.member, assigned_to=carla.member)
    given.complete(by=carla.member)
    assert not fresh(card).open_others


def test_a_removed_card_takes_no_plans_and_hides_its_own(card: Opportunity, anna: Person, bruno: Person) -> None:
    card.remove(by=anna.member)

    with pytest.raises(Gone):
        Activity.plan(card, kind="call", by=anna.member)
    page = lists.activities(bruno.member)
    assert (page.counts, page.groups) == (lists.Counts(0, 0, 0, 0), [])


def test_a_user_counts_own_ones_and_an_owner_everybodys(
    card: Opportunity, anna: Person, bruno: Person, carla: Person
) -> None:
    with on(DAY):
        for late in (-2, 0, 0, 5):
            Activity.plan(card, kind="call", by=bruno.member, due_on=DAY + days(late))
        Activity.plan(card, kind="visit", by=anna.member, due_on=DAY, assigned_to=carla.member)

        his = lists.activities(bruno.member)
        assert his.counts == lists.Counts(all=5, overdue=1, today=2, coming=2)
        assert lists.activities(anna.member, mine=True).counts == lists.Counts(0, 0, 0, 0)
        assert lists.activities(anna.member).counts == lists.Counts(all=6, overdue=1, today=3, coming=2)
        assert [len(group.rows) for group in his.groups] == [1, 2, 1, 1]
        late = lists.activities(bruno.member, show="overdue")
        assert [row.kind for group in late.groups for row in group.rows] == ["Call"]


def test_a_list_never_names_a_card_one_may_not_see(
    card: Opportunity, anna: Person, bruno: Person, carla: Person
) -> None:
    Activity.plan(card, kind="visit", by=anna.member, assigned_to=carla.member)

    hers = lists.activities(carla.member).groups[0].rows[0]
    his = lists.activities(bruno.member).groups[0].rows[0]
    assert (hers.card, hers.opportunity) == ("A colleague's card", None)
    assert (his.card, his.opportunity) == ("Roof for the clinic", card.pk)


def test_saving_the_companys_days_rewrites_every_delay(in_atap: Instance, anna: Person) -> None:
    class Office:
        kind, owner_id = "company", None

        def __init__(self, pk: object) -> None:
            self.pk = pk

    Company.objects.update(days_due=2)
    record("company.changed", Office(Company.objects.get().pk), by=anna.member)

    assert set(ActivityKind.objects.values_list("days", flat=True)) == {2}


def test_each_deed_is_told_on_the_card(card: Opportunity, bruno: Person) -> None:
    with on(DAY):
        call = Activity.plan(card, kind="call", by=bruno.member, due_on=DAY + days(1), summary="Drawings")
        call.reschedule(by=bruno.member, due_on=DAY + days(2))
        call.edit(by=bruno.member, summary="Floor plans")
        call.cancel(by=bruno.member)

    told = Event.objects.filter(subject_id=card.pk, verb__startswith="activity.", by=bruno.member).order_by("pk")
    assert [sentence_of(event).words for event in told] == [
        "planned Call “Drawings” for 3 Mar 2026", "moved Call “Drawings” to 4 Mar 2026", "changed Call “Floor plans”",
        "cancelled Call “Floor plans”",
    ]  # fmt: skip
    assert planned(card) == [("First Activity", DAY + days(7))]
    assert last(card, "activity.cancelled").subject_kind == "opportunity"
