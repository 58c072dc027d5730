"""Forgetting on time, and telling subscribers from prospects."""

from datetime import timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.prospects.models import Asking, Call, Key, Listing, Origin, Prospect
from pivotino.control.prospects.models.asking import PATIENCE
from pivotino.control.prospects.models.listing import LEFT_LYING
from pivotino.jobs import schedule

ANSWERS_STAY = timedelta(days=1)
KEYS_STAY = timedelta(days=365)


@schedule("50 3 * * *")
def forget_untouched() -> int:
    """Delete whom nobody wrote to or heard of within the days of rules.toml, and all that was begun and left lying."""
    count = 0
    while ids := list(Prospect.objects.overdue().values_list("pk", flat=True)[:500]):
        count += Prospect.objects.filter(pk__in=ids).delete()[1].get("prospects.Prospect", 0)
    now = timezone.now()
    Asking.objects.filter(at__lt=now - PATIENCE).delete()
    Listing.objects.filter(at__lt=now - LEFT_LYING).delete()
    Call.objects.filter(at__lt=now - ANSWERS_STAY).delete()
    Key.objects.filter(expires_at__lt=now - KEYS_STAY).delete()
    Origin.objects.unused().filter(at__lt=now - ANSWERS_STAY).delete()
    return count


@schedule("*/10 * * * *")
def know_subscribers() -> int:
    """Link prospects to the account they opened since: from then on they are subscribers, and only that."""
    theirs = Account.objects.filter(email=OuterRef("address"), is_active=True).values("pk")[:1]
    found = Prospect.objects.filter(
        account__isnull=True, address__in=Account.objects.filter(is_active=True).values("email")
    )
    return found.update(account_id=Subquery(theirs))
