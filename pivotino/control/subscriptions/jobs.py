"""What the subscriptions room does by the clock."""

from datetime import datetime

from django.db.models import QuerySet

from pivotino.control.accounts.models import Consent
from pivotino.control.subscriptions.models import SignUp
from pivotino.jobs import schedule
from pivotino.kit.retention import sweep, sweeps


@schedule("17 * * * *")
def sweep_sign_ups() -> None:
    """Delete what nobody proved within its time, with the consents that hung on it."""
    sweep("sign-ups")


def _forget(late: QuerySet[SignUp]) -> None:
    ids = list(late.values_list("pk", flat=True))
    Consent.objects.filter(sign_up__in=ids, account__isnull=True).delete()
    late.delete()


@sweeps("sign-ups", forget=_forget)
def unproven(at: datetime) -> QuerySet[SignUp]:
    return SignUp.objects.filter(verified_at__isnull=True, expires_at__lte=at)
