"""A list as a proposal: whom it would bring, whom not, and why; then taken in, or dropped."""

from datetime import date
from typing import Any

from django.db import transaction

from pivotino.control.prospects.models import Listing, Origin
from pivotino.control.prospects.reading import read
from pivotino.control.prospects.taking_in import FIELDS, Person, refused, take_in


def propose(data: bytes, *, name: str, source: dict[str, Any], country: str, by: str) -> Listing:
    """Read a list and keep what it would bring. Who is refused is not kept, only the line and the reason. Raises UnreadableList."""
    found = read(data, country=country)
    out = refused(person.address for person in found.people)
    lines = [*found.refused, *((found.lines[address], why) for address, why in out.items())]
    rows = [_as_row(person) for person in found.people if person.address not in out]
    return Listing.objects.create(
        name=name[:120], source={**source, "day": source["day"].isoformat()}, rows=rows, refused=sorted(lines), notes=found.notes[:50], by=by,
    )  # fmt: skip


def accept(listing: Listing, *, by: str) -> tuple[Origin, int]:
    """Take in everybody who still may be, into quarantine, with the source. Twice is once: the second finds no proposal."""
    with transaction.atomic():
        mine = Listing.objects.select_for_update().get(pk=listing.pk)
        origin = Origin.objects.create(**{**mine.source, "day": date.fromisoformat(mine.source["day"])}, by=by)
        count = take_in((Person(**row) for row in mine.rows), origin)
        if not count:
            origin.delete()
        mine.delete()
    return origin, count


def _as_row(person: Person) -> dict[str, Any]:
    return {"address": person.address, "urls": dict(person.urls), **{name: getattr(person, name) for name in FIELDS}}
