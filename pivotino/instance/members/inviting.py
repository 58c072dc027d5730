"""From what somebody typed to whom a letter may go: reading addresses, and saying of each what would happen."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from pivotino.instance.members.models import LETTERS_AT_MOST, Invitation, Member
from pivotino.instance.members.models.invitation import FORGOTTEN_AFTER
from pivotino.kit.retention import in_words_of

MOST = 50
_BETWEEN = re.compile(r'[,;\n](?=(?:[^"]*"[^"]*")*[^"]*$)')
_NAMED = re.compile(r"^\s*(?P<name>[^<>]*?)\s*<\s*(?P<email>[^<>\s]+)\s*>\s*$")

# new: gets a letter · waiting: got one already · here: works here · you · gone: worked here · reported: wants none · twice: got two
Verdict = Literal["new", "waiting", "here", "you", "gone", "reported", "twice"]
SAID: dict[Verdict, str] = {
    "new": "",
    "waiting": "was invited already and has not answered",
    "here": "works here already",
    "you": "is you",
    "gone": "worked here before; bring them back in the list of colleagues",
    "reported": "asked us not to be invited here again",
    "twice": f"got two letters within {in_words_of(FORGOTTEN_AFTER)}; ask them in another way",
}


@dataclass(frozen=True, slots=True)
class Address:
    """One address as it was typed, with the name that stood beside it or one guessed from it."""

    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Guest:
    """One address and what would happen to it. `member_id` is set where somebody of that name is known here."""

    email: str
    name: str
    verdict: Verdict
    member_id: UUID | None = None

    @property
    def gets_a_letter(self) -> bool:
        return self.verdict == "new"

    @property
    def said(self) -> str:
        """What would happen, in words; empty where a letter goes."""
        return SAID[self.verdict]


def read_addresses(text: str) -> tuple[list[Address], list[str]]:
    """The addresses in a text (commas, lines, "Name <a@b>"), each once, and the pieces that are none."""
    found: dict[str, Address] = {}
    wrong = []
    for piece in _pieces(text):
        address = _address(piece)
        if address is None:
            wrong.append(piece[:80])
        else:
            found.setdefault(address.email, address)
    return list(found.values()), wrong


def judge(addresses: Iterable[Address], by: Member) -> list[Guest]:
    """What would happen to each address if `by` invited it now."""
    addresses = list(addresses)
    members = {
        member.email: member
        for member in Member.objects.filter(email__in=[one.email for one in addresses]).order_by("-left_at")
    }
    waiting = set(Invitation.objects.open().values_list("member_id", flat=True))
    unreached = {
        member.name.casefold(): member.pk for member in Member.objects.working().filter(account_uuid=None, email="")
    }
    return [_judged(one, members.get(one.email), waiting, unreached, by) for one in addresses]


def _judged(one: Address, member: Member | None, waiting: set[UUID], unreached: dict[str, UUID], by: Member) -> Guest:
    verdict: Verdict = "new"
    if member is not None and member.pk == by.pk:
        verdict = "you"
    elif Invitation.reported(one.email):
        verdict = "reported"
    elif member is not None and member.has_left:
        verdict = "gone" if member.has_joined else "new"
    elif member is not None and member.has_joined:
        verdict = "here"
    elif member is not None and member.pk in waiting:
        verdict = "waiting"
    elif Invitation.letters_to(one.email) >= LETTERS_AT_MOST:
        verdict = "twice"
    known = member.pk if member is not None and not member.has_left else unreached.get(one.name.casefold())
    return Guest(one.email, member.name if member else one.name, verdict, known)


def _pieces(text: str) -> Sequence[str]:
    pieces: list[str] = []
    for piece in _BETWEEN.split(text):
        words = piece.split()
        several = len(words) > 1 and all("@" in word for word in words)
        pieces += words if several else [" ".join(words)]
    return [piece for piece in pieces if piece]


def _address(piece: str) -> Address | None:
    named = _NAMED.match(piece)
    if named:
        name, email = named["name"].strip(" \"'"), named["email"]
    elif " " in piece:
        name, _, email = piece.rpartition(" ")
    else:
        name, email = "", piece
    email = email.strip().strip(".").lower()
    try:
        validate_email(email)
    except ValidationError:
        return None
    return Address(email, " ".join(name.split())[:160] or _guessed(email))


def _guessed(email: str) -> str:
    """ "siti.aminah@atap.example" is probably Siti Aminah."""
    words = [word for word in re.split(r"[._\-+\d]+", email.partition("@")[0]) if word]
    return " ".join(word.capitalize() for word in words)[:160] or email.partition("@")[0]
