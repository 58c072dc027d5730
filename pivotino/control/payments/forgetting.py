"""The end of a customer's relation with the payment provider."""

import logging
from uuid import UUID

from django.utils import timezone

from pivotino.control.payments.models import Payer, Visit
from pivotino.control.payments.provider import provider

log = logging.getLogger("pivotino.payments")


def forget(instance_id: UUID, *, by: str, why: str) -> bool:
    """End every order at once and let the provider delete the customer. False where there is none (any more).

    What the books must keep stays with the provider and in our papers. Repeating it changes nothing. Raises ProviderDown.
    """
    payer = Payer.objects.filter(instance_id=instance_id, forgotten_at__isnull=True).first()
    if payer is None:
        return False
    provider().forget(payer.customer_ref)
    Visit.objects.filter(instance_id=instance_id).delete()
    Payer.objects.filter(pk=payer.pk).update(forgotten_at=timezone.now(), account=None)
    log.info("The payment provider forgot the customer of instance %s, by %s: %s.", instance_id, by, why)
    return True
