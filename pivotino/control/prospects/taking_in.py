"""Taking people in: with a source, once, and nobody who was erased, is a customer, or wants no marketing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from pivotino.control.accounts.models import Account
from pivotino.control.prospects.models import Fact, Gone, Origin, Prospect
from pivotino.letters.suppression import held

FIELDS = ("name", "company", "phone", "country", "language")
STAYS_OUT = "Was erased and stays out."
CUSTOMER = "Is a customer already."
STOPPED = "Wants no marketing, or nobody reads there."
KNOWN = "Is known already."


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of a source. `urls` says of single fields where they were found, if not where the rest was."""

    address: str
    name: str = ""
    company: str = ""
    phone: str = ""
    country: str = ""
    language: str = ""
    urls: Mapping[str, str] = field(default_factory=dict)


def refused(addresses: Iterable[str]) -> dict[str, str]:
    """Those of many addresses that are not taken in, each with the reason; the gravest one counts."""
    every = list(addresses)
    found: dict[str, str] = {}
    for start in range(0, len(every), 500):
        some = every[start : start + 500]
        found |= dict.fromkeys(Prospect.objects.filter(address__in=some).values_list("address", flat=True), KNOWN)
        found |= dict.fromkeys(held(some, topic=""), STOPPED)
        found |= dict.fromkeys(Account.objects.filter(email__in=some).values_list("email", flat=True), CUSTOMER)
        found |= dict.fromkeys(Gone.objects.among(some), STAYS_OUT)
    return found


def take_in(people: Iterable[Person], origin: Origin) -> int:
    """Take in everybody who is not refused, into quarantine; says how many. Who came by another road meanwhile stays as they are."""
    every = list(people)
    with transaction.atomic():
        out = refused(one.address for one in every)
        wanted = {one.address: one for one in every if one.address not in out}
        rows = [
            Prospect(address=one.address, origin=origin, **{name: getattr(one, name) for name in FIELDS})
            for one in wanted.values()
        ]
        Prospect.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        taken = set(Prospect.objects.filter(origin=origin).values_list("pk", flat=True)) & {row.pk for row in rows}
        facts = [fact for row in rows if row.pk in taken for fact in facts_of(row, origin, wanted[row.address].urls)]
        Fact.objects.bulk_create(facts, batch_size=500)
    return len(taken)


def facts_of(prospect: Prospect, origin: Origin, urls: Mapping[str, str]) -> list[Fact]:
    """One for every field that is filled, so that of each can be said where it came from."""
    filled = ["address", *(name for name in FIELDS if getattr(prospect, name))]
    return [Fact(prospect=prospect, field=name, origin=origin, url=urls.get(name, "")) for name in filled]
