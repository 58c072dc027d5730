"""Addresses in letters that count how often they were followed, and by nobody in particular.

Each leads over an address of ours that carries its target, signed: it can lead nowhere we did not write it to, and it is the
same in every letter of one bulletin, so it tells nothing about who followed it.
"""

from collections.abc import Callable
from uuid import UUID

from django.core import signing
from django.http import HttpResponse

SALT = "pivotino.letters.bulletins.links"


def counted(bulletin_id: UUID, way: Callable[[str], str]) -> Callable[[str], str]:
    """The `link` for `blocks.as_html`. `way` makes a whole address of a token; addresses of mail stay as they are."""

    def link(address: str) -> str:
        return address if address.startswith("mailto:") else way(token_for(bulletin_id, address))

    return link


def token_for(bulletin_id: UUID, address: str) -> str:
    return _signer().sign_object([bulletin_id.hex, address], compress=True)


def read(token: str) -> tuple[UUID, str] | None:
    """The bulletin and the target; None for a token that is not ours."""
    try:
        bulletin, address = _signer().unsign_object(token)
        return UUID(bulletin), str(address)
    except (signing.BadSignature, ValueError, TypeError):
        return None


def leading_to(address: str) -> HttpResponse:
    """On to the target, which learns neither the letter nor the reader."""
    answer = HttpResponse(status=303)
    answer["Location"] = address
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
