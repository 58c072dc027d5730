"""Counting visits: what it adds to a page, how fast what waits is written, and how long the report takes."""

import time
from datetime import timedelta
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from benches.report import Report, p50, timed
from pivotino.control.visitors import queries, recording
from pivotino.control.visitors.middleware import CookieMiddleware, VisitMiddleware
from pivotino.control.visitors.models import Mark, Tally
from pivotino.kit.ids import uuid7
from tests.plugins.engines import ENGINE

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
VIEWS = 10_000
HOSTS, DAYS = 200, 90


def measure(report: Report) -> None:
    """The look at a page without the page; 10,000 views of 2,000 people written; a report over counters of ten million views."""
    make, match = RequestFactory(), resolve("/prices/", urlconf="config.urls_control")

    def page(request: HttpRequest) -> HttpResponse:
        request.resolver_match = match
        return HttpResponse("x")

    bare, watched = page, CookieMiddleware(VisitMiddleware(page))
    requests = iter([make.get("/prices/", HTTP_USER_AGENT=FIREFOX, HTTP_HOST="localhost") for _ in range(6_000)])
    without = p50(timed(lambda: bare(next(requests)), 2_000))
    with_it = p50(timed(lambda: watched(next(requests)), 2_000))
    report.add(f"{ENGINE}: counting, added to a page, p50", with_it - without, "ms", most=1)
    recording.forget()

    _wait_for_views()
    begun = time.perf_counter()
    recording.flush()
    spent = time.perf_counter() - begun
    report.add(f"{ENGINE}: views written in a second", VIEWS / spent, "views/s")
    rows = [Mark(day=timezone.now().date(), mark=uuid4().hex) for _ in range(VIEWS)]
    begun = time.perf_counter()
    Mark.objects.bulk_create(rows, batch_size=500)
    report.add(f"{ENGINE}: a view beside a bare insert of one row", spent / (time.perf_counter() - begun), "times")

    today = timezone.now().date()
    values = [(what, f"/{number}/") for what in ("path", "source", "country") for number in range(HOSTS)] + [
        ("total", "")
    ]
    each = 10_000_000 // DAYS // HOSTS
    Tally.objects.bulk_create(
        [Tally(id=uuid7(), day=today - timedelta(days=day), what=what, value=value, views=each, people=each // 3)
         for day in range(1, DAYS) for what, value in values], batch_size=5_000,
    )  # fmt: skip
    report.add(
        f"{ENGINE}: report over 10 million views, p50", p50(timed(lambda: queries.report(DAYS), 20)), "ms", most=300
    )


def _wait_for_views() -> None:
    for number in range(VIEWS):
        person = number % 2_000
        recording.add(recording.Seen(
            path=f"/{number % 20}/", step="", address=f"198.18.{person // 250}.{person % 250}", agent=FIREFOX,
            referrer=f"https://site{number % HOSTS}.example/", host="testserver",
        ))  # fmt: skip
