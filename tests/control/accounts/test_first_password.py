"""The password that comes by letter: once, for three days, for one page."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account, InitialPassword
from pivotino.jobs.testing import run_all
from pivotino.kit import passwords
from tests.cast import Browser, Person
from tests.control.newcomer import EMAIL, OWN_PASSWORD, Newcomer, letters_to

pytestmark = pytest.mark.usefixtures("control")
REFUSED = "This address and password do not fit together, or the password from the letter was used or is too old."
ELSEWHERE = ["/my/", "/my/?all", "/my/account/", "/my/security/", "/my/security/password/", "/my/security/app/",
             "/my/security/codes/", "/my/security/passkeys/add/", "/my/security/again/"]  # fmt: skip


@pytest.mark.promise("P55")
def test_it_is_long_random_and_mailed_and_kept_as_a_hash_only(mei: Newcomer) -> None:
    password = mei.arrive()

    assert len(password) >= 16
    assert set(password) <= set(passwords.ALPHABET) | {"-"}
    assert InitialPassword.objects.get().hash.startswith("argon2")


@pytest.mark.promise("A15")
@pytest.mark.promise("P55")
@pytest.mark.parametrize("path", ELSEWHERE)
def test_it_opens_nothing_but_choosing_an_own_one(mei: Newcomer, path: str) -> None:
    mei.sign_in(mei.arrive())

    assert mei.get(path)["Location"] == "/choose-password/"


@pytest.mark.promise("A15")
def test_it_does_not_open_the_database_or_the_public_pages_as_somebody(mei: Newcomer) -> None:
    mei.sign_in(mei.arrive())

    assert mei.get("/@kedai-kopi/")["Location"].startswith("/sign-in/")
    assert "Log in" in mei.get("/").content.decode()
    assert mei.get("/sign-in/")["Location"] == "/choose-password/"


@pytest.mark.promise("P55")
def test_the_page_urges_to_choose_and_then_leads_to_the_database(mei: Newcomer) -> None:
    mei.sign_in(mei.arrive())

    assert "Choose your own password" in mei.get("/choose-password/").content.decode()
    assert mei.post("/choose-password/", {"password": OWN_PASSWORD})["Location"] == "/@kedai-kopi/"
    account = Account.objects.get(email=EMAIL)
    assert (account.must_choose_password, account.check_password(OWN_PASSWORD)) == (False, True)


def test_who_was_on_the_way_somewhere_arrives_there(mei: Newcomer) -> None:
    password = mei.arrive()
    mei.post(
        "/sign-in/?next=/@kedai-kopi/board/", {"login": EMAIL, "password": password, "next": "/@kedai-kopi/board/"}
    )

    assert mei.post("/choose-password/", {"password": OWN_PASSWORD})["Location"] == "/@kedai-kopi/board/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(mei: Newcomer, elsewhere: str) -> None:
    password = mei.arrive()
    mei.post("/sign-in/", {"login": EMAIL, "password": password, "next": elsewhere})

    assert mei.post("/choose-password/", {"password": OWN_PASSWORD})["Location"] == "/@kedai-kopi/"


@pytest.mark.promise("A14")
def test_it_works_once(mei: Newcomer) -> None:
    password = mei.arrive()
    mei.sign_in(password)

    again = Newcomer(typed=mei.typed).sign_in(password)

    assert again.status_code == 422
    assert REFUSED in again.content.decode()


def test_two_who_type_it_at_once_are_one(mei: Newcomer) -> None:
    mei.arrive()
    initial = InitialPassword.objects.get()

    assert [initial.spend(), initial.spend()] == [True, False]


@pytest.mark.promise("A14")
def test_it_is_refused_after_72_hours(mei: Newcomer) -> None:
    password = mei.arrive()

    with time_machine.travel(timezone.now() + timedelta(hours=71, minutes=59)):
        live = InitialPassword.objects.live().count()
    with time_machine.travel(timezone.now() + timedelta(hours=72, minutes=1)):
        answer = mei.sign_in(password)
        mei.post("/fresh-password/", {"email": EMAIL})
        run_all()
        assert mei.sign_in(mei.first_password)["Location"] == "/choose-password/"

    assert live == 1
    assert answer.status_code == 422
    assert REFUSED in answer.content.decode()


def test_spaces_and_capitals_of_a_copy_do_no_harm(mei: Newcomer) -> None:
    password = mei.arrive()

    assert mei.sign_in(f"  {password.upper()} ")["Location"] == "/choose-password/"


@pytest.mark.promise("A14")
def test_a_fresh_one_may_be_asked_for_and_the_old_one_is_void(mei: Newcomer) -> None:
    old = mei.arrive()

    assert mei.post("/fresh-password/", {"email": EMAIL.upper()}).status_code == 200
    run_all()

    assert letters_to(EMAIL)[-1].subject == "A fresh password for Pivotino"
    assert mei.sign_in(old).status_code == 422
    assert mei.sign_in(mei.first_password)["Location"] == "/choose-password/"


def test_asking_tells_nothing_about_an_address(mei: Newcomer, anna: Person) -> None:
    mei.arrive()
    own = Account.objects.get(pk=anna.account.pk)

    pages = [
        Browser().post("/fresh-password/", {"email": email}) for email in (EMAIL, own.email, "nobody@kopi.example")
    ]
    sent = len(letters_to(own.email))
    run_all()

    assert {page.status_code for page in pages} == {200}
    assert (
        len(
            {
                page.content.decode().replace(EMAIL, "").replace(own.email, "").replace("nobody@kopi.example", "")
                for page in pages
            }
        )
        == 1
    )
    assert len(letters_to(own.email)) == sent, "who has an own password gets no first one"
    assert letters_to("nobody@kopi.example") == []


def test_asking_is_limited_for_an_address(mei: Newcomer) -> None:
    mei.arrive()

    answers = [mei.post("/fresh-password/", {"email": EMAIL}).status_code for _ in range(5)]

    assert answers == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("email", ["", "mei", "x" * 300 + "@kopi.example"])
def test_asking_with_nonsense_is_said(stranger: Browser, email: str) -> None:
    assert stranger.post("/fresh-password/", {"email": email}).status_code == 422


def test_one_account_has_one_at_a_time(mei: Newcomer) -> None:
    mei.arrive()
    account = Account.objects.get(email=EMAIL)

    with pytest.raises(IntegrityError), transaction.atomic():
        InitialPassword.objects.create(account=account, hash="another", expires_at=timezone.now())


@pytest.mark.promise("P56")
@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "Type the password"), ("short", "Add 7 more characters"), ("password1234", "easy to guess"),
        ("aaaaaaaaaaaaaa", "easy to guess"), ("kedai kopi 2026", "belongs to you"), ("MeiLingTan2026", ""),
        ("pivotino pivotino", "belongs to you"), ("x" * 300, "at most 256"),
    ],
)  # fmt: skip
def test_weak_words_and_known_names_are_refused(mei: Newcomer, password: str, reason: str) -> None:
    mei.sign_in(mei.arrive())

    answer = mei.post("/choose-password/", {"password": password})

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not password or password not in answer.content.decode()


@pytest.mark.promise("P56")
@pytest.mark.promise("P57")
def test_where_a_password_is_chosen_it_says_to_keep_it_and_that_we_never_ask(mei: Newcomer) -> None:
    mei.sign_in(mei.arrive())

    page = mei.get("/choose-password/").content.decode()

    assert "Keep it to yourself." in page
    assert "We never ask for your password" in page


@pytest.mark.parametrize(
    "password",
    [
        OWN_PASSWORD,
        "𝔳iolet canoe drifting",
        "لا أحد يعرف هذه الكلمات",
        "  spaces at both ends  ",
        "π" * 6 + "zebra lamp ocean",
    ],
)
def test_any_strong_password_is_taken_as_typed(mei: Newcomer, password: str) -> None:
    mei.sign_in(mei.arrive())
    assert mei.post("/choose-password/", {"password": password}).status_code == 302
    mei.post("/sign-out/")

    assert mei.sign_in(password).status_code == 302


def test_the_page_is_for_nobody_else(stranger: Browser, anna: Person) -> None:
    assert stranger.get("/choose-password/")["Location"] == "/sign-in/"
    assert stranger.post("/choose-password/", {"password": OWN_PASSWORD})["Location"] == "/sign-in/"
    assert anna.browser.get("/choose-password/")["Location"] == "/my/"


@pytest.mark.parametrize("way", ["code", "forgot"])
def test_the_owner_of_the_mailbox_has_other_ways_too(mei: Newcomer, way: str) -> None:
    mei.arrive()
    ask, enter = {
        "code": ("/sign-in/code/", "/sign-in/code/enter/"),
        "forgot": ("/forgot-password/", "/forgot-password/code/"),
    }[way]
    mei.post(ask, {"email": EMAIL})
    run_all()
    code = letters_to(EMAIL)[-1].subject.split()[0]

    answer: Any = mei.post(enter, {"code": code})

    assert answer["Location"] == {"code": "/choose-password/", "forgot": "/forgot-password/new/"}[way]
    if way == "forgot":
        mei.post("/forgot-password/new/", {"password": OWN_PASSWORD})
        assert not Account.objects.get(email=EMAIL).must_choose_password
        assert not InitialPassword.objects.live().exists()
