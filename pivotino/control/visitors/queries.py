"""The report: from counters alone. What fewer than five people did on every day of it is put together with the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Sum
from django.utils import timezone

from pivotino.control.visitors.models import Salt, Tally

FEWEST = 5
LONGEST_LIST = 12
OTHERS, FEW = "Others", f"under {FEWEST}"
SEGMENTS = {"source": "Sources", "country": "Countries", "path": "Pages", "browser": "Browsers"}
STEPS = ("Looked at prices", "Opened the form", "Sent the form", "Proved the address")
LENGTHS = ((10, "under 10 s"), (60, "10 to 59 s"), (180, "1 to 3 min"), (600, "3 to 10 min"))
LONGER = "over 10 min"
DEPTHS = ("1 page", "2 pages", "3 pages", "4 or more")


@dataclass(frozen=True)
class Line:
    """One segment. `people` are people a day, added up; a person who comes on two days counts twice."""

    name: str
    views: int
    people: int

    @property
    def is_few(self) -> bool:
        """So few that a number would be about them."""
        return 0 < self.people < FEWEST


@dataclass(frozen=True)
class Report:
    """Everything about the days from `first` to `last`."""

    first: date
    last: date
    days: list[tuple[date, Line]]
    segments: dict[str, list[Line]]
    lengths: list[Line]
    depths: list[Line]
    funnel: list[Line]
    robots: int
    forgotten: list[Salt]

    @property
    def views(self) -> int:
        return sum(line.views for _, line in self.days)

    @property
    def people(self) -> int:
        return sum(line.people for _, line in self.days)


def report(days: int, *, last: date | None = None) -> Report:
    last = last or timezone.now().date()
    first = last - timedelta(days=days - 1)
    counted = Tally.objects.filter(day__range=(first, last))
    known = {row.day: row for row in counted.filter(what="total")}
    each = [first + timedelta(days=number) for number in range(days)]
    return Report(
        first=first, last=last, days=[(day, _line(f"{day:%-d %b %Y}", known.get(day))) for day in each],
        segments={what: segments(what, first, last) for what in SEGMENTS},
        lengths=_in_order(segments("length", first, last), [name for _, name in LENGTHS] + [LONGER]),
        depths=_in_order(segments("depth", first, last), list(DEPTHS)),
        funnel=_funnel(first, last, sum(row.people for row in known.values()), sum(row.views for row in known.values())),
        robots=counted.filter(what="bot").aggregate(sum=Sum("views"))["sum"] or 0,
        forgotten=list(Salt.objects.filter(destroyed_at__isnull=False)[:7]),
    )  # fmt: skip


def segments(what: str, first: date, last: date, *, most: int = LONGEST_LIST) -> list[Line]:
    """The largest first. At least five people on one day, or part of the others; others of fewer than five are not shown."""
    rows = (
        Tally.objects.filter(what=what, day__range=(first, last)).values("value")
        .annotate(seen=Sum("views"), who=Sum("people"), best=Max("people")).order_by("-who", "-seen", "value")
    )  # fmt: skip
    shown: list[Line] = []
    views = people = 0
    for row in rows:
        if row["best"] >= FEWEST and len(shown) < most:
            shown.append(Line(row["value"], row["seen"], row["who"]))
        else:
            views, people = views + row["seen"], people + row["who"]
    return [*shown, Line(OTHERS, views, people)] if people >= FEWEST else shown


def table(found: Report) -> Iterator[tuple[str, str, int | str, int | str]]:
    """The report as lines: what, which, views, people."""
    yield from (("day", day.isoformat(), line.views, line.people) for day, line in found.days)
    lists = {**found.segments, "length": found.lengths, "depth": found.depths, "step": found.funnel}
    for what, lines in lists.items():
        for line in lines:
            yield (what, line.name, *((FEW, FEW) if line.is_few else (line.views, line.people)))


def length_of(seconds: int) -> str:
    return next((name for most, name in LENGTHS if seconds < most), LONGER)


def depth_of(pages: int) -> str:
    return DEPTHS[min(max(pages, 1), len(DEPTHS)) - 1]


def _funnel(first: date, last: date, people: int, views: int) -> list[Line]:
    rows = Tally.objects.filter(what="step", day__range=(first, last)).values("value")
    sums = {
        row["value"]: Line(row["value"], row["seen"], row["who"])
        for row in rows.annotate(seen=Sum("views"), who=Sum("people"))
    }
    return [Line("Opened a page", views, people), *(sums.get(step, Line(step, 0, 0)) for step in STEPS)]


def _in_order(lines: list[Line], names: list[str]) -> list[Line]:
    return sorted(lines, key=lambda line: names.index(line.name) if line.name in names else len(names))


def _line(name: str, row: Tally | None) -> Line:
    return Line(name, row.views, row.people) if row else Line(name, 0, 0)
