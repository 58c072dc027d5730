"""An invited colleague opens an account."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.utils import timezone

from pivotino.control.accounts.models import Account, Consent
from tests.cast import Browser, Person
from tests.control.newcomer import OWN_PASSWORD

pytestmark = pytest.mark.usefixtures("control")
DEWI = "dewi@atap-suria.example"
BACK = "/@atap-suria/invitations/abc/"


def pass_for(email: str = DEWI, *, slug: str = "atap-suria", back: str = BACK, salt: str = "join") -> str:
    told = {"email": email, "name": "Dewi", "slug": slug, "invitation": "abc", "back": back}
    return f"/join/?pass={signing.dumps(told, salt=salt)}"


TYPED = {"name": "Dewi Lestari", "password": OWN_PASSWORD, "terms": "on", "grown": "on"}


@pytest.mark.usefixtures("atap")
def test_the_page_knows_whom_it_invites_and_changes_nothing(stranger: Browser) -> None:
    page = stranger.get(pass_for()).content.decode()

    assert "Atap Suria" in page and DEWI in page and 'value="Dewi"' in page
    assert Account.objects.with_email(DEWI) is None


@pytest.mark.promise("P18")
@pytest.mark.usefixtures("atap")
def test_name_password_and_consent_open_the_account_and_lead_back(stranger: Browser) -> None:
    assert stranger.post(pass_for(), TYPED)["Location"] == BACK

    account = Account.objects.get(email=DEWI)
    assert (account.name, account.check_password(OWN_PASSWORD), account.must_choose_password) == (
        "Dewi Lestari",
        True,
        False,
    )
    assert {(row.document, row.channel) for row in Consent.objects.filter(account=account)} == {
        ("terms", "invitation"), ("policy", "invitation"), ("age", "invitation"),
    }  # fmt: skip
    assert stranger.get("/my/account/").status_code == 200


@pytest.mark.usefixtures("atap")
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"password": "short"}, "more characters"), ({"password": "dewi lestari 12"}, "belongs to you"), ({"name": ""}, "Type your name."),
        ({"terms": ""}, "Without the terms"), ({"grown": ""}, "13 or older"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_kept(stranger: Browser, changed: dict[str, str], reason: str) -> None:
    answer = stranger.post(pass_for(), {**TYPED, **changed})

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert (Account.objects.with_email(DEWI), Consent.objects.count()) == (None, 0)


@pytest.mark.usefixtures("atap")
def test_pressing_twice_is_one_account(stranger: Browser) -> None:
    stranger.post(pass_for(), TYPED)

    assert Browser().post(pass_for(), TYPED)["Location"].startswith("/sign-in/?next=%2F%40atap-suria")
    assert Account.objects.filter(email=DEWI).count() == 1


def test_who_has_an_account_signs_in_instead(stranger: Browser, anna: Person) -> None:
    assert stranger.get(pass_for(anna.account.email))["Location"].startswith(
        "/sign-in/?next=%2F%40atap-suria%2Finvitations"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/join/",
        "/join/?pass=",
        "/join/?pass=x.y.z",
        pass_for(salt="else"),
        pass_for(back="https://evil.example/"),
        pass_for(back="/@zenit/"),
    ],
)
def test_a_pass_that_is_not_ours_opens_nothing(stranger: Browser, path: str) -> None:
    assert [stranger.get(path).status_code, stranger.post(path, TYPED).status_code] == [410, 410]
    assert Account.objects.with_email(DEWI) is None


@pytest.mark.usefixtures("atap")
def test_a_pass_that_is_too_old_opens_nothing(stranger: Browser) -> None:
    path = pass_for()

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert stranger.post(path, TYPED).status_code == 410
