"""What was seen waits in this process and is written in small batches, away from the request.

At most what waits is lost when a process dies; at an ordinary end it is written. An address and the name of a browser
live here for these seconds and, without consent, nowhere else.
"""

import hashlib
import logging
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from pivotino.control.visitors import measuring
from pivotino.control.visitors.geography import country_of
from pivotino.control.visitors.models import Gone, Mark, Salt, Tally, Visit
from pivotino.control.visitors.models.tally import Key
from pivotino.control.visitors.sources import INSIDE, browser_of, is_machine, source_of

PAUSE_SECONDS = 2.0
MOST_WAITING = 50_000
BATCH = 5_000
MOST_PAGES = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One page that was read, or one step that was taken; `visit` only of those who agreed, `measured` if to a service too."""

    path: str
    step: str
    address: str
    agent: str
    referrer: str
    host: str
    visit: UUID | None = None
    measured: bool = False
    at: datetime = field(default_factory=timezone.now)


class Agreed(NamedTuple):
    """A page of a visit, with what was looked up for it."""

    visit: UUID
    seen: Seen
    country: str
    browser: str
    source: str


@dataclass(frozen=True, slots=True)
class Ping:
    """A browser says for how many seconds more a page was in sight."""

    visit: UUID
    path: str
    seconds: int
    at: datetime = field(default_factory=timezone.now)


_waiting: deque[Seen | Ping] = deque(maxlen=MOST_WAITING)
_writing = threading.Lock()
_ending = threading.Event()
_thread: threading.Thread | None = None


def add(one: Seen | Ping) -> None:
    _waiting.append(one)


def begin() -> None:
    """Start the quiet thread of a server. A process without one keeps what it saw until somebody calls `flush`."""
    global _thread
    if _thread is None:
        work = threading.Thread  # lint: threads - it touches the control database only
        _thread = work(target=_run, name="pivotino-visits", daemon=True)
        _thread.start()


def end() -> None:
    """The server stops: write what is left."""
    _ending.set()
    if _thread is not None:
        _thread.join(timeout=5)


def flush() -> int:
    """Write everything that waits; how much it was."""
    written = 0
    with _writing:
        while batch := _take():
            try:
                with transaction.atomic():
                    told = _write(batch)
            except DatabaseError:
                _waiting.extendleft(reversed(batch))
                raise
            measuring.tell(told)
            written += len(batch)
    return written


def forget() -> None:
    """Throw away what waits."""
    _waiting.clear()


def erase(visit: UUID) -> None:
    """Delete one visit, and whatever is still on its way to it."""
    with transaction.atomic():
        Gone.objects.get_or_create(id=visit, defaults={"at": timezone.now()})
        Visit.objects.filter(pk=visit).delete()


def _run() -> None:
    while not _ending.wait(PAUSE_SECONDS):
        _try()
    _try()
    connection.close()


def _try() -> None:
    begun = time.monotonic()
    try:
        flush()
    except Exception:
        log.exception("Views were not written; they wait.")
        connection.close()
    if time.monotonic() - begun > PAUSE_SECONDS:
        log.warning("Writing views took %.1f s.", time.monotonic() - begun)


def _take() -> list[Seen | Ping]:
    batch: list[Seen | Ping] = []
    while _waiting and len(batch) < BATCH:
        batch.append(_waiting.popleft())
    return batch


@dataclass
class Counting:
    """What one batch adds up to."""

    views: Counter[Key] = field(default_factory=Counter)
    marks: dict[tuple[date, str], Key] = field(default_factory=dict)
    salts: dict[date, str] = field(default_factory=dict)

    def count(self, seen: Seen, what: str, value: str) -> None:
        day = seen.at.date()
        key = (day, what, value[:120])
        self.views[key] += 1
        salt = self.salts.get(day)
        if salt is None:
            salt = self.salts[day] = Salt.objects.of(day)
        if salt:
            words = "\0".join((seen.address, seen.agent, what, value))
            mark = hashlib.blake2b(words.encode(), key=bytes.fromhex(salt), digest_size=16).hexdigest()
            self.marks.setdefault((day, mark), key)

    def write(self) -> None:
        by_day: dict[date, list[str]] = {}
        for day, mark in self.marks:
            by_day.setdefault(day, []).append(mark)
        known = {(day, mark) for day, marks in by_day.items() for mark in Mark.objects.known(day, marks)}
        new = [one for one in self.marks if one not in known]
        Mark.objects.bulk_create(
            [Mark(day=day, mark=mark) for day, mark in sorted(new)], ignore_conflicts=True, batch_size=500
        )
        people = Counter(self.marks[one] for one in new)
        Tally.objects.add({key: (views, people[key]) for key, views in self.views.items()})


def _write(batch: list[Seen | Ping]) -> list[measuring.View]:
    """Counters of everybody, visits of those who agreed; which views a measuring service is told of."""
    counting = Counting()
    agreed: list[Agreed] = []
    # Many pages of few people: what they say of themselves is looked up once, and forgotten with this batch.
    machine, country_at, source_by = cache(is_machine), cache(country_of), cache(source_of)
    for one in batch:
        if isinstance(one, Ping):
            continue
        family, robot = browser_of(one.agent)
        if robot or machine(one.address):
            counting.views[(one.at.date(), "bot", family)] += 1
            continue
        if one.step:
            counting.count(one, "step", one.step)
        if not one.path:
            continue
        country, source = country_at(one.address), source_by(one.referrer, one.host)
        for what, value in (("total", ""), ("path", one.path), ("country", country), ("browser", family)):
            counting.count(one, what, value)
        if source != INSIDE:
            counting.count(one, "source", source)
        if one.visit:
            agreed.append(Agreed(one.visit, one, country, family, source))
    counting.write()
    kept = _write_visits(agreed, [one for one in batch if isinstance(one, Ping)])
    return [
        measuring.View(one.visit, one.seen.path, one.country, one.browser)
        for one in agreed
        if one.seen.measured and one.visit in kept
    ]


def _write_visits(agreed: list[Agreed], pings: list[Ping]) -> set[UUID]:
    """Those of the visits that were not deleted meanwhile."""
    ids = {one.visit for one in agreed} | {ping.visit for ping in pings}
    if not ids:
        return ids
    ids -= set(Gone.objects.filter(pk__in=ids).values_list("pk", flat=True))
    visits = {visit.pk: visit for visit in Visit.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    new: list[Visit] = []
    for one in agreed:
        if one.visit not in ids:
            continue
        seen, visit = one.seen, visits.get(one.visit)
        if visit is None:
            visit = visits[one.visit] = Visit(
                pk=one.visit, started_at=seen.at, last_at=seen.at, address=seen.address, country=one.country, browser=one.browser, source=one.source
            )  # fmt: skip
            new.append(visit)
        visit.last_at = max(visit.last_at, seen.at)
        if len(visit.pages) < MOST_PAGES:
            visit.pages.append({"path": seen.path, "at": seen.at.isoformat(timespec="seconds"), "seconds": 0})
    for ping in pings:
        visit = visits.get(ping.visit)
        page = next((page for page in reversed(visit.pages) if page["path"] == ping.path), None) if visit else None
        if visit and page:
            page["seconds"] += ping.seconds
            visit.seconds += ping.seconds
            visit.last_at = max(visit.last_at, ping.at)
    Visit.objects.bulk_create(new)
    made = {visit.pk for visit in new}
    Visit.objects.bulk_update(
        [visit for visit in visits.values() if visit.pk not in made], ["last_at", "pages", "seconds", "counted"]
    )
    return ids


def sweep_gone(now: datetime) -> None:
    Gone.objects.filter(at__lt=now - timedelta(days=1)).delete()
