"""Forgetting on time: salts, addresses, visits, receipts."""

from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pivotino.control.visitors import recording
from pivotino.control.visitors.models import Consent, Salt, Tally, Visit
from pivotino.control.visitors.models.tally import Key
from pivotino.control.visitors.queries import depth_of, length_of
from pivotino.jobs import schedule

SILENCE = timedelta(minutes=30)
VISITS_STAY = timedelta(days=90)
RECEIPTS_STAY = timedelta(days=3 * 365)


@schedule("7 * * * *")
def destroy_salts() -> int:
    """Destroy the salts older than 48 hours; each leaves a signed note."""
    return len(Salt.objects.destroy_old())


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
