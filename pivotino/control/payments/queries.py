"""What other rooms ask about payments."""

from datetime import date
from uuid import UUID

from pivotino.control.payments.models import Alert, Payer, Watermark


def running_order(instance_id: UUID) -> str:
    """The provider's name of the order that runs for this database; "" where none does."""
    live = Watermark.objects.live().filter(payer__instance_id=instance_id).order_by("-seen_at")
    return live.values_list("ref", flat=True).first() or ""


def customer_of(instance_id: UUID) -> str:
    """The provider's name of who pays for this database; "" where nobody ever went to pay."""
    known = Payer.objects.filter(instance_id=instance_id, forgotten_at__isnull=True)
    return known.values_list("customer_ref", flat=True).first() or ""


def alerts_since(day: date) -> list[tuple[str, int]]:
    """What went wrong with the provider's messages since that day: in words, and how often. For staff."""
    found: dict[str, int] = {}
    for alert in Alert.objects.filter(day__gte=day):
        words = Alert.What(alert.what).label
        found[words] = found.get(words, 0) + alert.count
    return sorted(found.items())
