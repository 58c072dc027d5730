"""Telling the people who run this that something needs them. One open row a kind and subject, however often it happens."""

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

if TYPE_CHECKING:
    from pivotino.jobs.models import Alert


def rise(kind: str, subject: object, says: str) -> "Alert":
    """Open the alert, or count once more on the one that is open."""
    from pivotino.jobs.models import Alert

    told = {"says": says[:400], "last_at": timezone.now()}
    open_one = Alert.objects.filter(kind=kind, subject=str(subject), settled_at__isnull=True)
    if not open_one.update(times=F("times") + 1, **told):
        try:
            with transaction.atomic():
                return Alert.objects.create(kind=kind, subject=str(subject), **told)
        except IntegrityError:
            open_one.update(times=F("times") + 1, **told)
    return open_one.get()


def settle(kind: str, subject: object, *, by: str = "") -> None:
    """It is over. Nothing happens where no such alert is open."""
    from pivotino.jobs.models import Alert

    now = timezone.now()
    Alert.objects.filter(kind=kind, subject=str(subject), settled_at__isnull=True).update(settled_at=now, settled_by=by)
