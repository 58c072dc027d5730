"""Counting visits: what it adds to a page, how fast what waits is written, a site under 2,000 views a second, and the report."""

import threading
import time
from datetime import timedelta
from uuid import uuid4

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
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
A_SECOND, SECONDS = 2_000, 10


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

    _survive(report)
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


def _survive(report: Report) -> None:
    """2,000 views a second come for ten seconds and are written beside, while one reader asks the same process for a page."""
    client = Client(HTTP_USER_AGENT=FIREFOX, HTTP_HOST="localhost")
    calm = timed(lambda: client.get("/our-story/"), 200)
    recording.flush()
    before = _counted()
    recording.begin()
    crowd = threading.Thread(target=_crowd, daemon=True)
    crowd.start()
    busy, asked = [], 0
    while crowd.is_alive():
        busy += timed(lambda: client.get("/our-story/"), 1)
        asked += 2
    crowd.join()
    waits = len(recording._waiting)
    recording.flush()
    lost = SECONDS * A_SECOND + asked - (_counted() - before)
    report.add(f"{ENGINE}: a page, nobody else looking, p50", p50(calm), "ms")
    report.add(f"{ENGINE}: … while 2,000 views a second are written, p50", p50(busy), "ms")
    report.add(f"{ENGINE}: … p99", sorted(busy)[int(len(busy) * 0.99)], "ms")
    report.add(f"{ENGINE}: … views that still waited at the end", waits, "views", most=recording.MOST_WAITING // 2)
    report.add(f"{ENGINE}: … views that were lost", lost, "views", most=0)


def _crowd() -> None:
    begun = time.perf_counter()
    for number in range(SECONDS * A_SECOND):
        recording.add(_seen(number))
        if number % 20 == 0:
            time.sleep(max(0.0, begun + number / A_SECOND - time.perf_counter()))


def _counted() -> int:
    return Tally.objects.filter(what="total").aggregate(sum=Sum("views"))["sum"] or 0


def _wait_for_views() -> None:
    for number in range(VIEWS):
        recording.add(_seen(number))


def _seen(number: int) -> recording.Seen:
    person = number % 2_000
    return recording.Seen(
        path=f"/{number % 20}/", step="", address=f"198.18.{person // 250}.{person % 250}", agent=FIREFOX,
        referrer=f"https://site{number % HOSTS}.example/", host="testserver",
    )  # fmt: skip
