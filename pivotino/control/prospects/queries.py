"""What the rooms above ask: whom may we write to, why not, and what do we say of the source.

Marketing takes `audience`, shows `held_back` with its reasons, puts `source` and `forget` into a first letter, and calls
`note_written` once a letter left. Who stopped our marketing is asked of letters when a letter leaves, not here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.core import signing
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.erasures.persons import RESTRICTED, is_restricted, restricted_among
from pivotino.control.prospects import rules
from pivotino.control.prospects.models import Fact, Prospect
from pivotino.kit.places import UnknownCountry, country_name, zone_of
from pivotino.tenancy.addresses import absolute, control_url

FORGET = "pivotino.prospects.forget"
CHUNK = 1000
NAMES = {"name": "Name", "company": "Company", "phone": "Phone", "country": "Country", "language": "Language"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """One prospect as marketing sees them. `first`: they had no letter from us yet, so this one names `source`.

    `forget` leads to one press that erases them. `held` says why nothing may be written; empty in an `audience`.
    """

    address: str
    name: str
    company: str
    language: str
    zone: str
    kind: str = "prospect"
    first: bool
    source: str
    forget: str
    held: str = ""


def audience(topic: str) -> Iterator[Addressee]:
    """Everybody who may be written to now. The topic is for letters to judge; it narrows nobody out here."""
    return (addressee(one) for one, silent in _people() if not may_write(one, restricted=silent))


def held_back(topic: str) -> Iterator[Addressee]:
    """Everybody else who is no customer, each with the reason."""
    return (addressee(one, held=why) for one, silent in _people() if (why := may_write(one, restricted=silent)))


def addressee(prospect: Prospect, *, held: str = "") -> Addressee:
    return Addressee(
        address=prospect.address, name=prospect.name, company=prospect.company, language=prospect.language or "en",
        zone=_zone(prospect.country), first=prospect.written_at is None, source=source_sentence(prospect),
        forget=forget_link(prospect), held=held,
    )  # fmt: skip


def may_write(prospect: Prospect, *, restricted: bool | None = None) -> str:
    """Why no letter of marketing may go to this person, or nothing. The country's law is asked anew each time.

    `restricted` is known where many are asked about at once.
    """
    if prospect.account_id:
        return "A subscriber by now, who gets subscribers' letters."
    if not source_sentence(prospect):
        return "Nobody wrote down where this address comes from."
    if is_restricted(prospect.address) if restricted is None else restricted:
        return RESTRICTED
    if why := rules.why_not(country=prospect.country, basis=prospect.origin.basis):
        return why
    if prospect.cleared_at is None:
        return "In quarantine: nobody cleared it yet."
    return "Kept too long without a word." if prospect.expires_at <= timezone.now() else ""


def why_held(prospect: Prospect | str) -> str:
    """The same by address: also says so where we hold nobody, or somebody who has an account by now."""
    if isinstance(prospect, Prospect):
        return may_write(prospect)
    address = prospect.strip().lower()
    found = Prospect.objects.select_related("origin").filter(address=address).first()
    if found is None:
        return "No prospect of ours: erased, expired, or never one."
    if Account.objects.filter(email=address, is_active=True).exists():
        return "A subscriber by now, who gets subscribers' letters."
    return may_write(found)


def source_sentence(prospect: Prospect) -> str:
    """Where we have the address from, in the words the person reads; nothing where nobody knows, and then no letter goes."""
    return prospect.origin.sentence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One fact we hold of somebody, and where it came from, as that person reads it."""

    what: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All we hold of one prospect, as that person reads it."""

    prospect: Prospect
    facts: list[Held]
    held: str

    @property
    def basis(self) -> str:
        return self.prospect.origin.get_basis_display()


def held_about(address: str) -> Report | None:
    """What we hold of an address; the caller has proof that its owner asks."""
    found = Prospect.objects.select_related("origin").filter(address=address.strip().lower()).first()
    if found is None:
        return None
    rows = {row.field: row for row in Fact.objects.filter(prospect=found).select_related("origin")}
    facts = [Held(what="Mail address", value=found.address, source=source_sentence(found))]
    for name, what in NAMES.items():
        if value := getattr(found, name):
            origin, url = (row.origin, row.url) if (row := rows.get(name)) else (found.origin, "")
            shown = country_name(value) if name == "country" else value
            facts.append(Held(what=what, value=shown, source=origin.note_of_fact(url)))
    return Report(prospect=found, facts=facts, held=may_write(found))


def note_written(*addresses: str) -> None:
    """Letters left for these people: they know of us now, and the days begin anew."""
    now, every = timezone.now(), [address.strip().lower() for address in addresses]
    for start in range(0, len(every), 500):
        Prospect.objects.filter(address__in=every[start : start + 500]).update(written_at=now, touched_at=now)


def forget_link(prospect: Prospect) -> str:
    """The address where one press erases this person for good. It works as long as we hold them."""
    return absolute(control_url("prospects:forget", sealed=signing.dumps(str(prospect.pk), salt=FORGET)))


def _people() -> Iterator[tuple[Prospect, bool]]:
    """Everybody who is no customer, and whether they want their data kept and not used."""
    rows = Prospect.objects.no_customers().select_related("origin").order_by("pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        silent = restricted_among(one.address for one in chunk)
        yield from ((one, one.address in silent) for one in chunk)


def _zone(country: str) -> str:
    try:
        return zone_of(country)
    except UnknownCountry:
        return "UTC"
