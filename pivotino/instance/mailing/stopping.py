"""The link at the end of every mailing: it works for ever, for a person and for a mail program, in this instance and no other.

It holds the mark of the address and the audience, signed. It is the same each time and tells no address.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.db.models import Q

from pivotino.instance.mailing.models import Audience, Stop
from pivotino.instance.mailing.models.stops import mark_of
from pivotino.tenancy import current
from pivotino.tenancy.addresses import absolute, instance_url

SALT = "pivotino.mailing.unsubscribe"


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom a token stands for, and which audience it was written to; None where that is gone."""

    mark: str
    audience: Audience | None

    @property
    def stops(self) -> list[Stop]:
        """What holds now, of this audience and at all."""
        return list(Stop.objects.filter(Q(audience=self.audience) | Q(audience__isnull=True), mark=self.mark))


def token_for(address: str, audience: UUID | None, *, key: str) -> str:
    """The token of an address; `key` is the sender's, which makes its mark."""
    return _signer().sign_object([mark_of(address, key), str(audience or "")])


def read(token: str) -> Wish | None:
    """What a token stands for; None for one that is not of this instance, which nobody outside may notice."""
    try:
        mark, audience = _signer().unsign_object(token)
        found = Audience.objects.filter(pk=UUID(audience)).first() if audience else None
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Wish(str(mark), found)


def unsubscribe_link(token: str) -> str:
    """The public address; it opens without signing in."""
    return absolute(instance_url(current().slug, "mailing:unsubscribe", token=token))


def _signer() -> signing.Signer:
    return signing.Signer(salt=f"{SALT}.{current().key}", sep=".")
