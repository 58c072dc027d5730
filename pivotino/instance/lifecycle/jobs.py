"""What this room does at night."""

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange.models import Import
from pivotino.instance.history.models import Event
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs import nightly
from pivotino.tenancy import usage


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
