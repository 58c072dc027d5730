"""Forgetting on time, and telling subscribers from prospects."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.prospects import rules
from pivotino.control.prospects.models import Asking, Call, Key, Listing, Origin, Prospect
from pivotino.jobs import schedule
from pivotino.kit.retention import days_of, period, sweep, sweeps

ANSWERS_STAY = timedelta(days=1)


@schedule("50 3 * * *")
def forget_untouched() -> int:
    """Delete whom nobody wrote to or heard of within the days of rules.toml, and all that was begun and left lying."""
    count = sweep("untold prospects", "prospects")
    sweep("prospect lists", "prospect questions", "prospect keys")
    now = timezone.now()
    Call.objects.filter(at__lt=now - ANSWERS_STAY).delete()
    Origin.objects.unused().filter(at__lt=now - ANSWERS_STAY).delete()
    return count


@sweeps("untold prospects")
def untold(at: datetime) -> QuerySet[Prospect]:
    return Prospect.objects.untold(at)


@sweeps("prospects")
def untouched(at: datetime) -> QuerySet[Prospect]:
    return Prospect.objects.overdue(at)


@sweeps("prospect lists")
def lists_over(at: datetime) -> QuerySet[Listing]:
    return Listing.objects.filter(at__lt=at - period("prospect lists"))


@sweeps("prospect questions")
def questions_over(at: datetime) -> QuerySet[Asking]:
    return Asking.objects.filter(at__lt=at - period("prospect questions"))


@sweeps("prospect keys")
def keys_over(at: datetime) -> QuerySet[Key]:
    return Key.objects.filter(expires_at__lt=at - period("prospect keys"))


days_of("untold prospects", lambda: rules.kept_for(told=False).days)
days_of("prospects", lambda: rules.kept_for(told=True).days)


@schedule("*/10 * * * *")
def know_subscribers() -> int:
    """Link prospects to the account they opened since: from then on they are subscribers, and only that."""
    theirs = Account.objects.filter(email=OuterRef("address"), is_active=True).values("pk")[:1]
    found = Prospect.objects.filter(
        account__isnull=True, address__in=Account.objects.filter(is_active=True).values("email")
    )
    return found.update(account_id=Subquery(theirs))
