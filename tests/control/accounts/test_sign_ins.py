"""Who signed in and who tried; what looks new is told by letter; a second step for everybody."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.utils import timezone

from pivotino.control.accounts import second_steps
from pivotino.control.accounts.jobs import sweep_sign_ins
from pivotino.control.accounts.models import Account, SecondStepRule, Session, SignIn
from pivotino.jobs.testing import run_all
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.control.accounts.test_second_steps import mei_with_app  # noqa: F401 - a fixture
from tests.control.accounts.test_sessions import FIREFOX, NEW, PHONE
from tests.control.newcomer import EMAIL, OWN_PASSWORD, letters_to

pytestmark = pytest.mark.usefixtures("control")
NEWS = "A new browser signed in to your account"


@pytest.fixture
def known(control: None) -> Account:
    account = Account.objects.create_user(EMAIL, OWN_PASSWORD, name="Mei Ling Tan")
    account.open()
    return account


def enter(agent: str = FIREFOX, address: str = "203.0.113.9", password: str = OWN_PASSWORD) -> Browser:
    one = Browser(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    one.post("/sign-in/", {"login": EMAIL, "password": password})
    return one


def news() -> list[Any]:
    run_all()
    return [letter for letter in letters_to(EMAIL) if letter.subject == NEWS]


@pytest.mark.promise("P58")
@pytest.mark.usefixtures("known")
def test_every_sign_in_and_every_try_stands_in_ones_own_list() -> None:
    enter(PHONE, password="wrong guess entirely")
    desk = enter()

    page = desk.get("/my/security/").content.decode()

    assert "Wrong password" in page and "Safari on iPhone" in page
    assert "Signed in" in page and "203.0.113.0" in page and "203.0.113.9" not in page
    assert list(SignIn.objects.order_by("at").values_list("outcome", "way")) == [
        ("refused", "password"),
        ("in", "password"),
    ]


@pytest.mark.promise("P26")
@pytest.mark.promise("P58")
@pytest.mark.usefixtures("known")
def test_a_browser_or_a_network_that_is_new_is_told_by_letter_and_a_known_one_is_not() -> None:
    enter()
    assert news() == []
    enter()
    assert news() == []
    enter(PHONE)
    assert len(news()) == 1
    enter(address="198.51.100.7")

    letter = news()[-1]
    assert len(news()) == 2
    assert "Firefox on Windows" in letter.body and "198.51.100.0" in letter.body and "198.51.100.7" not in letter.body
    assert "/forgot-password/" in letter.body


@pytest.mark.usefixtures("known")
def test_after_90_days_it_is_forgotten_and_new_again() -> None:
    enter()
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        sweep_sign_ins()
        assert SignIn.objects.count() == 0
        enter()
        assert len(news()) == 1


def test_who_guesses_at_no_account_leaves_nothing() -> None:
    enter()

    assert SignIn.objects.count() == 0


def test_nobody_reads_the_list_of_somebody_else(known: Account, anna: Person) -> None:
    enter(PHONE)

    assert "Safari on iPhone" not in anna.browser.get("/my/security/").content.decode()


@pytest.mark.promise("P58")
@pytest.mark.usefixtures("known")
def test_every_change_of_a_way_in_is_told_by_letter() -> None:
    desk = enter()
    desk.post("/my/security/password/", {"now": OWN_PASSWORD, "password": NEW})
    run_all()

    assert letters_to(EMAIL)[-1].subject == "Your password was changed."


def test_a_wrong_second_step_after_a_right_password_is_noted(mei_with_app: Any) -> None:  # noqa: F811
    browser = Browser()
    browser.post("/sign-in/", {"login": EMAIL, "password": OWN_PASSWORD})
    browser.post("/sign-in/second-step/", {"code": "000000"})

    assert SignIn.objects.first().outcome == "stopped"  # type: ignore[union-attr]


def test_with_the_first_second_step_older_browsers_are_signed_out(known: Account) -> None:
    enter()
    enter(PHONE)
    Authenticator.objects.create(user=known, type="totp", data={})

    second_steps.end_older_sessions(None, known)

    assert not Session.objects.filter(account=known).exists()


# --- a second step for everybody

AT = "/my/databases/atap-suria/people/"


def has_app(person: Person) -> Person:
    Authenticator.objects.create(user=person.account, type="totp", data={})
    return person


def test_without_the_rule_everybody_enters(anna: Person) -> None:
    assert anna.take_seat().browser.get("/@atap-suria/board/").status_code == 200


@pytest.mark.promise("P56")
def test_the_owner_demands_a_second_step_and_who_has_none_sets_one_up_first(
    atap: Instance, anna: Person, bruno: Person
) -> None:
    has_app(anna.take_seat())
    bruno.take_seat()

    assert anna.browser.post(AT + "second-step/", {"demand": "on"})["Location"] == AT

    assert anna.browser.get("/@atap-suria/board/").status_code == 200
    led = bruno.browser.get("/@atap-suria/board/")
    assert led["Location"] == "/my/security/?needed=atap-suria"
    assert "asks everybody for a second step" in bruno.browser.get(led["Location"]).content.decode()
    assert bruno.browser.post("/@atap-suria/opportunities/", {"title": "x"}).status_code == 302
    htmx = bruno.browser.htmx("get", "/@atap-suria/board/")
    assert (htmx.status_code, htmx["HX-Redirect"]) == (401, "/my/security/?needed=atap-suria")

    Authenticator.objects.create(user=bruno.account, type="webauthn", data={})
    assert bruno.browser.get("/@atap-suria/board/").status_code == 200


def test_the_live_stream_asks_too(atap: Instance, anna: Person, bruno: Person) -> None:
    from config.asgi import enter as enter_live

    second_steps.demand(atap, anna.account)
    key = bruno.take_seat().browser.cookies["pv_session"].value

    assert enter_live("atap-suria", key) is None


def test_taking_it_back_opens_the_door(atap: Instance, anna: Person, bruno: Person) -> None:
    has_app(anna.take_seat())
    bruno.take_seat()
    second_steps.demand(atap, anna.account)

    anna.browser.post(AT + "second-step/", {"demand": "off"})

    assert bruno.browser.get("/@atap-suria/board/").status_code == 200
    assert not SecondStepRule.objects.exists()


def test_who_has_none_cannot_lock_themselves_out(atap: Instance, anna: Person) -> None:
    answer = anna.take_seat().browser.post(AT + "second-step/", {"demand": "on"})

    assert answer.status_code == 422
    assert "Set up a second step for yourself first" in answer.content.decode()
    assert not SecondStepRule.objects.exists()


def test_the_rule_of_one_database_says_nothing_to_others(atap: Instance, anna: Person, rita: Person) -> None:
    second_steps.demand(atap, anna.account)

    assert rita.take_seat().browser.get("/@atap-suria/board/").status_code == 404
    assert rita.browser.get("/@zenit/board/").status_code == 200
    assert "asks everybody" not in rita.browser.get("/my/security/?needed=atap-suria").content.decode()


@pytest.mark.promise("P58")
def test_the_owner_sees_who_works_there_and_who_signed_in(anna: Person, bruno: Person, rita: Person) -> None:
    for one in (has_app(anna), bruno, rita):
        one.take_seat()
    SignIn.objects.create(account=bruno.account, outcome="in", browser="Edge on Windows", network="203.0.113.0")
    SignIn.objects.create(account=bruno.account, outcome="in", browser="Opera", at=timezone.now() - timedelta(days=2))

    page = anna.browser.get(AT).content.decode()

    assert "bruno@atap-suria.example" in page and "Business Owner" in page and "Active" in page
    assert "Edge on Windows" in page and "203.0.113.0" not in page
    assert "Opera" not in page  # before he joined
    assert 'href="/@atap-suria/colleagues/"' in page
