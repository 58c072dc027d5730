"""The letters of the accounts room."""

from typing import Any

from allauth.account import app_settings
from django.conf import settings
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.kit.ids import uuid7
from pivotino.letters import Kind, Letter, send
from pivotino.tenancy.addresses import absolute, control_url


class FirstPassword(Letter):
    """The generated password. Sent sealed: it stands in this letter and nowhere else."""

    kind = Kind.TRANSACTIONAL
    template = "accounts/letters/first_password"
    why = "You get this letter because you registered at Pivotino with this address."

    def __init__(self, *, to: str, name: str, password: str, doors: list[Any], again: bool = False) -> None:
        super().__init__(
            to=to, name=name, email=to, password=password, again=again, doors=[(door.name, f"{settings.BASE_URL}{door.address}") for door in doors],
            link=absolute(control_url("accounts:sign_in")), fresh=absolute(control_url("accounts:fresh_password")),
        )  # fmt: skip


class SignInCode(Letter):
    """A code that signs in."""

    kind = Kind.TRANSACTIONAL
    template = "accounts/letters/sign_in_code"
    why = "You get this letter because somebody asked to sign in to Pivotino with this address."


class ResetCode(Letter):
    """A code that lets one choose a new password."""

    kind = Kind.TRANSACTIONAL
    template = "accounts/letters/reset_code"
    why = "You get this letter because somebody said at Pivotino that they forgot the password of this address."


class UnknownAddress(Letter):
    """Somebody tried to get in with an address that has no account."""

    kind = Kind.TRANSACTIONAL
    template = "accounts/letters/unknown_address"
    why = "You get this letter because somebody tried to sign in to Pivotino with this address."


class SecurityChanged(Letter):
    """Something about the way in has changed; if it was not you, here is what to do."""

    kind = Kind.TRANSACTIONAL
    template = "accounts/letters/security_changed"
    why = "You get this letter because something about your Pivotino account has changed."


class ChooseAnew(Letter):
    """A Business Owner asks somebody to choose a new password. Only its reader gets the code, in another letter."""

    kind = Kind.TRANSACTIONAL
    template = "accounts/letters/choose_anew"
    why = "You get this letter because you can sign in to a database whose Business Owner asked for this."


class NewBrowser(Letter):
    """Somebody came in with a browser or from a network that this account has not used lately."""

    kind = Kind.TRANSACTIONAL
    template = "accounts/letters/new_browser"
    why = "You get this letter because somebody signed in to your Pivotino account."


CHANGES = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_set": "You chose a password.",
    "account/email/password_reset": "Your password was changed with a code from a letter.",
    "mfa/email/totp_activated": "An app with codes was added as a second step.",
    "mfa/email/totp_deactivated": "The app with codes was removed.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made; the old ones are void.",
    "mfa/email/webauthn_added": "A passkey was added.",
    "mfa/email/webauthn_removed": "A passkey was removed.",
}


def send_for_allauth(prefix: str, email: str, context: dict[str, Any]) -> None:
    """Send what allauth means by `prefix` as one of our letters."""
    letter: Letter
    match prefix:
        case "account/email/login_code":
            letter = SignInCode(to=email, code=context["code"], minutes=_minutes(app_settings.LOGIN_BY_CODE_TIMEOUT))
        case "account/email/password_reset_code":
            letter = ResetCode(
                to=email, code=context["code"], minutes=_minutes(app_settings.PASSWORD_RESET_BY_CODE_TIMEOUT)
            )
        case "account/email/unknown_account":
            letter = UnknownAddress(to=email, link=absolute("/get-started/"))
        case _:
            raise LookupError(f"There is no letter for {prefix}.")
    send(letter, key=f"accounts:{uuid7()}")


def send_notice(prefix: str, account: Account) -> None:
    """Tell the owner that something about the way in has changed."""
    link = absolute(control_url("accounts:forgot_password"))
    letter = SecurityChanged(to=account.email, name=account.name, what=CHANGES[prefix], at=timezone.now(), link=link)
    send(letter, key=f"accounts:{uuid7()}")


def ask_to_choose_anew(account: Account, *, by: str, company: str) -> None:
    """Ask somebody to choose a new password, once a day. Until they did, nothing about their way in changes."""
    forgot, sessions = (absolute(control_url(f"accounts:{name}")) for name in ("forgot_password", "security"))
    letter = ChooseAnew(to=account.email, name=account.name, by=by, company=company, link=forgot, security=sessions)
    send(letter, key=f"accounts:anew:{account.pk}:{timezone.now():%Y-%m-%d}")


def send_new_browser(account: Account, *, browser: str, network: str) -> None:
    """Tell the owner about a sign-in they may not know of."""
    forgot, security = (absolute(control_url(f"accounts:{name}")) for name in ("forgot_password", "security"))
    letter = NewBrowser(
        to=account.email,
        name=account.name,
        browser=browser,
        network=network,
        at=timezone.now(),
        link=forgot,
        security=security,
    )
    send(letter, key=f"accounts:{uuid7()}")


def _minutes(seconds: int) -> int:
    return seconds // 60
