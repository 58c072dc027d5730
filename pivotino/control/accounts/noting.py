"""Writing down who signed in and who tried, and telling the owner of what looks new."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from pivotino.control.accounts import letters
from pivotino.control.accounts.models import Account, SignIn
from pivotino.control.accounts.networks import browser_of, network_of
from pivotino.jobs.trails import tell

WAYS = {"password": "password", "code": "code by mail", "mfa": "second step"}
STEPS = {"webauthn": "passkey", "totp": "app code", "recovery_codes": "recovery code"}


def note_sign_in(request: HttpRequest, account: Account, *, is_first: bool) -> None:
    """Somebody is in. A browser or network this account has not used lately is told by letter."""
    browser, network = browser_of(request), network_of(request)
    known = is_first or SignIn.objects.knows(account, browser=browser, network=network)
    way = _way(request, account)
    _note(request, account, SignIn.Outcome.IN, way=way)
    for seat in account.seats.all():
        tell(seat.instance_id, "member.signed_in", account_id=account.pk, how=", ".join(filter(None, [way, browser])))
    if not known:
        letters.send_new_browser(account, browser=browser, network=network)


def note_refusal(request: HttpRequest, email: str) -> None:
    """A password was wrong. Only what concerns an account is kept; who guesses at nothing leaves nothing."""
    account = Account.objects.with_email(email)
    if account is not None and account.is_active:
        _note(request, account, SignIn.Outcome.REFUSED, way="password")


def note_stop(request: HttpRequest, account: Account) -> None:
    """The first step was right, the second was not."""
    _note(request, account, SignIn.Outcome.STOPPED, way="second step")


def _note(request: HttpRequest, account: Account, outcome: SignIn.Outcome, *, way: str) -> None:
    SignIn.objects.create(
        account=account, outcome=outcome, way=way, browser=browser_of(request), network=network_of(request)
    )


def _way(request: HttpRequest, account: Account) -> str:
    """ "password and app code", in the order in which they were shown."""
    said: list[str] = []
    for record in get_authentication_records(request, account):
        kind: Any = record.get("method", "")
        said.append(STEPS.get(record.get("type", ""), WAYS.get(kind, kind)) if kind == "mfa" else WAYS.get(kind, kind))
    return " and ".join(dict.fromkeys(said))[:60]
