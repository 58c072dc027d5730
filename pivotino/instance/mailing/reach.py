"""Who of an audience gets a letter, and why the others do not. Asked for the page, when sending begins, and again for each letter."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from pivotino.instance.contacts.models import Contact
from pivotino.instance.mailing.models import Audience, How, Sender, Stop
from pivotino.instance.mailing.models.stops import mark_of
from pivotino.instance.members.models import Member

NO_ADDRESS = "have no e-mail address"
WANTS_NONE = "want no mailings"
STOPPED = "unsubscribed"
GONE = "have an address where nobody reads"
TWICE = "share an address that gets one letter already"
NOT_HERE = "No contact has this address any more."
# The one sentence each of them reads on a page of results.
WHY = {
    NO_ADDRESS: "There is no e-mail address.",
    WANTS_NONE: "They want no mailings.",
    STOPPED: "They unsubscribed.",
    GONE: "Nobody reads at this address.",
    TWICE: "Another contact at the same address gets it.",
}


@dataclass(frozen=True, slots=True)
class Reached:
    """One contact of an audience; `held` is why they get nothing, or nothing."""

    contact: UUID
    name: str
    address: str
    held: str = ""


@dataclass
class Reach:
    """How many get it, and how many do not, by reason."""

    letters: int = 0
    held: Counter[str] = field(default_factory=Counter)

    @property
    def people(self) -> int:
        return self.letters + self.held.total()


def reach_of(audience: Audience, member: Member) -> Reach:
    """The counts, as this member may know them."""
    found = Reach()
    for one in everybody(audience, member):
        if one.held:
            found.held[one.held] += 1
        else:
            found.letters += 1
    return found


def everybody(audience: Audience, member: Member) -> Iterator[Reached]:
    """The people of an audience by name, each once, with what holds them back."""
    key, stops, taken = Sender.ours().key, _stops(audience), set[str]()
    unwilling = set(Contact.objects.kept().filter(do_not_mail=True).exclude(email="").values_list("email", flat=True))
    rows = audience.contacts(member).order_by("folded", "id").values_list("pk", "name", "email", "do_not_mail")
    for pk, name, address, flagged in rows.distinct().iterator(chunk_size=2000):
        how = stops.get(mark_of(address, key), "") if address else ""
        held = _why(address, flagged or address in unwilling, how, twice=address in taken)
        if not held:
            taken.add(address)
        yield Reached(pk, name, address, held)


def held_among(addresses: Sequence[str], audience: Audience | None) -> dict[str, str]:
    """Asked the moment letters leave: those of these addresses that get nothing now, each with its sentence."""
    key, stops = Sender.ours().key, _stops(audience)
    rows = Contact.objects.kept().filter(email__in=addresses).values_list("email", "do_not_mail")
    flags: dict[str, bool] = {}
    for email, flagged in rows:
        flags[email] = flagged or flags.get(email, False)
    found = {}
    for address in addresses:
        held = _why(address, flags.get(address, False), stops.get(mark_of(address, key), ""), twice=False)
        sentence = WHY[held] if held else "" if address in flags else NOT_HERE
        if sentence:
            found[address] = sentence
    return found


def _why(address: str, flagged: bool, how: str, *, twice: bool) -> str:
    if not address:
        return NO_ADDRESS
    if how:
        return GONE if how == How.BOUNCE else STOPPED
    if flagged:
        return WANTS_NONE
    return TWICE if twice else ""


def _stops(audience: Audience | None) -> dict[str, str]:
    rows = Stop.objects.filter(
        Q(audience__isnull=True) | Q(audience=audience) if audience else Q(audience__isnull=True)
    )
    return dict(rows.values_list("mark", "how"))
