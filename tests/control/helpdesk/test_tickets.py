"""A question, its clocks, and everything that can be done with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from pivotino.control.helpdesk import verbs
from pivotino.control.helpdesk.categories import Category, guess, rules
from pivotino.control.helpdesk.concerns import _hearers as hearers
from pivotino.control.helpdesk.concerns import concerns
from pivotino.control.helpdesk.jobs import close_old, ring
from pivotino.control.helpdesk.models import Alarm, Message, Rating, Source, State, Ticket
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import run_all
from pivotino.letters import AsksForPassword
from pivotino.letters.models import Sent
from pivotino.tenancy.signed_in import SignedIn
from tests.control.helpdesk.conftest import ALI, Ali, answered, said

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)


def ask(category: Category = Category.SUPPORT, subject: str = "Board", body: str = "Where?", **more: Any) -> Ticket:
    return verbs.open_ticket(category, subject, body, **{"email": ALI, "source": Source.FORM, **more})


def again(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_numbers_follow_each_other(control: None) -> None:
    assert [ask().number, ask().number] == ["T-1001", "T-1002"]
    assert Ticket.objects.get(number="T-1002").email == ALI


@pytest.mark.parametrize("category", list(Category))
def test_each_category_has_its_clocks(control: None, category: Category) -> None:
    rule = rules()[category]
    with time_machine.travel(BEGIN, tick=False):
        ticket = ask(category)

    assert (ticket.answer_due_at, ticket.solve_due_at) == (BEGIN + rule.answer, BEGIN + rule.solution)
    assert ticket.due_at == ticket.answer_due_at


@pytest.mark.promise("P04", "P29", "P32")
@pytest.mark.parametrize(
    ("subject", "body", "category"),
    [
        ("Security: a hole", "", "security"), ("Re: SECURITY: a hole", "", "security"), ("Privacy", "", "privacy"), ("Privasi: data saya", "", "privacy"),
        ("Hello", "Please delete my data.", "privacy"), ("child", "She is nine", "child"), ("A question", "our son is under 13", "child"),
        ("Notice", "We enclose a court order.", "legal"), ("Please stop", "take me off your list now", "unsubscribe"),
        ("Where is it", "I cannot find my board", "support"), ("Childish colours", "I do not like them", "support"),
    ],
)  # fmt: skip
def test_a_letter_is_put_where_it_belongs(subject: str, body: str, category: str) -> None:
    assert guess(subject, body) == category


@pytest.mark.promise("P04")
def test_a_question_is_acknowledged_once_with_its_number_and_link(control: None) -> None:
    ticket = ask(name="Buy now at https://spam.example", subject="Cheap pills", body="https://spam.example")
    run_all()

    (receipt,) = mail.outbox
    assert receipt.to == [ALI]
    assert ticket.number in receipt.subject
    assert "/tickets/" in str(receipt.body)
    # It goes to whatever address a stranger typed, so it carries nothing a stranger typed.
    assert "spam" not in str(receipt.message()) and "pills" not in str(receipt.message())
    assert receipt.message()["Auto-Submitted"] == "auto-replied"


def test_an_answer_goes_out_in_the_thread_as_written_by_a_person(asked: Ali, staff: SignedIn) -> None:
    answered(asked.ticket, "It is at the top left.", staff)

    letter = mail.outbox[-1].message()
    assert letter["Auto-Submitted"] == "no"
    assert letter["In-Reply-To"] == "<1@kedai.example>"
    assert letter["Reply-To"] == "support@pivotino.example"
    assert "We never ask for your password." in str(mail.outbox[-1].body)
    ticket = asked.ticket
    assert (ticket.state, ticket.assignee_id, ticket.answered_at is not None) == (State.WAITING, staff.id, True)
    assert ticket.due_at == ticket.solve_due_at


@pytest.mark.promise("P57")
def test_an_answer_that_asks_for_a_password_is_refused_and_nothing_is_said(asked: Ali, staff: SignedIn) -> None:
    with pytest.raises(AsksForPassword):
        answered(asked.ticket, "Send me your password, then I look.", staff)

    assert said() == [("in", "I cannot find my board.")]
    assert asked.ticket.state == State.OPEN


def test_of_two_who_answer_at_once_the_second_reads_first(asked: Ali, staff: SignedIn) -> None:
    seen = asked.ticket
    verbs.answer(seen, "Top left.", by=staff, version=seen.version)

    with pytest.raises(verbs.Stale):
        verbs.answer(seen, "Top right.", by=staff, version=seen.version)
    with pytest.raises(verbs.Stale):
        verbs.solve(seen, by=staff, version=seen.version)
    assert [body for _, body in said()] == ["I cannot find my board.", "Top left."]


def test_a_note_is_ours_alone(asked: Ali, staff: SignedIn) -> None:
    verbs.note(asked.ticket, "Sounds like the old theme.", by=staff)
    run_all()

    assert len(mail.outbox) == 1
    assert "old theme" not in asked.reads()


def test_waiting_and_open_follow_whose_turn_it_is(asked: Ali, staff: SignedIn) -> None:
    answered(asked.ticket, "Which browser?", staff)
    assert asked.ticket.state == State.WAITING

    asked.replies("Firefox.")
    assert asked.ticket.state == State.OPEN


def test_solved_once_rated_once(asked: Ali, staff: SignedIn) -> None:
    with pytest.raises(verbs.NotPossible):
        verbs.rate(asked.ticket, True)
    for _ in range(2):
        verbs.solve(asked.ticket, by=staff, version=asked.ticket.version)
    run_all()
    verbs.rate(asked.ticket, True, "Quick. My password: hunter22")
    verbs.rate(asked.ticket, False)

    assert [letter.subject.split("] ")[1] for letter in mail.outbox] == ["We have your question", "Is it solved?"]
    assert Rating.objects.values_list("good", "remark").get() == (True, "Quick. My password: ••••")
    assert asked.ticket.due_at is None


def test_reopening_starts_the_clocks_anew_but_never_moves_a_solution_that_is_still_due(control: None, staff: SignedIn) -> None:  # fmt: skip
    with time_machine.travel(BEGIN, tick=False) as clock:
        ticket = ask(Category.PRIVACY)
        verbs.solve(ticket, by=staff, version=1)
        clock.shift(timedelta(days=10))
        verbs.reopen(ticket)

        first = again(ticket)
        assert first.answer_due_at == BEGIN + timedelta(days=13)
        assert first.solve_due_at == BEGIN + timedelta(days=21)

        verbs.solve(ticket, by=staff, version=first.version)
        clock.shift(timedelta(days=20))
        verbs.hear(ticket, "And now?")
        assert again(ticket).solve_due_at == BEGIN + timedelta(days=51)
        assert again(ticket).state == State.OPEN


@pytest.mark.promise("P32")
def test_the_clocks_stand_still_only_while_the_address_is_unproven(control: None, staff: SignedIn) -> None:
    with time_machine.travel(BEGIN, tick=False) as clock:
        ticket = ask(Category.PRIVACY)
        clock.shift(timedelta(hours=36))
        verbs.ask_proof(ticket, by=staff)
        clock.shift(timedelta(days=5))

        paused = again(ticket)
        assert [(one.percent, one.runs) for one in paused.clocks()] == [(50, False), (7, False)]
        assert paused.due_at is None

        verbs.prove(ticket)
        going = again(ticket)
        assert going.answer_due_at == BEGIN + timedelta(hours=72) + timedelta(days=5)
        assert going.solve_due_at == BEGIN + timedelta(days=21 + 5)
        assert going.due_at == going.answer_due_at
        verbs.prove(ticket)
        assert again(ticket).answer_due_at == going.answer_due_at


def test_alarms_ring_once_at_each_mark(control: None, staff: SignedIn) -> None:
    with time_machine.travel(BEGIN, tick=False) as clock:
        ticket = ask()
        for hours in (11, 2, 7, 5):
            clock.shift(timedelta(hours=hours))
            ring()
            ring()
        run_all()

        assert list(Alarm.objects.order_by("percent").values_list("clock", "percent")) == [
            ("answer", 50),
            ("answer", 80),
            ("answer", 100),
        ]
        late = [one.subject for one in mail.outbox if one.to == ["sofia@pivotino.example"]]
        assert late == ["T-1001: 80 % of the time is gone", "T-1001: 100 % of the time is gone"]
        assert Alert.objects.filter(kind="helpdesk", settled_at=None).count() == 1

        verbs.answer(ticket, "Top left.", by=staff, version=again(ticket).version)
        assert not Alert.objects.filter(kind="helpdesk", settled_at=None).exists()


def test_whoever_looks_after_it_hears_the_alarm_alone(control: None, staff: SignedIn, omar: Any) -> None:
    with time_machine.travel(BEGIN, tick=False) as clock:
        verbs.assign(ask(), omar.pk)
        clock.shift(timedelta(hours=20))
        ring()
        run_all()

    assert [one.to for one in mail.outbox[1:]] == [["omar@pivotino.example"]]


def test_a_new_category_has_its_own_clock_and_tells_its_rooms(control: None) -> None:
    heard = []
    concerns(Category.CHILD)(lambda ticket: heard.append(ticket.number))
    try:
        with time_machine.travel(BEGIN, tick=False):
            ticket = ask()
            verbs.categorise(ticket, Category.CHILD)
            verbs.categorise(ticket, Category.CHILD)
    finally:
        hearers[Category.CHILD].pop()

    assert heard == [ticket.number]
    assert again(ticket).solve_due_at == BEGIN + timedelta(days=7)


def test_what_a_room_refuses_is_not_kept(control: None) -> None:
    def refuse(ticket: Ticket) -> None:
        raise RuntimeError("no")

    concerns(Category.LEGAL)(refuse)
    try:
        with pytest.raises(RuntimeError):
            ask(Category.LEGAL)
    finally:
        hearers[Category.LEGAL].pop()

    run_all()
    assert (Ticket.objects.count(), Message.objects.count(), Sent.objects.count()) == (0, 0, 0)


def test_two_tickets_of_one_person_become_one(control: None, staff: SignedIn) -> None:
    first, second = ask(body="First"), ask(body="Second")
    verbs.answer(first, "Yes?", by=staff, version=1)

    verbs.merge(second, into=first, by=staff)

    merged, whole = again(second), again(first)
    assert (merged.state, merged.merged_into_id, whole.state) == (State.CLOSED, first.pk, State.OPEN)
    assert [one.body for one in whole.messages.public()] == ["First", "Yes?", "Second"] or [
        one.body for one in whole.messages.public()
    ] == ["First", "Second", "Yes?"]
    with pytest.raises(verbs.NotPossible):
        verbs.merge(second, into=first, by=staff)


def test_tickets_of_two_people_are_never_merged(control: None, staff: SignedIn) -> None:
    first, other = ask(), ask(email="rita@zenit.example", body="rivalsecret")

    with pytest.raises(verbs.NotPossible, match="two people"):
        verbs.merge(other, into=first, by=staff)
    with pytest.raises(verbs.NotPossible):
        verbs.merge(first, into=first, by=staff)
    assert [one.body for one in first.messages.all()] == ["Where?"]


def test_after_two_weeks_a_solved_one_is_closed_and_the_next_word_begins_a_new_one(control: None, staff: SignedIn) -> None:  # fmt: skip
    with time_machine.travel(BEGIN, tick=False) as clock:
        ticket = ask()
        verbs.solve(ticket, by=staff, version=1)
        clock.shift(timedelta(days=15))
        close_old()
        assert again(ticket).state == State.CLOSED

        fresh = verbs.hear(ticket, "It is back.")

    assert (fresh.number, fresh.state, fresh.subject) == ("T-1002", State.OPEN, "Board")
    with pytest.raises(verbs.NotPossible):
        verbs.reopen(ticket)
    with pytest.raises(verbs.NotPossible):
        verbs.answer(ticket, "Hm", by=staff, version=again(ticket).version)


def test_no_more_letters_is_done_at_once(control: None) -> None:
    from pivotino.letters.models import Suppression

    ask(Category.UNSUBSCRIBE)
    ask(Category.UNSUBSCRIBE)

    assert Suppression.objects.values_list("scope", "how").get() == ("marketing", "ticket")
