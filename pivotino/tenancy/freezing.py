"""An instance that may only be read, and the reasons for it. Reading and taking everything out never stop."""

from django.db import transaction
from django.utils import timezone

from pivotino.tenancy import registry
from pivotino.tenancy.models import Freeze, Instance

Reason = Freeze.Reason


def freeze(instance: Instance, reason: Reason) -> None:
    """Let the instance be read only, for this reason. Repeating it changes nothing.

    Other processes know after `registry.REMEMBERED_SECONDS`; a write that has begun may still end. What may not lose one
    write fences the database as well.
    """
    with transaction.atomic():
        Freeze.objects.get_or_create(instance_id=instance.pk, reason=reason)
        Instance.objects.filter(pk=instance.pk, frozen_at__isnull=True).update(frozen_at=timezone.now())
    registry.forget(instance.slug)


def thaw(instance: Instance, reason: Reason) -> None:
    """This reason is gone; the instance may be written to when it was the last one. Repeating it changes nothing."""
    with transaction.atomic():
        locked = Instance.objects.select_for_update().filter(pk=instance.pk)
        locked.first()
        Freeze.objects.filter(instance_id=instance.pk, reason=reason).delete()
        if not Freeze.objects.filter(instance_id=instance.pk).exists():
            locked.update(frozen_at=None)
    registry.forget(instance.slug)


def reasons(instance: Instance) -> list[Reason]:
    """Why the instance may only be read, oldest reason first."""
    return [Reason(row.reason) for row in Freeze.objects.filter(instance_id=instance.pk).order_by("since")]
