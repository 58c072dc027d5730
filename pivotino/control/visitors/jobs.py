"""Forgetting on time: salts, addresses, visits, receipts."""

import logging
from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from pivotino.control.visitors import recording
from pivotino.control.visitors.models import Consent, Salt, Tally, Visit
from pivotino.control.visitors.models.tally import Key
from pivotino.control.visitors.queries import depth_of, length_of
from pivotino.jobs import schedule
from pivotino.tenancy import checkpoints

log = logging.getLogger(__name__)

SILENCE = timedelta(minutes=30)
VISITS_STAY = timedelta(days=90)
RECEIPTS_STAY = timedelta(days=3 * 365)


@schedule("7 * * * *")
def destroy_salts() -> int:
    """Destroy the salts older than 48 hours; each leaves a signed note. A file's log is cut off, for it still knows them."""
    gone = len(Salt.objects.destroy_old())
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
    """Take addresses out after the stated days, and visits after 90: by then they are counted."""
    now = timezone.now()
    aged = Visit.objects.filter(last_at__lt=now - timedelta(days=settings.VISIT_ADDRESS_DAYS))
    aged.filter(address__isnull=False).update(address=None)
    Visit.objects.filter(counted=True, last_at__lt=now - VISITS_STAY).delete()
    Consent.objects.filter(at__lt=now - RECEIPTS_STAY).delete()
    recording.sweep_gone(now)
