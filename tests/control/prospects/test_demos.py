"""Asking for a demo: a plain page, a letter that proves the address, and only then somebody we know."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.prospects import queries
from pivotino.control.prospects.forgetting import forget
from pivotino.control.prospects.jobs import forget_untouched
from pivotino.control.prospects.models import Asking, Gone, Origin, Prospect
from pivotino.jobs.testing import run_all
from pivotino.letters.suppression import held
from tests.cast import Browser, Person
from tests.control.newcomer import letters_to
from tests.control.prospects.conftest import last_link, prospect

pytestmark = pytest.mark.usefixtures("control")
MEI = "mei@roofs.example"
TYPED = {"name": "Mei Tan", "email": MEI, "dial": "MY", "phone": "012-345 6789", "told_by": "", "once": "one"}


def ask(browser: Browser, **other: Any) -> Any:
    return browser.post("/demo/", {**TYPED, **other})


def ask_and_prove(browser: Browser, **other: Any) -> None:
    assert ask(browser, **other).status_code == 302
    browser.post(last_link(other.get("email", MEI), "/demo/"))


def test_the_page_opens_without_a_cookie_and_says_what_becomes_of_it(stranger: Browser) -> None:
    answer = stranger.get("/demo/")

    assert answer.status_code == 200
    assert answer.headers.get("Set-Cookie") is None
    assert "/privacy/20" in answer.content.decode()
    assert "dialog" not in answer.content.decode()


def test_the_tick_for_letters_is_not_set_beforehand(stranger: Browser) -> None:
    page = stranger.get("/demo/").content.decode()

    assert "checked" not in page.partition('name="letters"')[2].partition(">")[0]


def test_nothing_is_kept_as_a_prospect_before_the_address_is_proven(stranger: Browser) -> None:
    answer = ask(stranger)

    assert answer["Location"] == "/demo/asked/"
    assert "A letter is on its way" in stranger.get("/demo/asked/").content.decode()
    assert (Asking.objects.count(), Prospect.objects.count()) == (1, 0)


def test_the_same_form_sent_twice_is_one_request_and_one_letter(stranger: Browser) -> None:
    ask(stranger)
    ask(stranger)
    run_all()

    assert Asking.objects.count() == 1
    assert len(letters_to(MEI)) == 1


@pytest.mark.promise("P13")
def test_once_proven_every_fact_has_its_source_and_what_was_typed_is_kept_once(stranger: Browser) -> None:
    ask_and_prove(stranger, told_by="Bruno", letters="on")

    known = Prospect.objects.get()
    assert (known.name, known.phone, known.country, known.address) == ("Mei Tan", "+60123456789", "MY", MEI)
    assert {fact.field for fact in known.facts.all()} == {"address", "name", "phone", "country"}
    assert "told of us by Bruno" in known.origin.detail
    assert known.origin.note.startswith("Policy of 20")
    assert list(Prospect.objects.asking()) == [known]
    assert list(Asking.objects.values_list("address", "name", "phone", "told_by")) == [("", "", "", "")]


def test_looking_at_the_link_proves_nothing_and_pressing_twice_is_once(stranger: Browser) -> None:
    ask(stranger)
    link = last_link(MEI, "/demo/")

    assert "Was it you?" in stranger.get(link).content.decode()
    assert Prospect.objects.count() == 0
    for _ in range(2):
        assert stranger.post(link, follow=True).status_code == 200

    assert Prospect.objects.count() == 1
    assert "Thank you" in stranger.get(link).content.decode()


def test_the_helpdesk_knows_that_somebody_waits_for_a_demo_customers_included(stranger: Browser, anna: Person) -> None:
    ask_and_prove(stranger, told_by="Bruno")
    ask_and_prove(stranger, email=anna.account.email, once="two")

    asked = [
        (ticket.email, ticket.category, ticket.messages.get().body) for ticket in Ticket.objects.order_by("number")
    ]
    assert [(email, category) for email, category, _ in asked] == [(MEI, "support"), (anna.account.email, "support")]
    assert "Told of us by: Bruno" in asked[0][2]


def test_only_who_ticked_it_gets_letters(stranger: Browser) -> None:
    ask_and_prove(stranger)
    assert list(queries.audience("tips")) == []

    ask_and_prove(stranger, letters="on", once="two")

    assert [one.address for one in queries.audience("tips")] == [MEI]
    assert Prospect.objects.count() == Origin.objects.count() == 1


def test_a_later_request_without_the_tick_takes_it_back(stranger: Browser) -> None:
    ask_and_prove(stranger, letters="on")

    ask_and_prove(stranger, once="two")

    assert list(queries.audience("tips")) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Type your name."),
        ({"email": "mei@"}, "does not look like a mail address"),
        ({"phone": "12"}, "number is too short"),
        ({"phone": ""}, "Type the number we may call."),
        ({"dial": "ZZ"}, "Choose a country code."),
        ({"name": "Buy at www.spam.example"}, "no web or mail address"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(stranger: Browser, wrong: dict[str, str], said: str) -> None:
    answer = ask(stranger, **{"told_by": "Bruno", **wrong})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="Bruno"' in answer.content.decode()
    assert Asking.objects.count() == 0


def test_a_flood_of_requests_to_one_address_ends(stranger: Browser) -> None:
    for number in range(4):
        ask(stranger, once=str(number))

    assert ask(stranger, once="more").status_code == 429
    run_all()
    assert len(letters_to(MEI)) == 4


def test_without_a_press_everything_is_forgotten_in_a_week(stranger: Browser) -> None:
    ask(stranger)
    link = last_link(MEI, "/demo/")

    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        forget_untouched()

        assert Asking.objects.count() == 0
        assert stranger.get(link).status_code == 404


def test_a_customer_who_asks_gets_no_second_entry(stranger: Browser, anna: Person) -> None:
    ask(stranger, email=anna.account.email)
    stranger.post(last_link(anna.account.email, "/demo/"))

    assert Prospect.objects.count() == 0


def test_who_was_erased_or_had_stopped_us_comes_back_by_asking_alone(stranger: Browser) -> None:
    prospect(MEI)
    forget(MEI)
    assert held([MEI], topic="tips")

    ask_and_prove(stranger, letters="on")

    assert Gone.objects.count() == 0
    assert not held([MEI], topic="tips")
    assert [one.address for one in queries.audience("tips")] == [MEI]


def test_a_link_that_is_not_ours_is_not_there(stranger: Browser) -> None:
    assert stranger.get("/demo/no-such-token/").status_code == 404
    assert stranger.post("/demo/no-such-token/").status_code == 404
    assert len(mail.outbox) == 0
    assert Account.objects.filter(email=MEI).count() == 0


def test_the_public_pages_lead_to_it_by_a_plain_link_and_it_asks_about_cookies_as_they_do(stranger: Browser) -> None:
    for page in ("/", "/contact/"):
        assert 'href="/demo/"' in stranger.get(page).content.decode()
    assert 'href="/where-from/"' in stranger.get("/contact/").content.decode()

    assert 'class="consent"' in stranger.get("/demo/").content.decode()
