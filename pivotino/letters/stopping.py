"""Stopping letters by a link: a token that works for ever, for a person and for a mail program.

It holds the mark of the address and the topic, sealed. It is the same each time, may be used again, and tells no address.
"""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core import signing

from pivotino.letters.marks import mark_of
from pivotino.tenancy.addresses import absolute, control_url

SALT = "pivotino.letters.unsubscribe"


@dataclass(frozen=True, slots=True)
class Stop:
    """Whom a token stands for, and what it stops first."""

    mark: str
    topic: str


def token_for(address: str, topic: str) -> str:
    """The token of an address and a topic."""
    return _signer().sign_object([mark_of(address), topic])


def read(token: str) -> Stop | None:
    """What a token stands for; None for one that is not ours, which nobody outside may notice."""
    try:
        mark, topic = _signer().unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Stop(mark, topic)


def unsubscribe_link(token: str) -> str:
    """The address that stops it by a press, and shows everything else that can be chosen."""
    return absolute(control_url("mail:unsubscribe", token=token))


def mail_to_stop(token: str) -> str:
    """The same by mail, for programs that know no better."""
    return f"mailto:{settings.OPERATOR.support}?subject={quote(f'unsubscribe {token}')}"


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
