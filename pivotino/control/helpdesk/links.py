"""Addresses that only who reads a letter knows: the page of one ticket, the proof of an address, and the mark in a subject."""

import base64
import re
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from pivotino.control.helpdesk.models import Ticket
from pivotino.tenancy.addresses import absolute, control_url

SALT, PROOF, MARK = "pivotino.helpdesk.ticket", "pivotino.helpdesk.proof", "pivotino.helpdesk.mark"
PROOF_GOOD_FOR = timedelta(days=14)
MARKED = re.compile(r"\[(T-\d{4,9})-([a-z2-7]{10})\]", re.I)


def link_to(ticket: Ticket) -> str:
    """Where the requester reads and answers without signing in."""
    return absolute(control_url("helpdesk:ticket", token=token_of(ticket)))


def token_of(ticket: Ticket) -> str:
    return signing.Signer(salt=SALT, sep=".").sign_object(ticket.pk.hex)


def ticket_of(token: str) -> Ticket | None:
    """Whose page this is; of a merged one the ticket it went into. None for an address that is not ours, and for one whose person was forgotten."""
    try:
        found = Ticket.objects.filter(pk=UUID(signing.Signer(salt=SALT, sep=".").unsign_object(token))).first()
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
    return whole(found) if found and found.email else None


def proof_link(ticket: Ticket) -> str:
    """Pressing a button there proves the address. It is mailed to that address and shown nowhere else."""
    token = signing.dumps([ticket.pk.hex, ticket.email.lower()], salt=PROOF)
    return absolute(control_url("helpdesk:prove", token=token))


def to_prove(token: str) -> Ticket | None:
    """The ticket whose address a link proves; None for one that is too old, not ours, or about an address it no longer has."""
    try:
        id, email = signing.loads(token, salt=PROOF, max_age=PROOF_GOOD_FOR)
        return Ticket.objects.filter(pk=UUID(id), email__iexact=email).first()
    except (signing.BadSignature, ValueError, TypeError):
        return None


def mark_of(ticket: Ticket) -> str:
    """What stands in the subject of our letters, so that an answer finds its ticket; nobody can make one up."""
    return f"[{ticket.number}-{_seal(ticket.number)}]"


def marked(subject: str) -> Ticket | None:
    """The ticket a subject names with its right seal."""
    for number, seal in MARKED.findall(subject):
        if constant_time_compare(seal.lower(), _seal(number.upper())):
            return Ticket.objects.filter(number=number.upper()).exclude(email="").first()
    return None


def whole(ticket: Ticket) -> Ticket:
    """The ticket this one was merged into, or itself."""
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
    return ticket


def _seal(number: str) -> str:
    return base64.b32encode(salted_hmac(MARK, number, algorithm="sha256").digest())[:10].decode().lower()
