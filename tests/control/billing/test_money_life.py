"""From the trial to the end, and back at any stage."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from pivotino.control.billing import endings, owing
from pivotino.control.billing.jobs import look_at_the_dates
from pivotino.control.billing.models import Arrears, Buyer
from pivotino.control.billing.queries import book, next_bill
from pivotino.control.billing.wishes import Wish
from pivotino.control.payments.provider import Line, Order
from pivotino.control.subscriptions.models import Plan, Subscription
from pivotino.jobs.testing import run_all
from pivotino.tenancy.freezing import Reason, freeze, reasons
from pivotino.tenancy.models import Instance
from tests.cast import Person
from tests.control.billing.fake import Fake

pytestmark = pytest.mark.usefixtures("control")
ANNA = "anna@atap-suria.example"


def subjects(to: str = ANNA) -> list[str]:
    return [str(letter.subject) for letter in mail.outbox if letter.to == [to]]


def a_look() -> None:
    """The clock's job, and what it put in line."""
    look_at_the_dates()
    run_all()


def state(instance: Instance) -> str:
    return book(instance).standing.state


@pytest.mark.promise("A25")
@pytest.mark.usefixtures("anna")
def test_a_card_that_stays_declined_ends_read_only_with_a_letter_at_each_stage(
    team: Instance, fake: Fake, paying: Order
) -> None:
    mail.outbox.clear()
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        fake.fail(team, paying)
        run_all()
        assert (state(team), reasons(team)) == ("past_due", [])
        clock.move_to(start + timedelta(days=6, hours=23))
        a_look()
        assert state(team) == "past_due"

        clock.move_to(start + timedelta(days=7, hours=1))
        a_look()
        assert (state(team), reasons(team)) == ("grace", [])

        clock.move_to(start + timedelta(days=21, hours=1))
        a_look()
        assert (state(team), reasons(team)) == ("suspended", [Reason.UNPAID])

        clock.move_to(start + timedelta(days=44, hours=1))
        a_look()
        assert state(team) == "suspended"

        clock.move_to(start + timedelta(days=51, hours=1))
        a_look()
        assert state(team) == "terminated"
        assert Reason.UNPAID in reasons(team)

    assert subjects()[:4] == [
        "A payment for Atap Suria Sdn Bhd did not go through", "Atap Suria Sdn Bhd is still unpaid",
        "Atap Suria Sdn Bhd can only be read now", "Atap Suria Sdn Bhd ends in a week",
    ]  # fmt: skip
    assert len(subjects()) == 5  # the last is about leaving, with all its days


def test_every_letter_says_all_the_days(team: Instance, fake: Fake, paying: Order) -> None:
    mail.outbox.clear()
    with time_machine.travel("2026-12-01T09:00:00Z", tick=False):
        fake.fail(team, paying)
        run_all()

    body = str(mail.outbox[0].body)
    assert "Open amount: RM 195.00" in body
    assert "Tried again until: 8 Dec 2026" in body
    assert "Read-only from: 22 Dec 2026" in body
    assert "The subscription ends on: 21 Jan 2027" in body


@pytest.mark.parametrize("days", [0, 8, 22, 60])
def test_a_payment_at_any_stage_brings_everything_back_at_once(
    team: Instance, fake: Fake, paying: Order, days: int
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        bill = fake.fail(team, paying)
        for day in range(0, days, 4):
            clock.move_to(start + timedelta(days=day, hours=1))
            a_look()
        mail.outbox.clear()

        fake.pay(team, paying, bill)
        run_all()

    assert (state(team), reasons(team)) == ("active", [])
    assert "Nothing is owed for Atap Suria Sdn Bhd any more" in subjects()
    assert Arrears.objects.get().settled_how == "paid"


def test_who_is_told_of_an_end_is_told_of_the_return(team: Instance, fake: Fake, paying: Order) -> None:
    heard: list[Any] = []
    endings.on_end(lambda instance, arrears: heard.append(("ended", instance.slug)))
    endings.on_return(lambda instance: heard.append(("returned", instance.slug)))
    try:
        bill = fake.fail(team, paying)
        Arrears.objects.update(stage="suspended", warned=True)
        with time_machine.travel(timezone.now() + timedelta(days=52)):
            a_look()
            fake.pay(team, paying, bill)
    finally:
        endings._ends.pop()
        endings._returns.pop()

    assert heard == [("ended", "atap-suria"), ("returned", "atap-suria")]


def test_where_nobody_takes_over_the_end_is_still_told(
    team: Instance, fake: Fake, paying: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endings, "_ends", [])
    fake.fail(team, paying)
    Arrears.objects.update(stage="suspended", warned=True)
    with time_machine.travel(timezone.now() + timedelta(days=52)):
        a_look()

    assert subjects()[-1] == "The subscription of Atap Suria Sdn Bhd has ended"


def test_a_clock_that_stood_still_costs_nobody_days(team: Instance, fake: Fake, paying: Order) -> None:
    fake.fail(team, paying)
    late = timezone.now() + timedelta(days=40)
    with time_machine.travel(late, tick=False):
        a_look()
        a_look()

        row = Arrears.objects.get()
        assert row.stage == "grace"
        assert row.read_only_from - late == timedelta(days=14)
        assert row.ends_at - row.read_only_from == timedelta(days=30)


@override_settings(SELLER=None)
def test_days_that_were_told_do_not_change_with_the_settings(team: Instance) -> None:
    began = timezone.now()
    Arrears.objects.create(instance=team, bill_ref="in_x", amount_minor=5, currency="MYR", began_at=began, grace_from=began + timedelta(days=1),
                           read_only_from=began + timedelta(days=2), ends_at=began + timedelta(days=3))  # fmt: skip
    with time_machine.travel(began + timedelta(days=1, hours=1)):
        owing.go_on(Arrears.objects.get().pk)

    assert Arrears.objects.get().stage == "grace"


def test_the_same_failure_told_twice_and_out_of_order_is_one(team: Instance, fake: Fake, paying: Order) -> None:
    bill = fake.fail(team, paying)
    fake.tell("bill.failed", team, bill=bill)
    paid = fake.pay(team, paying, bill)
    fake.tell("bill.failed", team, bill=paid)
    fake.tell("bill.paid", team, bill=paid)
    run_all()

    assert Arrears.objects.count() == 1
    assert state(team) == "active"
    assert len([subject for subject in subjects() if "receipt" in subject]) == 1


def test_staff_may_put_off_and_waive_and_say_why(team: Instance, fake: Fake, paying: Order) -> None:
    fake.fail(team, paying)
    before = Arrears.objects.get()

    owing.put_off(team, days=10, by="farah", why="their bank moved")
    after = Arrears.objects.get()
    assert [after.grace_from - before.grace_from, after.ends_at - before.ends_at] == [timedelta(days=10)] * 2

    owing.waive(team, by="farah", why="ticket 3")
    row = Arrears.objects.get()
    assert (row.settled_how, row.settled_by, row.why) == ("waived", "farah", "ticket 3")
    assert owing.waive(team, by="farah", why="again") is None


def test_an_order_that_the_provider_ends_while_unpaid_keeps_the_days_that_were_told(
    team: Instance, fake: Fake, paying: Order
) -> None:
    fake.fail(team, paying)
    gone = fake.cancel(paying.ref, at_period_end=False, key="x")
    fake.tell("order.changed", team, order=gone)

    assert state(team) == "past_due"


def test_an_order_that_says_unpaid_is_believed_and_its_bill_tells_the_amount(
    team: Instance, fake: Fake, paying: Order
) -> None:
    bill = fake.bill_for(paying, total_minor=20000)
    late = fake._put(replace(paying, status="past_due", latest_invoice_ref=bill.ref))
    fake.tell("order.changed", team, order=late)
    assert Arrears.objects.get().amount_minor == 5 * 3900

    fake.tell("bill.failed", team, bill=bill)

    row = Arrears.objects.get()
    assert (row.amount_minor, row.pay_at) == (20000, bill.hosted_url)


def test_a_first_payment_that_fails_owes_nothing(team: Instance, fake: Fake) -> None:
    order = fake.begin(team, Wish.read("team-monthly.MYR.5").lines(None), status="incomplete")
    fake.tell("bill.failed", team, bill=fake.bill_for(order))

    assert (Arrears.objects.count(), Subscription.objects.of(team)) == (0, None)


# --- orders


@pytest.mark.promise("A23")
def test_an_end_that_arrives_before_the_beginning_stays_an_end(team: Instance, fake: Fake) -> None:
    order = fake._put(Order(ref="sub_x", customer_ref="c", status="canceled", lines=Wish.read("team-monthly.MYR.5").lines(None),
                            period_from=timezone.now(), period_until=timezone.now(), updated_at=timezone.now()))  # fmt: skip
    fake.tell("order.changed", team, order=order)
    fake.tell("checkout.completed", team, order=order)

    assert not Subscription.objects.filter(instance=team, plan__kind="paid").exists()


def test_an_old_order_does_not_end_a_new_one(team: Instance, fake: Fake, paying: Order) -> None:
    gone = fake.cancel(paying.ref, at_period_end=False, key="x")
    fake.tell("order.changed", team, order=gone)
    assert state(team) == "free"
    fake.begin(team, Wish.read("team-yearly.MYR.4").lines(None))

    fake.tell("order.changed", team, order=gone)

    assert state(team) == "active"


def test_a_cancelled_order_runs_to_its_end_and_then_is_free(team: Instance, fake: Fake, paying: Order) -> None:
    fake.tell("order.changed", team, order=fake.cancel(paying.ref, key="x"))
    run_all()
    assert state(team) == "ending"
    assert "The plan of Atap Suria Sdn Bhd will end" in subjects()
    assert next_bill(team) is None

    with time_machine.travel(paying.period_until + timedelta(minutes=1)):
        assert state(team) == "free"
        fake.tell("order.changed", team, order=fake.cancel(paying.ref, at_period_end=False, key="y"))
        assert state(team) == "free"


def test_who_leaves_is_told_of_leaving_and_of_no_free_plan(
    team: Instance, anna: Person, fake: Fake, paying: Order
) -> None:
    freeze(team, Reason.LEAVING)
    fake.tell("order.changed", team, order=fake.cancel(paying.ref, key="x"))
    run_all()

    assert subjects() == []
    at = "/my/databases/atap-suria/"
    said = anna.browser.get(at).content.decode()
    assert "You are leaving: no further bill is made" in said
    assert "Change the plan" not in said and "then the free plan" not in said and "Keep the plan" not in said
    assert anna.browser.get(f"{at}plan/").status_code == 302
    anna.browser.post(f"{at}plan/change/", {"change": "x"})
    anna.browser.post(f"{at}plan/resume/")
    assert state(team) == "ending" and fake.asked_for("resume") == [] and fake.asked_for("change") == []


def test_a_trial_that_is_bought_early_keeps_its_days(team: Instance, fake: Fake, anna: Person) -> None:
    Plan.objects.load()
    Subscription.objects.start(team, anna.account, Plan.objects.get(code="team-trial", published=True))
    end = Subscription.objects.of(team).until  # type: ignore[union-attr]

    fake.begin(team, Wish.read("team-monthly.MYR.3").lines(None), status="trialing", trial_until=end, period_until=end)

    assert [row.plan.kind for row in Subscription.objects.filter(instance=team).order_by("number")] == ["trial", "paid"]
    bill = next_bill(team)
    assert bill is not None and (bill.at, bill.total_minor) == (end, 3 * 3900)


def test_an_order_of_another_shop_is_not_ours(team: Instance, fake: Fake) -> None:
    fake.begin(team, [Line(price_code="socks", name="Socks", unit_minor=1, currency="MYR")])

    assert Subscription.objects.of(team) is None


# --- letters by the clock


def test_a_trial_is_told_a_week_before_and_when_it_is_over_each_once(team: Instance, anna: Person) -> None:
    Plan.objects.load()
    start = timezone.now()
    Subscription.objects.start(team, anna.account, Plan.objects.get(code="team-trial", published=True))
    with time_machine.travel(start, tick=False) as clock:
        for day in range(0, 40, 1):
            clock.move_to(start + timedelta(days=day, hours=1))
            a_look()

    assert subjects() == ["Your trial of Atap Suria Sdn Bhd ends soon", "Atap Suria Sdn Bhd is on the free plan now"]


def test_a_year_is_told_two_weeks_before_it_is_paid_again(team: Instance, fake: Fake) -> None:
    end = timezone.now() + timedelta(days=365)
    fake.begin(team, Wish.read("team-yearly.EUR.3").lines(None), period_until=end)
    run_all()
    mail.outbox.clear()

    with time_machine.travel(end - timedelta(days=13)):
        a_look()
        a_look()

    assert subjects() == ["The yearly plan of Atap Suria Sdn Bhd renews soon"]
    assert "€ 255.00" in str(mail.outbox[0].body)


def test_the_address_for_invoices_gets_them_too_and_users_do_not(team: Instance, fake: Fake, paying: Order) -> None:
    Buyer.objects.create(instance=team, name="Atap", country="MY", email="books@atap.example")
    mail.outbox.clear()
    fake.fail(team, paying)
    run_all()

    assert sorted(letter.to[0] for letter in mail.outbox) == [ANNA, "books@atap.example"]
