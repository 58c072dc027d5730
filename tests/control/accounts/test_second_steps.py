"""A second step: an app with codes, and recovery codes."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth

from pivotino.control.accounts.models import Account
from pivotino.jobs.testing import run_all
from tests.cast import Browser, Person
from tests.control.newcomer import EMAIL, OWN_PASSWORD, letters_to

pytestmark = pytest.mark.usefixtures("control")


def code_of(secret: str) -> str:
    return str(auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30)))


def sign_in(browser: Browser) -> Any:
    return browser.post("/sign-in/", {"login": EMAIL, "password": OWN_PASSWORD})


@pytest.fixture
def mei_with_app(control: None) -> tuple[Browser, list[str]]:
    """Mei's browser after she added an app, and her recovery codes."""
    Account.objects.create_user(EMAIL, OWN_PASSWORD, name="Mei").open()
    browser = Browser()
    sign_in(browser)
    assert browser.get("/my/security/app/")["Location"].startswith("/my/security/again/")
    browser.post("/my/security/again/", {"password": OWN_PASSWORD, "next": "/my/security/app/"})
    secret = re.search(r'<code class="breaks">(\w+)</code>', browser.get("/my/security/app/").content.decode())
    assert secret
    assert browser.post("/my/security/app/", {"code": "000000"}).status_code == 422
    now, last = (browser.post("/my/security/app/", {"code": code_of(secret[1])}) for _ in range(2))
    assert "/my/security/codes/" in (now.get("Location"), last.get("Location")), (
        "one of them is within its thirty seconds"
    )
    codes = re.findall(r"<li><code>(\w+)</code>", browser.get("/my/security/codes/").content.decode())
    run_all()
    return browser, codes


@pytest.mark.promise("P56")
def test_adding_an_app_is_told_by_letter_and_brings_ten_recovery_codes(mei_with_app: tuple[Browser, list[str]]) -> None:
    assert len(set(mei_with_app[1])) == 10
    assert letters_to(EMAIL)[-1].subject == "An app with codes was added as a second step."


def test_then_the_password_alone_opens_nothing(mei_with_app: tuple[Browser, list[str]]) -> None:
    browser = Browser()

    assert sign_in(browser)["Location"] == "/sign-in/second-step/"
    assert browser.get("/my/account/").status_code == 302
    assert browser.get("/sign-in/second-step/").status_code == 200
    assert browser.post("/sign-in/second-step/", {"code": "000000"}).status_code == 422


def test_a_recovery_code_works_once(mei_with_app: tuple[Browser, list[str]]) -> None:
    answers = []
    for _ in range(2):
        browser = Browser()
        sign_in(browser)
        answers.append(browser.post("/sign-in/second-step/", {"code": mei_with_app[1][0]}).status_code)

    assert answers == [302, 422]


def test_new_recovery_codes_void_the_old_ones(mei_with_app: tuple[Browser, list[str]]) -> None:
    browser, old = mei_with_app

    assert browser.get("/my/security/codes/new/").status_code == 200
    browser.post("/my/security/codes/new/")

    new = re.findall(r"<li><code>(\w+)</code>", browser.get("/my/security/codes/").content.decode())
    assert len(new) == 10 and not set(new) & set(old)


def test_removing_the_app_removes_the_recovery_codes_too(mei_with_app: tuple[Browser, list[str]]) -> None:
    browser, _ = mei_with_app

    assert browser.get("/my/security/app/remove/").status_code == 200
    assert browser.post("/my/security/app/remove/")["Location"] == "/my/security/"
    assert Authenticator.objects.count() == 0


def test_somebody_else_cannot_touch_them(mei_with_app: tuple[Browser, list[str]], anna: Person, rita: Person) -> None:
    for person in (anna, rita):
        assert person.browser.get("/my/security/app/remove/").status_code == 404
        assert person.browser.get("/my/security/codes/").status_code == 404
    assert Authenticator.objects.count() == 2


def test_passkeys_can_be_asked_for_and_nonsense_is_refused(mei_with_app: tuple[Browser, list[str]]) -> None:
    browser, _ = mei_with_app

    assert "data-options" in browser.get("/my/security/passkeys/add/").content.decode()
    assert browser.post("/my/security/passkeys/add/", {"credential": "{}", "name": "x"}).status_code == 422
    challenge = Browser().get("/sign-in/passkey/", headers={"Accept": "application/json"})
    assert "challenge" in challenge.json()["request_options"]["publicKey"]
    assert Browser().post("/sign-in/passkey/", {"credential": "nonsense"})["Location"] == "/sign-in/"


@pytest.mark.parametrize("typed", ["{}", "[]", "1", "null", '{"id": 1}', '{"id": "AA", "rawId": "AA", "response": {}}'])
def test_whatever_a_browser_says_a_passkey_is_no_page_breaks(
    mei_with_app: tuple[Browser, list[str]], typed: str
) -> None:
    browser, _ = mei_with_app
    half = Browser()
    sign_in(half)

    assert Browser().post("/sign-in/passkey/", {"credential": typed})["Location"] == "/sign-in/"
    assert half.post("/sign-in/second-step/", {"credential": typed}).status_code == 422
    assert browser.post("/my/security/passkeys/add/", {"credential": typed, "name": "x"}).status_code == 422


def test_who_knows_the_password_guesses_no_code_and_does_not_keep_its_owner_out(
    mei_with_app: tuple[Browser, list[str]],
) -> None:
    codes = mei_with_app[1]
    thief, mei = Browser(REMOTE_ADDR="203.0.113.9"), Browser(REMOTE_ADDR="198.51.100.4")
    sign_in(thief)
    guesses = [thief.post("/sign-in/second-step/", {"code": f"{turn:06}"}) for turn in range(60)]
    stopped = thief.post("/sign-in/second-step/", {"code": codes[0]})
    sign_in(mei)

    assert "Too many tries. Wait" in guesses[5].content.decode() and stopped.status_code == 422
    assert mei.post("/sign-in/second-step/", {"code": codes[1]}).status_code == 302


def test_whoever_has_no_passkey_is_offered_none(mei_with_app: tuple[Browser, list[str]]) -> None:
    browser = Browser()
    sign_in(browser)
    page = browser.get("/sign-in/second-step/").content.decode()

    assert "Type the code your app shows now" in page and "data-passkey" not in page


def test_without_a_passkey_nobody_is_asked_for_one(anna: Person) -> None:
    answer = anna.browser.get("/my/security/again/passkey/")

    assert answer.status_code in (302, 403)
