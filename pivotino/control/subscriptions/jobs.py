"""What the subscriptions room does by the clock."""

from django.utils import timezone

from pivotino.control.accounts.models import Consent
from pivotino.control.subscriptions.models import SignUp
from pivotino.jobs import schedule


@schedule("17 * * * *")
def sweep_sign_ups() -> None:
    """Delete what nobody proved within its time, with the consents that hung on it."""
    late = SignUp.objects.filter(verified_at__isnull=True, expires_at__lte=timezone.now())
    ids = list(late.values_list("id", flat=True)[:1000])
    Consent.objects.filter(sign_up__in=ids, account__isnull=True).delete()
    SignUp.objects.filter(id__in=ids).delete()
