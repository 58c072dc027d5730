"""A campaign to 50,000 people: gathered, asked who may not be written to, rendered and put in line; beside a bare insert."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benches import worlds
from benches.report import Report
from pivotino.control.accounts.models import Account, Seat
from pivotino.control.marketing.campaigning import CAMPAIGNS
from pivotino.control.marketing.models import Campaign, Recipient
from pivotino.jobs.models import Ticket
from pivotino.letters.bulletins.engine import FASTEST, MOST_AT_ONCE, Standing
from pivotino.letters.marks import mark_of
from pivotino.letters.models import Envelope, Sent, Suppression
from pivotino.letters.models.suppression import Scope
from tests.plugins.engines import ENGINE

PEOPLE, STOPPED = 50_000, 2_000
TEXT = (
    "Drag a **card** to the next stage, and what you planned for it is done. [See how](https://docs.example/how/). " * 3
)
BODY = [
    {"kind": "heading", "words": "Three tips for November"}, {"kind": "text", "words": TEXT}, {"kind": "text", "words": TEXT},
    {"kind": "quote", "words": "It saves me an hour a day.", "by": "Aminah, Kuching"},
    {"kind": "button", "words": "Try it", "href": "https://docs.example/try/"}, {"kind": "text", "words": TEXT},
]  # fmt: skip


def measure(report: Report) -> None:
    """From the schedule to the last letter in line, without the pace that a campaign keeps."""
    instance, _ = worlds.filled(10)
    _people(instance)
    bare = _seconds(_bare)
    campaign = Campaign.objects.create(name="Bench", topic="tips", subject="Three tips", body=BODY, by="bench")
    CAMPAIGNS.schedule(campaign, at=timezone.now(), zone="UTC", own_zone=False, per_minute=FASTEST)
    campaign.refresh_from_db()
    busy = time.process_time()
    gathered = _seconds(lambda: CAMPAIGNS.gather(campaign))
    Suppression.objects.bulk_create(
        Suppression(mark=mark_of(f"owner{number}@kedai.example"), scope=Scope.TOPIC, topic="tips", how="link")
        for number in range(STOPPED)
    )
    campaign.refresh_from_db()

    longest = 0.0
    begun = time.perf_counter()
    while True:
        started = time.perf_counter()
        if not CAMPAIGNS.release(campaign, MOST_AT_ONCE):
            break
        longest = max(longest, time.perf_counter() - started)
    queued = time.perf_counter() - begun
    busy = time.process_time() - busy
    held = Recipient.objects.filter(bulletin=campaign, standing=Standing.HELD).count()
    assert held == STOPPED, held
    assert Envelope.objects.count() == Recipient.objects.filter(bulletin=campaign).count() - STOPPED
    report.add(f"{ENGINE}: campaign, {PEOPLE:,} gathered", gathered, "s")
    report.add(f"{ENGINE}: campaign, {PEOPLE:,} gathered, rendered and queued", gathered + queued, "s", most=60)
    report.add(f"{ENGINE}: the same, only while the processor was ours", busy, "s")
    report.add(f"{ENGINE}: the same beside a bare insert of as many rows", (gathered + queued) / bare, "times")
    report.add(f"{ENGINE}: the longest a worker was with one batch of {MOST_AT_ONCE}", longest, "s", most=5)
    _clear(campaign)


def _people(instance: Any) -> None:
    rows = [
        Account(email=f"owner{number}@kedai.example", name=f"Owner {number}", password="!") for number in range(PEOPLE)
    ]
    with transaction.atomic():
        Account.objects.bulk_create(rows, batch_size=1000)
        Seat.objects.bulk_create((Seat(account=row, instance=instance, owner=True) for row in rows), batch_size=1000)


def _bare() -> None:
    """Rows as wide as a letter's own, in one table that has nothing else to do."""
    filler = "x" * 6000
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("CREATE TABLE bench_bare (id integer PRIMARY KEY, address varchar(80), html text)")
        for start in range(0, PEOPLE, 1000):
            rows = [(start + number, f"owner{start + number}@kedai.example", filler) for number in range(1000)]
            cursor.executemany("INSERT INTO bench_bare VALUES (%s, %s, %s)", rows)
        cursor.execute("DROP TABLE bench_bare")


def _clear(campaign: Campaign) -> None:
    for rows in (Envelope.objects.all(), Sent.objects.all(), Ticket.objects.filter(priority__lt=0)):
        rows.delete()
    campaign.delete()


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
