"""Signing in and out."""

import re
from typing import Any

import pytest
from django.test import override_settings

from pivotino.control.accounts.models import Account, Session
from pivotino.jobs.testing import run_all
from tests.cast import Browser, Person
from tests.control.newcomer import EMAIL, OWN_PASSWORD, letters_to

pytestmark = pytest.mark.usefixtures("control")


@pytest.fixture
def known(control: None) -> Account:
    """Mei, who has an account with a password of her own."""
    account = Account.objects.create_user(EMAIL, OWN_PASSWORD, name="Mei Ling Tan")
    account.open()
    return account


def sign_in(browser: Browser, password: str = OWN_PASSWORD, *, email: str = EMAIL, **more: str) -> Any:
    return browser.post("/sign-in/", {"login": email, "password": password, **more})


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("email", [EMAIL, EMAIL.upper(), f"  {EMAIL} "])
def test_the_right_password_opens_in_any_spelling_of_the_address(stranger: Browser, email: str) -> None:
    assert sign_in(stranger, email=email)["Location"] == "/my/"
    assert stranger.get("/my/account/").status_code == 200


@pytest.mark.usefixtures("known")
def test_one_is_led_to_where_one_wanted(stranger: Browser) -> None:
    assert sign_in(stranger, next="/my/security/")["Location"] == "/my/security/"


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(stranger: Browser, elsewhere: str) -> None:
    assert sign_in(stranger, next=elsewhere)["Location"] == "/my/"


def neutral(answer: Any) -> tuple[int, str]:
    return answer.status_code, re.sub(r"[\w.+-]+@[\w.-]+\.example", "…", answer.content.decode())


@pytest.mark.usefixtures("known")
def test_a_wrong_password_and_an_unknown_address_are_refused_alike(stranger: Browser) -> None:
    wrong, unknown = sign_in(Browser(), "not this one at all"), sign_in(Browser(), email="nobody@kopi.example")

    assert neutral(wrong) == neutral(unknown)
    assert wrong.status_code == 422


def test_a_closed_account_is_refused_like_an_unknown_one(known: Account) -> None:
    Account.objects.update(is_active=False)

    assert neutral(sign_in(Browser())) == neutral(sign_in(Browser(), email="nobody@kopi.example"))


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("path", "then"), [("/forgot-password/", "/forgot-password/code/"), ("/sign-in/code/", "/sign-in/code/enter/")]
)
def test_asking_for_a_code_tells_nothing_about_an_address(path: str, then: str) -> None:
    answers = []
    for email in (EMAIL, "nobody@kopi.example"):
        browser = Browser()
        asked = browser.post(path, {"email": email})
        answers.append(
            (
                asked.status_code,
                asked["Location"],
                neutral(browser.get(then)),
                neutral(browser.post(then, {"code": "NONO"})),
            )
        )

    assert answers[0] == answers[1]
    run_all()
    assert (len(letters_to(EMAIL)), len(letters_to("nobody@kopi.example"))) == (1, 1)
    assert letters_to("nobody@kopi.example")[0].subject == "There is no account at this address"


@pytest.mark.usefixtures("known")
def test_what_was_typed_stays_but_never_the_password(stranger: Browser) -> None:
    page = sign_in(stranger, "not this one at all").content.decode()

    assert f'value="{EMAIL}"' in page
    assert "not this one at all" not in page
    assert "One thing needs a second look." in page


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"login": "mei"},
        {"login": EMAIL},
        {"login": "\x00", "password": "\x00"},
        {"login": EMAIL, "password": "x" * 5000},
    ],
)
def test_nonsense_is_refused(stranger: Browser, data: dict[str, str]) -> None:
    assert stranger.post("/sign-in/", data).status_code == 422


@pytest.mark.usefixtures("known")
def test_the_key_of_the_session_is_new_after_signing_in(stranger: Browser) -> None:
    stranger.post("/sign-in/code/", {"email": EMAIL})
    before = stranger.cookies["pv_session"].value
    sign_in(stranger)

    assert stranger.cookies["pv_session"].value != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.promise("P26")
@pytest.mark.usefixtures("known")
def test_the_cookie_is_for_this_site_and_no_script(stranger: Browser) -> None:
    sign_in(stranger)
    cookie = stranger.cookies["pv_session"]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    with override_settings(SESSION_COOKIE_SECURE=True):
        browser = Browser()
        sign_in(browser)
        assert browser.cookies["pv_session"]["secure"]


@pytest.mark.promise("P26")
def test_passwords_are_kept_as_argon2_hashes(known: Account) -> None:
    assert known.password.startswith("argon2$argon2id$")
    assert OWN_PASSWORD not in known.password


def test_a_sign_in_of_another_origin_is_refused(known: Account) -> None:
    answer = Browser().post(
        "/sign-in/", {"login": EMAIL, "password": OWN_PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 403


@pytest.mark.usefixtures("known")
def test_signing_in_with_a_code_from_a_letter(stranger: Browser) -> None:
    stranger.post("/sign-in/code/", {"email": EMAIL})
    run_all()
    code = letters_to(EMAIL)[-1].subject.split()[0]

    assert stranger.post("/sign-in/code/enter/", {"code": "XXXX-XXXX"}).status_code == 422
    assert stranger.post("/sign-in/code/enter/", {"code": code.lower()})["Location"] == "/my/"


@pytest.mark.usefixtures("known")
def test_a_code_is_for_the_browser_that_asked(stranger: Browser) -> None:
    stranger.post("/sign-in/code/", {"email": EMAIL})
    run_all()
    code = letters_to(EMAIL)[-1].subject.split()[0]

    assert Browser().post("/sign-in/code/enter/", {"code": code})["Location"] == "/sign-in/code/"


@pytest.mark.usefixtures("known")
def test_three_wrong_codes_end_it(stranger: Browser) -> None:
    stranger.post("/sign-in/code/", {"email": EMAIL})

    answers = [stranger.post("/sign-in/code/enter/", {"code": "XXXX-XXXX"}).status_code for _ in range(3)]

    assert answers == [422, 422, 302]


@pytest.mark.usefixtures("known")
def test_signing_out_takes_a_press(stranger: Browser) -> None:
    sign_in(stranger)

    assert stranger.get("/sign-out/").status_code == 200
    assert stranger.get("/my/account/").status_code == 200
    assert stranger.post("/sign-out/").status_code == 302
    assert stranger.get("/my/account/").status_code == 302
    assert Session.objects.filter(account__isnull=False).count() == 0


def test_who_is_in_already_is_led_on(anna: Person) -> None:
    assert anna.browser.get("/sign-in/")["Location"] == "/my/"
    assert anna.browser.get(f"/sign-in/?next={anna.url('board/')}")["Location"] == anna.url("board/")


@pytest.mark.parametrize(
    "path", ["/my/", "/my/account/", "/my/security/", "/my/security/password/", "/my/security/app/"]
)
def test_a_stranger_is_asked_to_sign_in_first(stranger: Browser, path: str) -> None:
    assert stranger.get(path)["Location"] == f"/sign-in/?next={path}"
    assert stranger.post(path)["Location"].startswith("/sign-in/")


# ---------- limits ----------


@pytest.mark.promise("P26")
def test_guessing_is_stopped_after_eight_tries_and_its_owner_is_not_locked_out(known: Account) -> None:
    guesser, mei = Browser(REMOTE_ADDR="203.0.113.9"), Browser(REMOTE_ADDR="198.51.100.4")

    pages = [sign_in(guesser, f"guess number {turn}") for turn in range(10)]

    assert all(page.status_code == 422 for page in pages)
    assert "Too many tries." in pages[8].content.decode()
    assert "Too many tries." in sign_in(guesser).content.decode(), "not even the right one helps there now"
    assert sign_in(mei).status_code == 302


def test_a_swarm_of_networks_is_stopped_but_not_for_a_network_the_owner_used(known: Account) -> None:
    home = Browser(REMOTE_ADDR="198.51.100.4")
    sign_in(home)
    for turn in range(85):
        sign_in(Browser(REMOTE_ADDR=f"203.0.113.{turn}"), "guess")

    assert "Too many tries." in sign_in(Browser(REMOTE_ADDR="192.0.2.1"), "guess").content.decode()
    assert sign_in(Browser(REMOTE_ADDR="198.51.100.77")).status_code == 302


def test_the_right_password_starts_the_count_afresh(known: Account) -> None:
    browser = Browser()
    for _ in range(3):
        for turn in range(6):
            sign_in(Browser(), f"guess {turn}")
        assert sign_in(browser).status_code == 302
        browser.post("/sign-out/")


@pytest.mark.usefixtures("known")
def test_who_asked_for_a_code_may_still_use_the_password_or_ask_again(stranger: Browser) -> None:
    stranger.post("/sign-in/code/", {"email": EMAIL})

    assert stranger.get("/sign-in/code/").status_code == 200
    stranger.post("/sign-in/code/", {"email": EMAIL})
    assert stranger.get("/sign-in/").status_code == 200
    assert sign_in(stranger)["Location"] == "/my/"


ASKING = pytest.mark.parametrize("path", ["/sign-in/code/", "/forgot-password/"])


@pytest.mark.promise("P26")
@pytest.mark.usefixtures("known")
@ASKING
def test_who_asks_for_codes_in_my_name_fills_no_mailbox_and_keeps_nobody_out(path: str) -> None:
    for turn in range(60):
        last = Browser(REMOTE_ADDR="203.0.113.9").post(path, {"email": EMAIL})
        assert last.status_code == (302 if turn < 4 else 422)
    assert "Too many tries. Wait" in last.content.decode() and f'value="{EMAIL}"' in last.content.decode()

    mei = Browser(REMOTE_ADDR="198.51.100.4").post(path, {"email": EMAIL})

    assert mei.status_code == 302
    run_all()
    assert len(letters_to(EMAIL)) == 5


@pytest.mark.usefixtures("known")
@ASKING
def test_a_swarm_that_asks_for_codes_is_stopped_but_not_for_a_network_the_owner_used(path: str) -> None:
    home = Browser(REMOTE_ADDR="198.51.100.4")
    sign_in(home)
    swarm = [Browser(REMOTE_ADDR=f"203.0.113.{turn}").post(path, {"email": EMAIL}).status_code for turn in range(31)]

    assert swarm == [302] * 30 + [422]
    assert Browser(REMOTE_ADDR="198.51.100.77").post(path, {"email": EMAIL}).status_code == 302


@pytest.mark.usefixtures("known")
@ASKING
def test_the_limit_tells_nothing_about_an_address(path: str) -> None:
    answers = [
        [neutral(Browser(REMOTE_ADDR=f"203.0.113.{net}").post(path, {"email": email})) for _ in range(6)]
        for net, email in enumerate([EMAIL, "nobody@kopi.example"])
    ]

    assert [one[0] for one in answers[0]] == [302] * 4 + [422] * 2
    assert [re.sub(r"\d+ minutes?", "…", one[1]) for one in answers[0]] == [
        re.sub(r"\d+ minutes?", "…", one[1]) for one in answers[1]
    ]
