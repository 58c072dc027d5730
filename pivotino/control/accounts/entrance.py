"""Recognising somebody by address and password: their own, or the one a letter brought."""

from django.contrib.auth.hashers import check_password, make_password
from django.utils.functional import SimpleLazyObject

from pivotino.control.accounts.models import Account, InitialPassword

# Checked where there is nothing to check, so that every refusal takes as long as every other.
_nothing = SimpleLazyObject(lambda: make_password("nobody has this password"))


def recognise(email: str, password: str) -> Account | None:
    """The account this address and password open, or None. An initial password is used up by being right."""
    account = Account.objects.with_email(email)
    live = InitialPassword.objects.live().filter(account=account).first() if account else None
    own = account.password if account and account.has_usable_password() else str(_nothing)
    own_fits = check_password(password, own)
    initial_fits = check_password(_as_read(password), live.hash if live else str(_nothing))
    if account is None or not account.is_active:
        return None
    if own_fits and account.has_usable_password():
        return account
    return account if live is not None and initial_fits and live.spend() else None


def _as_read(password: str) -> str:
    """Copied out of a letter, a password brings spaces along and sometimes capitals; ours have neither."""
    return password.strip().lower()
