"""The door of those who work here: a passkey and nothing else, shown again after a day's work."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.utils import timezone

from pivotino.control.accounts.models import Account
from tests.cast import Browser, Person
from tests.control.newcomer import OWN_PASSWORD
from tests.control.staff.conftest import with_second_step

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def came_by(account: Account, **proof: object) -> Browser:
    """A browser in which this account signed in with `proof`."""
    browser = Browser()
    browser.force_login(account, backend=BACKEND)
    session = browser.session
    session["account_authentication_methods"] = [{"at": timezone.now().timestamp(), **proof}]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()
    return browser


@pytest.mark.promise("A59", "P60")
@pytest.mark.parametrize(
    "proof",
    [{"method": "password"}, {"method": "code"}, {"method": "mfa", "type": "totp"}, {"method": "mfa", "type": "recovery_codes"}],
    ids=["a password", "a mailed code", "an app", "a recovery code"],
)  # fmt: skip
def test_no_password_and_no_code_opens_the_console(sofia: Account, proof: dict[str, str]) -> None:
    without = came_by(sofia, **proof).get("/staff/customers/")
    Authenticator.objects.create(user=sofia, type="webauthn", data={})
    with_one = came_by(sofia, **proof).get("/staff/customers/?q=a&b")

    assert (without.status_code, with_one.status_code) == (403, 403)
    assert "you have none yet" in without.content.decode()
    assert "/my/security/again/passkey/?next=/staff/customers/%3Fq%3Da%26b" in with_one.content.decode()


@pytest.mark.promise("P60")
def test_somebody_who_works_here_and_has_a_password_gets_nowhere_with_it(sofia: Account) -> None:
    sofia.choose_password(OWN_PASSWORD)
    sofia.open()
    browser = Browser()

    browser.post("/sign-in/", {"login": sofia.email, "password": OWN_PASSWORD})

    assert browser.get("/my/account/").status_code == 200
    assert browser.get("/staff/").status_code == browser.get("/staff/sessions/").status_code == 403


@pytest.mark.promise("P60")
def test_the_door_is_their_own_and_has_no_field_for_a_password(stranger: Browser) -> None:
    sent = stranger.get("/staff/tickets/?state=open")
    page = stranger.get(sent["Location"])

    assert sent["Location"] == "/sign-in/staff/?next=/staff/tickets/%3Fstate%3Dopen"
    assert page.status_code == 200
    assert 'value="/staff/tickets/?state=open"' in page.content.decode()
    assert "password" not in page.content.decode().replace("password first, then the key", "")
    challenge = stranger.get("/sign-in/staff/", headers={"Accept": "application/json"}).json()
    assert challenge["request_options"]["publicKey"]["userVerification"] == "required"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nonsense",
        "{}",
        "[]",
        "1",
        "null",
        '{"id": 1}',
        '{"id": "AA", "rawId": "AA", "response": {"userHandle": 1}}',
    ],
)
def test_what_is_no_passkey_is_refused(stranger: Browser, typed: str) -> None:
    answer = stranger.post("/sign-in/staff/", {"credential": typed, "next": "https://evil.example/"})

    assert answer.status_code == 422
    assert "This passkey opens nothing here." in answer.content.decode()
    assert "evil" not in answer.content.decode()


@pytest.mark.promise("P60")
def test_a_passkey_counts_for_twelve_hours(sofia: Account) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        desk = with_second_step(sofia)
        clock.shift(timedelta(hours=11, minutes=59))
        last = desk.get("/staff/").status_code
        clock.shift(timedelta(minutes=1))

        assert (last, desk.get("/staff/").status_code) == (200, 403)


def test_who_works_here_keeps_the_last_passkey_and_a_customer_need_not(sofia: Account, anna: Person) -> None:
    keys = [Authenticator.objects.create(user=who, type="webauthn", data={"name": "key", "credential": {}}) for who in (sofia, sofia, anna.account)]  # fmt: skip
    desk, hers = (came_by(who, method="mfa", type="webauthn", reauthenticated=True) for who in (sofia, anna.account))

    answers = [
        browser.post(f"/my/security/passkeys/{key.pk}/remove/").status_code
        for browser, key in zip((desk, desk, hers), keys, strict=True)
    ]

    assert answers == [302, 409, 302]
    assert Authenticator.objects.get().user == sofia
