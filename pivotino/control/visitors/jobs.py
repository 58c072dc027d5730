"""Forgetting on time: salts, addresses, visits, receipts."""

import logging
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from pivotino.control.visitors import recording
from pivotino.control.visitors.models import Consent, Salt, Tally, Visit
from pivotino.control.visitors.models.tally import Key
from pivotino.control.visitors.queries import depth_of, length_of
from pivotino.jobs import schedule
from pivotino.kit.retention import note, period, sweep, sweeps
from pivotino.tenancy import checkpoints

log = logging.getLogger(__name__)

SILENCE = timedelta(minutes=30)


@schedule("7 * * * *")
def destroy_salts() -> int:
    """Destroy the salts older than 48 hours; each leaves a signed note. A file's log is cut off, for it still knows them."""
    gone = len(Salt.objects.destroy_old())
    note("salts", gone)
    if connection.vendor == "sqlite" and not checkpoints.empty(Path(connection.settings_dict["NAME"])):
        log.info("The log of the control database is being read; it is cut off in an hour.")
    return gone


@schedule("17 * * * *")
def count_visits() -> int:
    """Put visits that ended into the counters of lengths and pages, each once."""
    with transaction.atomic():
        ended = list(
            Visit.objects.select_for_update().filter(counted=False, last_at__lt=timezone.now() - SILENCE)[:20_000]
        )
        counts: Counter[Key] = Counter()
        for visit in ended:
            day = visit.started_at.date()
            counts[(day, "length", length_of(visit.length))] += 1
            counts[(day, "depth", depth_of(len(visit.pages)))] += 1
        Tally.objects.add({key: (number, number) for key, number in counts.items()})
        Visit.objects.filter(pk__in=[visit.pk for visit in ended]).update(counted=True)
    return len(ended)


@schedule("27 * * * *")
def forget_visits() -> None:
    """Take addresses out after the stated days, and visits later: by then they are counted."""
    sweep("visit addresses", "visits", "visitor receipts")
    recording.sweep_gone(timezone.now())


@sweeps("visit addresses", forget=lambda rows: rows.update(address=None))
def addresses_over(at: datetime) -> QuerySet[Visit]:
    return Visit.objects.filter(last_at__lt=at - period("visit addresses"), address__isnull=False)


@sweeps("visits")
def visits_over(at: datetime) -> QuerySet[Visit]:
    return Visit.objects.filter(last_at__lt=at - period("visits"), counted=True)


@sweeps("visitor receipts")
def receipts_over(at: datetime) -> QuerySet[Consent]:
    return Consent.objects.filter(at__lt=at - period("visitor receipts"))
