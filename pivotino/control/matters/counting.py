"""Public numbers. While a gag lasts a matter is in none of the exact figures: it is somewhere in a band that is always shown."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from pivotino.control.erasures import persons
from pivotino.control.matters.models import Disclosure, Hold, Matter
from pivotino.control.payments.models import Payer
from pivotino.letters.marks import mark_of

BAND = 10
# A processing officer is asked for above these numbers; the console warns before.
MOST_PEOPLE, MOST_SENSITIVE, WARN = 20_000, 10_000, 0.9


@dataclass(frozen=True, kw_only=True)
class Line:
    """One kind of order in one year."""

    sort: str
    received: int
    refused: int
    complied: int
    holds: int
    concerned: int


@dataclass(frozen=True, kw_only=True)
class Year:
    year: int
    lines: list[Line]
    band: str


def years() -> list[Year]:
    """Every year since the first matter, this one first."""
    matters = list(Matter.objects.all())
    this = timezone.localdate().year
    first = min((one.received_on.year for one in matters), default=this)
    sayable = set(Matter.objects.sayable().values_list("pk", flat=True))
    return [
        _year(year, [one for one in matters if one.received_on.year == year], sayable)
        for year in range(this, first - 1, -1)
    ]


def _year(year: int, matters: list[Matter], sayable: set[Any]) -> Year:
    told = [one for one in matters if one.pk in sayable]
    hidden = len(matters) - len(told)
    low = hidden // BAND * BAND
    lines = [_line(sort, [one.pk for one in told if one.sort == sort]) for sort in Matter.Sort]
    return Year(year=year, lines=lines, band=f"{low} to {low + BAND - 1}")


def _line(sort: Matter.Sort, ids: list[Any]) -> Line:
    disclosures = Disclosure.objects.filter(matter_id__in=ids)
    complied = disclosures.filter(handed_at__isnull=False)
    holds = Hold.objects.filter(matter_id__in=ids, begun_at__isnull=False)
    # Databases and people, each once: whoever is held and handed over is one.
    concerned = {
        *(one.instance_id or mark_of(one.email) for one in complied),
        *(one.mark or one.instance_id for one in holds if one.mark or one.instance_id),
    }
    return Line(
        sort=str(sort.label), received=len(ids), refused=disclosures.filter(refused_at__isnull=False).count(),
        complied=complied.count(), holds=holds.count(), concerned=len(concerned),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """How many people we hold data about, and how many of them with money or worse."""

    people: int
    sensitive: int

    @property
    def warnings(self) -> list[str]:
        found = []
        for count, most, what in (
            (self.people, MOST_PEOPLE, "people"),
            (self.sensitive, MOST_SENSITIVE, "people with data on money"),
        ):
            if count >= most * WARN:
                found.append(
                    f"{count:,} {what}: from {most:,} on a data protection officer has to be named within 21 days."
                )
        return found


def subjects(in_databases: int) -> Subjects:
    """Addresses our own books name, and the contacts databases counted themselves. Somebody may count twice, never not at all."""
    return Subjects(people=len(persons.addresses()) + in_databases, sensitive=Payer.objects.count())
