"""What this room does at night, and what it does for long."""

from datetime import timedelta

from django.utils import timezone

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange.models import Import
from pivotino.instance.history.models import Event
from pivotino.instance.lifecycle import lookback
from pivotino.instance.lifecycle.models import LookBack, Sighting
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs import instance_job, nightly
from pivotino.tenancy import usage

SIGHTINGS_STAY = timedelta(days=90)


@nightly(at="04:10")
def tell_usage() -> dict[str, int]:
    """Count what there is and tell the control plane the numbers, and nothing but the numbers. Safe to repeat."""
    counts = {
        "people": Member.objects.present().count(),
        "contacts": Contact.objects.count(),
        "opportunities": Opportunity.objects.count(),
        "activities done": Activity.objects.filter(done_at__isnull=False).count(),
        "imports": Import.objects.count(),
        "events": Event.objects.count(),
    }
    usage.report(counts)
    return counts


@instance_job(attempts=10, whole=False)
def look_through(look_id: str) -> None:
    """Look through everything that was kept before. Goes on where the last worker stopped."""
    one = LookBack.objects.filter(pk=look_id, finished_at=None).first()
    if one is not None:
        lookback.go_on(one)


@nightly(at="04:20")
def forget_sightings() -> None:
    """What came to the doors is counted for so long."""
    Sighting.objects.filter(day__lt=(timezone.now() - SIGHTINGS_STAY).date()).delete()
