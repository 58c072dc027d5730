"""Prospects as campaigns see them: the only place of this room that asks their room."""

from collections.abc import Iterator, Sequence

from pivotino.control.prospects import queries
from pivotino.control.prospects.models import Prospect
from pivotino.letters.bulletins.engine import Person

ERASED = "No prospect of ours any more: erased, expired, or a subscriber by now."


def people(topic: str, languages: Sequence[str] = ()) -> Iterator[Person]:
    """Prospects who may be written to, then the others with the reason. Every letter names the source."""
    for one in queries.audience(topic):
        if not languages or one.language in languages:
            yield _person(one)
    for one in queries.held_back(topic):
        if not languages or one.language in languages:
            yield _person(one)


def why_held(addresses: Sequence[str]) -> dict[str, str]:
    """Those of these addresses that may not be written to now. Asked anew for each batch: a law may have changed since."""
    found = {
        one.address: one
        for one in Prospect.objects.no_customers().select_related("origin").filter(address__in=addresses)
    }
    told = {address: queries.may_write(found[address]) if address in found else ERASED for address in addresses}
    return {address: why for address, why in told.items() if why}


def note_written(addresses: Sequence[str]) -> None:
    queries.note_written(*addresses)


def _person(one: queries.Addressee) -> Person:
    return Person(
        one.address, name=one.name.split()[0] if one.name.split() else "", zone=one.zone, because=one.source, kind="prospect",
        held=one.held, facts={"forget": one.forget},
    )  # fmt: skip
