"""Keeping without using: no marketing, and nobody of us changes it. Rooms above ask `is_restricted`."""

from django.db import transaction
from django.utils import timezone

from pivotino.control.rights.models import Demand, Restriction
from pivotino.letters.marks import mark_of, marks_of
from pivotino.letters.models.suppression import Scope, Suppression
from pivotino.letters.suppression import suppress

HOW = "restriction"


def restrict(demand: Demand) -> Restriction:
    """From now on. Twice is once."""
    with transaction.atomic():
        row, _ = Restriction.objects.get_or_create(
            mark=mark_of(demand.email), lifted_at=None, defaults={"demand": demand}
        )
        suppress(demand.email, Scope.LEGAL, how=HOW)
    return row


def lift(address: str) -> bool:
    """It is over; what else keeps letters away stays. Says whether there was one."""
    with transaction.atomic():
        Suppression.objects.filter(mark__in=marks_of(address), scope=Scope.LEGAL, how=HOW).delete()
        there = Restriction.objects.filter(mark__in=marks_of(address), lifted_at__isnull=True)
        return bool(there.update(lifted_at=timezone.now()))


def is_restricted(address: str) -> bool:
    return Restriction.objects.filter(mark__in=marks_of(address), lifted_at__isnull=True).exists()
