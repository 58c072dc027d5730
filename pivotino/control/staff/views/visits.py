"""Who looks at our public pages: sums only, never a person."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.staff.guards import staff
from pivotino.control.visitors import queries
from pivotino.control.visitors.queries import Report
from pivotino.kit.csvs import csv_lines
from pivotino.ui.shortcuts import render

SPANS = (7, 30, 90)


@dataclass(frozen=True)
class Column:
    """One day of the chart."""

    x: float
    y: float
    height: float
    label: str
    text: str


@dataclass(frozen=True)
class Chart:
    """People a day as columns, drawn for one width."""

    width: int
    height: int
    bar: float
    most: int
    columns: list[Column]


@staff
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    days = _span(request)
    found = queries.report(days)
    seen = {
        "found": found, "spans": SPANS, "days": days, "names": queries.SEGMENTS, "fewest": queries.FEWEST, "networks": bool(settings.DATACENTRE_FILE),
        "large": chart(found, width=960, height=200, labels=10), "small": chart(found, width=340, height=160, labels=4),
    }  # fmt: skip
    return render(request, "staff/visits.html", seen)


@staff
@require_safe
def table(request: HttpRequest) -> StreamingHttpResponse:
    """The same as CSV."""
    lines = list(csv_lines(["what", "which", "views", "people a day"], queries.table(queries.report(_span(request)))))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="visits.csv"'
    return answer


def chart(found: Report, *, width: int, height: int, labels: int) -> Chart:
    """Columns from zero; every so many carry their day."""
    most = max([line.people for _, line in found.days] + [1])
    step = width / len(found.days)
    every = max(1, -(-len(found.days) // labels))
    columns = [
        Column(
            round(place * step, 1), round(height - line.people / most * height, 1), round(line.people / most * height, 1),
            f"{day:%-d %b}" if place % every == 0 else "", f"{line.name}: {line.people} people, {line.views} views",
        )
        for place, (day, line) in enumerate(found.days)
    ]  # fmt: skip
    return Chart(width, height, round(max(step - 2, 1), 1), most, columns)


def _span(request: HttpRequest) -> int:
    told = request.GET.get("days", "")
    return int(told) if told.isdecimal() and int(told) in SPANS else 30
