"""The pages about plan and money: whose they are, what they say, what a press does."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.billing.models import Arrears, Buyer
from pivotino.control.billing.queries import book
from pivotino.control.payments.provider import Order, Unknown
from pivotino.control.subscriptions import catalogue
from pivotino.control.subscriptions.changing import go_free
from pivotino.control.subscriptions.models import Plan, Subscription
from pivotino.tenancy.freezing import reasons
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.control.billing.fake import Fake

pytestmark = pytest.mark.usefixtures("control")
AT = "/my/databases/atap-suria/"
PAGES = ["", "plan/", "invoices/", "invoices/to/", "people/"]
DEEDS = ["plan/", "plan/change/", "plan/end/", "plan/resume/", "invoices/to/", "people/second-step/"]


def text_of(answer: Any) -> str:
    """The words of a page's main part, in one line."""
    main = answer.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split()).replace("&#39;", "'")


@pytest.mark.parametrize("page", PAGES)
def test_only_the_business_owner_opens_them(
    team: Instance, anna: Person, bruno: Person, rita: Person, stranger: Browser, page: str
) -> None:
    rita.take_seat()

    assert anna.browser.get(AT + page).status_code == 200
    assert [one.browser.get(AT + page).status_code for one in (bruno, rita)] == [404, 404]
    assert stranger.get(AT + page)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("page", DEEDS)
def test_nobody_else_presses_their_buttons(
    team: Instance, bruno: Person, rita: Person, stranger: Browser, page: str
) -> None:
    rita.take_seat()

    assert [one.browser.post(AT + page, {}).status_code for one in (bruno, rita)] == [404, 404]
    assert stranger.post(AT + page, {}).status_code == 302


@pytest.mark.promise("P12")
def test_the_page_says_plan_validity_next_bill_and_history(
    team: Instance, anna: Person, fake: Fake, paying: Order
) -> None:
    said = text_of(anna.browser.get(AT))

    assert "Team Active, renews on" in said
    assert "People 3 of 5" in said
    assert "RM 39.00" in said and "RM 195.00" in said
    assert "team-monthly v1" in said
    assert 'href="/@atap-suria/"' in anna.browser.get(AT).content.decode()


def test_a_trial_says_that_nothing_is_charged(team: Instance, anna: Person) -> None:
    Plan.objects.load()
    Subscription.objects.start(team, anna.account, Plan.objects.get(code="team-trial", published=True))

    said = text_of(anna.browser.get(AT))

    assert "On trial until" in said
    assert "Nothing is charged after the trial" in said


def test_what_is_owed_stands_on_top_with_every_day_and_a_way_to_pay(
    team: Instance, anna: Person, fake: Fake, paying: Order
) -> None:
    bill = fake.fail(team, paying)

    page = anna.browser.get(AT)

    said = text_of(page)
    assert "RM 195.00 is not paid." in said
    assert "Read-only from" in said and "The subscription ends on" in said
    assert f'href="{bill.hosted_url}"' in page.content.decode()


# --- from free to paid


def test_a_look_at_a_new_plan_says_what_is_due_now_and_next(team: Instance, anna: Person, fake: Fake) -> None:
    go_free(team)

    look = anna.browser.post(AT + "plan/", {"plan": "team-monthly", "seats": "4", "currency": "MYR"})

    assert look.status_code == 200
    assert "RM 156.00 , for the first month." in text_of(look)
    assert 'name="plan" value="team-monthly.MYR.4"' in look.content.decode()
    assert fake.asked == []


def test_the_currency_is_guessed_or_chosen(team: Instance, anna: Person) -> None:
    german = anna.browser.get(AT + "plan/", headers={"Accept-Language": "de-DE"})
    chosen = anna.browser.get(AT + "plan/?currency=USD", headers={"Accept-Language": "de-DE"})

    assert 'name="currency" value="EUR"' in german.content.decode()
    assert 'name="currency" value="USD"' in chosen.content.decode()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"plan": "team-monthly", "seats": "2", "currency": "MYR"}, "3 people work here"),
        ({"plan": "team-monthly", "seats": "many", "currency": "MYR"}, "Type a whole number"),
        ({"plan": "team-monthly", "seats": "", "currency": "MYR"}, "Type how many people"),
        ({"plan": "team-monthly", "seats": "0", "currency": "MYR"}, "At least one person"),
        ({"plan": "team-trial", "seats": "4", "currency": "MYR"}, "not on offer"),
        ({"plan": "<b>", "seats": "4", "currency": "MYR"}, "not on offer"),
        ({"plan": "team-monthly", "seats": "4", "currency": "XXX"}, "second look"),
        ({"plan": "team-monthly", "seats": "4", "currency": "MYR", "add_ons": "nothing"}, "second look"),
        ({}, "Choose a plan"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_kept(
    team: Instance, anna: Person, typed: dict[str, str], reason: str
) -> None:
    answer = anna.browser.post(AT + "plan/", typed)

    assert answer.status_code == 422
    assert reason in text_of(answer)
    if typed.get("seats"):
        assert f'value="{typed["seats"]}"' in answer.content.decode()


# --- changing what is paid


def look(anna: Person, **typed: str) -> tuple[Browser, Any, str]:
    browser = anna.browser
    answer = browser.post(AT + "plan/", {"plan": "team-monthly", "seats": "8", "currency": "MYR", **typed})
    found = re.search(r'name="change" value="([^"]+)"', answer.content.decode())
    return browser, answer, found[1] if found else ""


def test_a_change_is_done_as_it_was_looked_at(team: Instance, anna: Person, fake: Fake, paying: Order) -> None:
    browser, answer, sealed = look(anna, add_ons="hour-with-us")
    said = text_of(answer)
    assert "RM 158.00 is charged to your card at once." in said
    assert "RM 511.00 , and the same each month after that." in said

    assert browser.post(AT + "plan/change/", {"change": sealed})["Location"] == AT

    (preview,), ((lines, at, _),) = fake.asked_for("preview"), fake.asked_for("change")
    assert lines == preview
    assert abs(timezone.now() - at) < timedelta(minutes=1)
    seen = book(team)
    assert (seen.seats, [add_on.code for add_on in seen.extensions]) == (8, ["hour-with-us"])
    assert [row.seats for row in seen.history] == [8, 5]


def test_a_smaller_plan_leaves_a_credit_and_says_so(team: Instance, anna: Person, fake: Fake, paying: Order) -> None:
    _, answer, _ = look(anna, seats="3")

    assert "RM 39.00 stays as a credit for your next bills." in text_of(answer)


def test_a_declined_change_changes_nothing_and_says_why(
    team: Instance, anna: Person, fake: Fake, paying: Order
) -> None:
    browser, _, sealed = look(anna)
    fake.declines = True

    answer = browser.post(AT + "plan/change/", {"change": sealed})

    assert answer.status_code == 422
    assert "Your card was declined. Nothing was changed." in text_of(answer)
    assert book(team).seats == 5


def test_a_look_is_for_its_database_its_order_and_fifteen_minutes(
    team: Instance, anna: Person, fake: Fake, paying: Order
) -> None:
    browser, _, sealed = look(anna)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert browser.post(AT + "plan/change/", {"change": sealed}).status_code == 422
    assert browser.post(AT + "plan/change/", {"change": sealed + "x"}).status_code == 422
    assert browser.post(AT + "plan/change/", {}).status_code == 422
    Subscription.objects.filter(order_ref=paying.ref).update(order_ref="sub_other")
    assert browser.post(AT + "plan/change/", {"change": sealed}).status_code == 422

    assert fake.asked_for("change") == []


def test_who_has_an_old_version_keeps_it_when_only_people_are_added(
    team: Instance, anna: Person, fake: Fake, paying: Order
) -> None:
    catalogue.publish_plan("team-monthly", by="farah", why="dearer", prices={"MYR": 9900})

    browser, answer, sealed = look(anna, seats="6")
    browser.post(AT + "plan/change/", {"change": sealed})

    assert "RM 234.00 , and the same each month" in text_of(answer)
    current = Subscription.objects.of(team)
    assert current is not None and (current.plan.version, current.seats) == (1, 6)


@pytest.mark.parametrize("page", ["plan/", "plan/end/"])
def test_a_provider_that_does_not_answer_is_said_kindly(
    team: Instance, anna: Person, fake: Fake, paying: Order, page: str
) -> None:
    fake.down = True

    answer = anna.browser.post(AT + page, {"plan": "team-monthly", "seats": "8", "currency": "MYR"})

    assert answer.status_code == 503
    assert "does not answer. Nothing was changed" in text_of(answer)
    assert anna.browser.get(AT).status_code == 200


# --- ending


def test_the_end_keeps_what_is_paid_and_can_be_taken_back(
    team: Instance, anna: Person, fake: Fake, paying: Order
) -> None:
    browser = anna.browser
    said = text_of(browser.post(AT + "plan/", {"plan": "free"}))
    assert "You keep Team until" in said and "nobody is put out" in said

    browser.post(AT + "plan/end/")
    assert fake.asked_for("cancel") == [True]
    assert book(team).standing.state == "ending"
    assert "Keep the plan after all" in text_of(browser.get(AT))

    browser.post(AT + "plan/resume/")
    assert book(team).standing.state == "active"


def test_who_owes_may_go_on_with_the_free_plan_at_once(team: Instance, anna: Person, fake: Fake, paying: Order) -> None:
    fake.fail(team, paying)
    Arrears.objects.update(stage="grace")
    with time_machine.travel(timezone.now() + timedelta(days=22)):
        from pivotino.control.billing import owing

        owing.go_on(Arrears.objects.get().pk)
        assert reasons(team)

        anna.browser.post(AT + "plan/end/")

        assert (book(team).standing.state, reasons(team)) == ("free", [])
    assert fake.asked_for("cancel") == [False]
    assert Arrears.objects.get().settled_how == "free"


def test_who_owes_is_let_out_even_where_the_provider_ended_it_already(
    team: Instance, anna: Person, fake: Fake, paying: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: Any, **kwargs: Any) -> Any:
        raise Unknown("canceled already")

    fake.fail(team, paying)
    monkeypatch.setattr(fake, "cancel", gone)

    assert anna.browser.post(AT + "plan/end/")["Location"] == AT
    assert book(team).standing.state == "free"


def test_the_next_bill_is_what_the_order_has_and_other_taxes_are_said(
    team: Instance, anna: Person, fake: Fake, paying: Order, settings: Any
) -> None:
    settings.SELLER = replace(settings.SELLER, service_tax_number="W10-1")
    Buyer.objects.create(instance=team, name="Atap", country="MY")

    said = text_of(anna.browser.get(AT))

    assert "over RM 195.00" in said
    assert "the taxes would be others" in said
    assert "RM 210.60" in text_of(
        anna.browser.post(AT + "plan/", {"plan": "team-monthly", "seats": "5", "currency": "MYR"})
    )


def test_without_an_order_ending_and_keeping_do_nothing(team: Instance, anna: Person, fake: Fake) -> None:
    go_free(team)

    assert anna.browser.post(AT + "plan/end/")["Location"] == AT
    assert anna.browser.post(AT + "plan/resume/")["Location"] == AT
    assert "You have the free plan already" in text_of(anna.browser.post(AT + "plan/", {"plan": "free"}))
    assert fake.asked == []
