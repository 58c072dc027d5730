"""What we wrote to an address, shown to whoever reads its mail."""

from datetime import timedelta

from django.core import signing
from django.utils import timezone

from pivotino.kit.ids import uuid7
from pivotino.letters.kinds import Kind
from pivotino.letters.letter import Letter
from pivotino.letters.models import Sent
from pivotino.letters.posting import send
from pivotino.tenancy.addresses import absolute, control_url

SALT, GOOD_FOR, SHOWN = "pivotino.letters.correspondence", timedelta(days=1), 500


class Correspondence(Letter):
    """The link to what we wrote to this address."""

    kind = Kind.TRANSACTIONAL
    template = "letters/letters/sent_to_you"
    why = "You get this letter because somebody at this address, or who knows it, asked to see what we wrote to it."


def ask(address: str) -> None:
    """Mail the link. The page says the same for every address: nothing tells whether we ever wrote there."""
    key = f"correspondence:{uuid7()}"
    link = absolute(control_url("mail:correspondence_of", token=signing.dumps(key, salt=SALT)))
    send(Correspondence(to=address, link=link), key=key)


def letters_of(token: str) -> tuple[str, list[Sent]] | None:
    """The address a link was mailed to, and every letter in the ledger; None for a link that is too old or not ours.

    The letter that carried the link proves the address, so the link itself need not hold it.
    """
    try:
        key = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    proof = Sent.objects.filter(key=key, at__gt=timezone.now() - GOOD_FOR).exclude(to="").first()
    if proof is None:
        return None
    return proof.to, list(Sent.objects.to_person(proof.to)[:SHOWN])
