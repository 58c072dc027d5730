"""An instance that may only be read, and the reasons for it. Reading and taking everything out never stop."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from pivotino.tenancy import registry
from pivotino.tenancy.models import Freeze, Instance

Reason = Freeze.Reason


View = TypeVar("View", bound=Callable[..., Any])


def changes_nothing(view: View) -> View:
    """Mark a view that is asked by POST and only reads: it goes on answering in a frozen instance."""
    view.changes_nothing = True  # type: ignore[attr-defined]
    return view


def freeze(instance: Instance, reason: Reason, *, until: datetime | None = None) -> None:
    """Let the instance be read only, for this reason; `until` is what its people are told. Repeating it changes the date.

    Other processes know after `registry.REMEMBERED_SECONDS`; a write that has begun may still end. What may not lose one
    write fences the database as well.
    """
    with transaction.atomic():
        Freeze.objects.update_or_create(instance_id=instance.pk, reason=reason, defaults={"until": until})
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
