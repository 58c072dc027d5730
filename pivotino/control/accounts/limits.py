"""How often entrance may be tried. No limit can be used to lock somebody out of their own account.

Guessing, and asking for letters with codes, is counted per address *and* network: whoever fails at Anna's address from afar
leaves Anna's own network free. A ceiling over all networks stops a swarm; one network alone never reaches it, and it does
not bind networks from which the account was used before.
"""

from django.http import HttpRequest

from pivotino.control.accounts.models import Account, Session
from pivotino.control.accounts.networks import line_of, network_of
from pivotino.kit.limits import Limit, TooMany

FROM_ONE_NETWORK = Limit("sign-in-network", 60, per=10 * 60)
ONE_ADDRESS_HERE = Limit("sign-in-here", 8, per=5 * 60)
ONE_ADDRESS_ANYWHERE = Limit("sign-in-anywhere", 80, per=60 * 60)
CODES_FROM_ONE_NETWORK = Limit("code-network", 20, per=10 * 60)
CODES_HERE = Limit("code-here", 4, per=20 * 60)
CODES_ANYWHERE = Limit("code-anywhere", 30, per=60 * 60)
STEPS_HERE = Limit("step-here", 5, per=10 * 60)
STEPS_ANYWHERE = Limit("step-anywhere", 50, per=60 * 60)
FRESH_PASSWORD = Limit("fresh-password", 3, per=60 * 60)
FRESH_PASSWORD_NETWORK = Limit("fresh-password-network", 20, per=60 * 60)
JOINING = Limit("join", 20, per=10 * 60)

__all__ = [
    "TooMany",
    "count_code",
    "count_fresh_password",
    "count_sign_in",
    "count_step",
    "forget_sign_ins",
    "forget_steps",
]


def count_sign_in(request: HttpRequest, email: str) -> None:
    """Count one try with a password; raises TooMany."""
    FROM_ONE_NETWORK.hit(line_of(request))
    _count(request, email, ONE_ADDRESS_HERE, ONE_ADDRESS_ANYWHERE)


def forget_sign_ins(request: HttpRequest, email: str) -> None:
    """After the right password: this person starts afresh from this network."""
    ONE_ADDRESS_HERE.forget(_here(request, email))


def count_code(request: HttpRequest, email: str) -> None:
    """Count one letter with a code; raises TooMany. So nobody's mailbox is filled either."""
    CODES_FROM_ONE_NETWORK.hit(line_of(request))
    _count(request, email, CODES_HERE, CODES_ANYWHERE)


def count_step(request: HttpRequest, email: str) -> None:
    """Count one try at the code of an app, by somebody who knows the password; raises TooMany."""
    _count(request, email, STEPS_HERE, STEPS_ANYWHERE)


def forget_steps(request: HttpRequest, email: str) -> None:
    """After the right code."""
    STEPS_HERE.forget(_here(request, email))


def count_fresh_password(request: HttpRequest, email: str) -> None:
    FRESH_PASSWORD_NETWORK.hit(line_of(request))
    FRESH_PASSWORD.hit(_plain(email))


def _count(request: HttpRequest, email: str, here: Limit, anywhere: Limit) -> None:
    """For this address from this network; from networks where the account was never used, for all of them together too."""
    here.hit(_here(request, email))
    if not _known_here(request, email):
        anywhere.hit(_plain(email))


def _here(request: HttpRequest, email: str) -> str:
    return f"{_plain(email)} {line_of(request)}"


def _plain(email: str) -> str:
    return email.strip().lower()


def _known_here(request: HttpRequest, email: str) -> bool:
    account: Account | None = Account.objects.with_email(email)
    return account is not None and Session.objects.filter(account=account, network=network_of(request)).exists()
