"""Where one is signed in, and ending it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.accounts.jobs import sweep_sessions
from pivotino.control.accounts.models import Account, Session
from pivotino.jobs.testing import run_all
from tests.cast import Browser, Person
from tests.control.newcomer import EMAIL, OWN_PASSWORD, letters_to

pytestmark = pytest.mark.usefixtures("control")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile Safari/604.1"
NEW = "seven quiet otters juggle"


@pytest.fixture
def known(control: None) -> Account:
    account = Account.objects.create_user(EMAIL, OWN_PASSWORD, name="Mei Ling Tan")
    account.open()
    return account


def browser(agent: str = FIREFOX, address: str = "203.0.113.9") -> Browser:
    one = Browser(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    assert one.post("/sign-in/", {"login": EMAIL, "password": OWN_PASSWORD}).status_code == 302
    return one


def is_in(one: Browser) -> bool:
    return bool(one.get("/my/account/").status_code == 200)


@pytest.mark.promise("P58")
@pytest.mark.usefixtures("known")
def test_the_list_shows_every_browser_by_kind_day_and_shortened_address() -> None:
    desk, _ = browser(), browser(PHONE, "2001:db8:1:2::9")

    page = desk.get("/my/security/").content.decode()

    assert "Firefox on Windows" in page and "network 203.0.113.0" in page
    assert "Safari on iPhone" in page and "network 2001:db8:1::" in page
    assert page.count("this one") == 1
    assert "203.0.113.9" not in page


@pytest.mark.promise("P58")
@pytest.mark.usefixtures("known")
def test_another_browser_can_be_signed_out_from_here() -> None:
    desk, phone = browser(), browser(PHONE)
    row = Session.objects.get(browser="Safari on iPhone")
    assert is_in(phone)

    assert desk.post(f"/my/security/sessions/{row.reference}/end/").status_code == 302

    assert (is_in(phone), is_in(desk)) == (False, True)


@pytest.mark.usefixtures("known")
def test_all_others_can_be_signed_out_at_once() -> None:
    desk, phone, tablet = browser(), browser(PHONE), browser(PHONE)

    desk.post("/my/security/sessions/end/")

    assert [is_in(desk), is_in(phone), is_in(tablet)] == [True, False, False]


def test_nobody_ends_the_session_of_somebody_else(known: Account, anna: Person, rita: Person) -> None:
    mei = browser()
    reference = Session.objects.get(account=known).reference

    assert anna.browser.post(f"/my/security/sessions/{reference}/end/").status_code == 404
    assert rita.browser.post(f"/my/security/sessions/{reference}/end/").status_code == 404
    assert Browser().post(f"/my/security/sessions/{reference}/end/").status_code == 302
    assert is_in(mei)


@pytest.mark.usefixtures("known")
def test_looking_ends_nothing() -> None:
    desk = browser()

    assert desk.get("/my/security/sessions/end/").status_code == 405
    assert desk.get("/my/security/sessions/x/end/").status_code == 405


@pytest.mark.promise("P58")
def test_a_new_password_ends_every_other_session_and_is_told_by_letter(known: Account) -> None:
    desk, phone = browser(), browser(PHONE)
    before = desk.cookies["pv_session"].value

    answer = desk.post("/my/security/password/", {"now": OWN_PASSWORD, "password": NEW})
    run_all()

    assert answer.status_code == 302
    assert (is_in(desk), is_in(phone)) == (True, False)
    assert desk.cookies["pv_session"].value != before
    assert letters_to(EMAIL)[-1].subject == "Your password was changed."


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("now", "new", "reason"),
    [("wrong", NEW, "not your current password"), (OWN_PASSWORD, "short", "more characters"), ("", "", "Type")],
)
def test_a_change_that_is_refused_changes_nothing(now: str, new: str, reason: str) -> None:
    desk = browser()

    answer = desk.post("/my/security/password/", {"now": now, "password": new})

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert Account.objects.get(email=EMAIL).check_password(OWN_PASSWORD)


def test_a_forgotten_password_ends_every_session(known: Account) -> None:
    desk, forgetful = browser(), Browser()
    forgetful.post("/forgot-password/", {"email": EMAIL})
    run_all()
    code = letters_to(EMAIL)[-1].subject.split()[0]
    forgetful.post("/forgot-password/code/", {"code": code})

    assert forgetful.post("/forgot-password/new/", {"password": "kopi"}).status_code == 422
    assert forgetful.post("/forgot-password/new/", {"password": NEW})["Location"] == "/forgot-password/done/"

    assert not is_in(desk)
    assert forgetful.get("/forgot-password/done/").status_code == 200
    assert Account.objects.get(email=EMAIL).check_password(NEW)


def test_the_day_a_session_began_stays_when_it_is_written_again(known: Account) -> None:
    desk = browser()
    began = Session.objects.get(account=known).started_at
    desk.get("/my/security/app/")

    assert [row.started_at for row in Session.objects.filter(account=known)] == [began]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("name", ["", "x" * 161, "http://a.example"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    answer = browser().post("/my/account/", {"name": name})

    assert answer.status_code == 422


def test_a_new_name_is_seen_at_once(known: Account) -> None:
    desk = browser()

    assert desk.post("/my/account/", {"name": "Mei  Tan"}).status_code == 302
    assert 'value="Mei Tan"' in desk.get("/my/account/").content.decode()


def test_what_ran_out_is_swept(known: Account) -> None:
    browser()
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        sweep_sessions()

    assert not Session.objects.filter(account=known).exists()
