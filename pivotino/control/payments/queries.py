"""What other rooms ask about payments."""

from uuid import UUID

from pivotino.control.payments.models import Payer, Watermark


def running_order(instance_id: UUID) -> str:
    """The provider's name of the order that runs for this database; "" where none does."""
    live = Watermark.objects.live().filter(payer__instance_id=instance_id).order_by("-seen_at")
    return live.values_list("ref", flat=True).first() or ""


def customer_of(instance_id: UUID) -> str:
    """The provider's name of who pays for this database; "" where nobody ever went to pay."""
    known = Payer.objects.filter(instance_id=instance_id, forgotten_at__isnull=True)
    return known.values_list("customer_ref", flat=True).first() or ""
