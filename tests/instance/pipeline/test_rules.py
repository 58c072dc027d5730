"""The rules R1 to R12 of the pipeline, and what was wrong with them once."""

from datetime import date

import pytest

from pivotino.instance.activities.models import Activity
from pivotino.instance.history.models import Event
from pivotino.instance.members.models import Company
from pivotino.instance.pipeline.jobs import give_up
from pivotino.instance.pipeline.models import LostReason, Opportunity, Outcome, Stay
from pivotino.instance.pipeline.refusals import (
    AlreadyClosed,
    ClosedStage,
    ClosingPassed,
    LostReasonNeeded,
    NotClosed,
    StillPlanned,
)
from tests.cast import Instance, Person
from tests.instance.pipeline.world import DAY, days, fresh, on, planned, reason, right_totals, stage, stays


@pytest.fixture
def card(in_atap: Instance, anna: Person) -> Opportunity:
    """A new opportunity of anna's, opened on DAY."""
    with on(DAY):
        return Opportunity.open("Roof for the clinic", by=anna.member, amount_minor=500_00)


def first(card: Opportunity) -> Activity:
    return Activity.objects.filter(opportunity=card).open().get(kind__key="first")


# R1


def test_a_new_opportunity_is_new_has_a_first_activity_and_closes_after_both_delays(card: Opportunity) -> None:
    one = fresh(card)

    assert (one.stage.name, one.probability) == ("New", 10)
    assert planned(one) == [("First Activity", DAY + days(7))]
    assert (one.next_on, one.next_kind, one.open_others) == (DAY + days(7), "first", 0)
    assert (one.expected_closing, one.manual_closing) == (DAY + days(14), False)
    assert stays(one) == [("New", True)]
    assert right_totals()


def test_a_new_opportunity_in_quotation_gets_a_to_do(in_atap: Instance, anna: Person) -> None:
    with on(DAY):
        one = Opportunity.open("Offer first", by=anna.member, stage=stage("Quotation"))

    assert planned(one) == [("To Do", DAY + days(7))]
    assert fresh(one).probability == 80


def test_a_new_opportunity_cannot_begin_won_or_lost(in_atap: Instance, anna: Person) -> None:
    with pytest.raises(ClosedStage):
        Opportunity.open("Too early", by=anna.member, stage=stage("Won"))

    assert Opportunity.objects.count() == 0


def test_the_first_activity_is_given_to_the_salesperson(in_atap: Instance, anna: Person, bruno: Person) -> None:
    one = Opportunity.open("For Bruno", by=anna.member, owner=bruno.member)

    assert Activity.objects.get(opportunity=one).assigned_to == bruno.member


# R2


def test_completing_the_first_activity_moves_a_new_opportunity_on_and_plans_a_follow_up(
    card: Opportunity, anna: Person
) -> None:
    with on(DAY + days(2)):
        first(card).complete(by=anna.member, feedback="They want tiles")

    one = fresh(card)
    assert (one.stage.name, one.probability) == ("First Activity", 25)
    assert planned(one) == [("To Do", DAY + days(9))]
    assert one.expected_closing == DAY + days(16)
    assert Activity.objects.done().get(opportunity=one).feedback == "They want tiles"
    assert right_totals()


def test_completing_a_first_activity_never_drags_a_later_opportunity_back(card: Opportunity, anna: Person) -> None:
    with on(DAY):
        late = Activity.plan(card, kind="first", by=anna.member)
        card.move_to(stage("Follow Up"), version=None, by=anna.member)
        late = Activity.plan(card, kind="first", by=anna.member)
        late.complete(by=anna.member)

    assert fresh(card).stage.name == "Follow Up"


def test_completing_the_last_first_activity_of_a_later_stage_plans_a_to_do(card: Opportunity, anna: Person) -> None:
    with on(DAY):
        card.move_to(stage("Follow Up"), version=None, by=anna.member)
        Activity.objects.open().get(kind__key="todo").complete(by=anna.member)
        Activity.plan(card, kind="first", by=anna.member).complete(by=anna.member)

    assert planned(card) == [("To Do", DAY + days(7))]


def test_completing_the_first_activity_leaves_other_to_dos_open(card: Opportunity, anna: Person) -> None:
    with on(DAY):
        Activity.plan(card, kind="todo", by=anna.member, due_on=DAY + days(3), summary="Send the photos")
        first(card).complete(by=anna.member)

    assert planned(card) == [("To Do", DAY + days(3))]
    assert fresh(card).stage.name == "First Activity"


# R3


def test_a_change_of_stage_ends_the_stay_and_completes_what_rules_planned(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(1)):
        card.move_to(stage("Follow Up"), version=card.version, by=anna.member)

    assert stays(card) == [("New", False), ("Follow Up", True)]
    assert planned(card) == [("To Do", DAY + days(8))]
    assert fresh(card).probability == 50
    assert right_totals()


def test_entering_a_stage_again_opens_a_new_stay_and_leaves_the_earlier_ones(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(1)):
        card.move_to(stage("Follow Up"), version=None, by=anna.member)
    first_end = Stay.objects.get(opportunity=card, stage__name="New").ended_at
    with on(DAY + days(5)):
        card.move_to(stage("New"), version=None, by=anna.member)
    with on(DAY + days(9)):
        card.move_to(stage("Follow Up"), version=None, by=anna.member)

    assert stays(card) == [("New", False), ("Follow Up", False), ("New", False), ("Follow Up", True)]
    assert Stay.objects.filter(opportunity=card, stage__name="New").earliest("started_at").ended_at == first_end


def test_the_probability_rises_to_the_floor_and_a_higher_one_stays(card: Opportunity, anna: Person) -> None:
    card.edit(version=None, by=anna.member, probability=90)

    card.move_to(stage("Quotation"), version=None, by=anna.member)

    assert fresh(card).probability == 90


# R4


@pytest.mark.parametrize("end", ["win", "lose", "drag to Won", "drag to Lost"])
def test_closing_is_refused_while_a_person_has_something_planned(card: Opportunity, anna: Person, end: str) -> None:
    call = Activity.plan(card, kind="call", by=anna.member, summary="Ask for the drawings")

    def close() -> None:
        if end == "win":
            card.win(by=anna.member)
        elif end == "lose":
            card.lose(reason=reason(), by=anna.member)
        else:
            card.move_to(stage(end.removeprefix("drag to ")), version=None, by=anna.member, reason=reason())

    with pytest.raises(StillPlanned) as refused:
        close()
    assert refused.value.message == "Call “Ask for the drawings” is still open. Finish or cancel it first."
    assert fresh(card).stage.name == "New"

    call.cancel(by=anna.member)
    close()
    assert fresh(card).is_closed
    assert right_totals()


def test_cancelling_the_call_lets_it_be_won_with_everything_filled(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(3)):
        call = Activity.plan(card, kind="call", by=anna.member)
        call.cancel(by=anna.member)
        card.move_to(stage("Follow Up"), version=None, by=anna.member)
    with on(DAY + days(10)):
        card.win(by=anna.member)

    one = fresh(card)
    assert (one.stage.name, one.probability, one.days_to_win) == ("Won", 100, 10)
    assert stays(one) == [("New", False), ("Follow Up", False), ("Won", False)]
    assert planned(one) == []


# R5


def test_a_move_plans_no_follow_up_while_something_else_is_planned(card: Opportunity, anna: Person) -> None:
    with on(DAY):
        Activity.plan(card, kind="meeting", by=anna.member, due_on=DAY + days(4))
        card.move_to(stage("Follow Up"), version=None, by=anna.member)

    assert planned(card) == [("Meeting", DAY + days(4))]


def test_no_follow_up_is_planned_on_a_lost_opportunity(card: Opportunity, anna: Person) -> None:
    card.lose(reason=reason(), by=anna.member)

    assert planned(card) == []


# R6


def test_reopening_needs_a_future_closing_only_when_it_has_passed(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(1)):
        card.lose(reason=reason(), by=anna.member)
        card.reopen(by=anna.member)
    assert (fresh(card).stage.name, fresh(card).is_closed) == ("New", False)

    with on(DAY + days(2)):
        card.lose(reason=reason(), by=anna.member)
    with on(DAY + days(60)):
        with pytest.raises(ClosingPassed):
            card.reopen(by=anna.member)
        with pytest.raises(ClosingPassed):
            card.reopen(by=anna.member, expected_closing=DAY + days(60))
        card.reopen(by=anna.member, expected_closing=DAY + days(61))
    assert (fresh(card).expected_closing, fresh(card).manual_closing) == (DAY + days(61), True)
    assert right_totals()


def test_dragging_out_of_lost_reopens_where_it_was_dropped(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(1)):
        card.lose(reason=reason(), note="Too dear", by=anna.member)
        card.move_to(stage("Follow Up"), version=None, by=anna.member)

    assert fresh(card).stage.name == "Follow Up"
    assert not Outcome.objects.filter(opportunity=card).exists()


def test_what_is_reopened_today_is_not_lost_again_at_midnight(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(1)):
        card.lose(reason=reason(), by=anna.member)
        card.reopen(by=anna.member)
    with on(DAY + days(2), "00:00"):
        give_up()

    assert not fresh(card).is_closed


def test_reopening_clears_the_loss_and_history_keeps_it(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(1)):
        card.lose(reason=reason("Timing"), note="Next year", by=anna.member)
        card.reopen(by=anna.member)

    one = fresh(card)
    assert (one.closed_at, one.days_to_win) == (None, None)
    assert not Outcome.objects.filter(opportunity=card).exists()
    lost = Event.objects.get(subject_id=card.pk, verb="opportunity.lost")
    assert (lost.data["reason"], lost.data["note"]) == ("Timing", "Next year")


def test_an_open_opportunity_cannot_be_reopened(card: Opportunity, anna: Person) -> None:
    with pytest.raises(NotClosed):
        card.reopen(by=anna.member)


# R7, R8


def test_the_closing_follows_the_latest_activity_and_no_earlier_one(card: Opportunity, anna: Person) -> None:
    with on(DAY):
        late = Activity.plan(card, kind="call", by=anna.member, due_on=DAY + days(20))
        assert fresh(card).expected_closing == DAY + days(27)
        Activity.plan(card, kind="email", by=anna.member, due_on=DAY + days(2))
        assert fresh(card).expected_closing == DAY + days(27)
        late.reschedule(by=anna.member, due_on=DAY + days(30))

    assert fresh(card).expected_closing == DAY + days(37)


def test_a_closing_set_by_a_person_stays(card: Opportunity, anna: Person) -> None:
    with on(DAY):
        card.edit(version=card.version, by=anna.member, expected_closing=DAY + days(90))
        Activity.plan(card, kind="call", by=anna.member, due_on=DAY + days(20))

    assert (fresh(card).expected_closing, fresh(card).manual_closing) == (DAY + days(90), True)


def test_marking_lost_does_not_make_the_closing_manual(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(1)):
        card.lose(reason=reason(), by=anna.member)
        assert (fresh(card).expected_closing, fresh(card).manual_closing) == (DAY + days(1), False)
        card.reopen(by=anna.member)

    assert fresh(card).expected_closing == DAY + days(15), "the follow-up of today sets it anew"


# R9


def test_at_night_what_should_have_closed_is_lost_for_poor_follow_up(card: Opportunity, anna: Person) -> None:
    with on(DAY):
        Activity.plan(card, kind="call", by=anna.member, due_on=DAY + days(1))
        later = Opportunity.open("Later", by=anna.member)
        later.edit(version=None, by=anna.member, expected_closing=DAY + days(15))
    with on(DAY + days(13)):
        assert give_up() == 0
    with on(DAY + days(14), "00:00"):
        assert give_up() == 1
        assert give_up() == 0

    one = fresh(card)
    assert (one.stage.name, one.probability, one.manual_closing) == ("Lost", 0, False)
    assert one.outcome.reason is not None and one.outcome.reason.name == "Poor follow-up time"
    assert planned(one) == [("Call", DAY + days(1))]
    assert not fresh(later).is_closed
    assert right_totals()


def test_the_night_catches_up_and_reads_the_company_day(card: Opportunity) -> None:
    with on(DAY + days(13), "23:59"):
        assert give_up() == 0
    with on(DAY + days(40), "00:00"):
        assert give_up() == 1


def test_the_night_works_without_its_reason(card: Opportunity) -> None:
    LostReason.objects.filter(name="Poor follow-up time").delete()

    with on(DAY + days(14)):
        assert give_up() == 1


def test_the_night_takes_many_in_chunks(in_atap: Instance, anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pivotino.instance.pipeline.jobs.CHUNK", 2)
    with on(DAY):
        for number in range(5):
            Opportunity.open(f"Number {number}", by=anna.member)
    with on(DAY + days(14)):
        assert give_up() == 5
    assert right_totals()


# R10, R11


def test_losing_needs_a_reason_and_is_refused_twice(card: Opportunity, anna: Person) -> None:
    with pytest.raises(LostReasonNeeded):
        card.lose(reason=None, by=anna.member)
    card.lose(reason=reason(), by=anna.member)
    with pytest.raises(AlreadyClosed) as refused:
        card.lose(reason=reason(), by=anna.member)

    assert refused.value.message == "“Roof for the clinic” is already lost."


def test_losing_keeps_where_it_stood_and_when(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(3)):
        card.move_to(stage("Quotation"), version=None, by=anna.member)
        card.lose(reason=reason("Product pricing"), note="  Half the price elsewhere ", by=anna.member)

    outcome = fresh(card).outcome
    assert outcome.stage_before is not None
    assert (outcome.kind, outcome.stage_before.name, outcome.closed_on) == ("lost", "Quotation", date(2026, 3, 5))
    assert (outcome.note, outcome.reason) == ("Half the price elsewhere", reason("Product pricing"))


def test_lost_time_does_not_count_into_days_to_win(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(5)):
        card.lose(reason=reason(), by=anna.member)
    with on(DAY + days(12)):
        card.reopen(by=anna.member, expected_closing=DAY + days(40))
    with on(DAY + days(14)):
        card.win(by=anna.member)

    assert fresh(card).days_to_win == 5 + 2


def test_a_won_one_without_an_order_keeps_its_amount(card: Opportunity, anna: Person) -> None:
    card.win(by=anna.member)

    assert fresh(card).base_minor == 500_00


def test_from_lost_to_won_and_back_open_leads_to_where_work_was(card: Opportunity, anna: Person) -> None:
    with on(DAY + days(1)):
        card.move_to(stage("Follow Up"), version=None, by=anna.member)
        card.lose(reason=reason(), by=anna.member)
        card.win(by=anna.member)
        card.reopen(by=anna.member, expected_closing=DAY + days(30))

    assert fresh(card).stage.name == "Follow Up"
    assert right_totals()


# the company's days


def test_the_company_days_decide_delay_and_closing(in_atap: Instance, anna: Person) -> None:
    from pivotino.instance.activities.models import ActivityKind
    from pivotino.instance.activities.reactions import take_over_delay

    Company.objects.update(days_due=2, days_to_lost=14)
    take_over_delay()
    with on(DAY):
        one = Opportunity.open("Quick", by=anna.member)

    assert set(ActivityKind.objects.values_list("days", flat=True)) == {2}
    assert fresh(one).next_on == DAY + days(2)
    assert fresh(one).expected_closing == DAY + days(16)
