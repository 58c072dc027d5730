"""What the payments room does by itself: catch up, compare, close what is over, forget."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from pivotino.control.payments import reconciling
from pivotino.control.payments.models import Alert, Notice, Payer, Visit, Watermark
from pivotino.control.payments.provider import ProviderDown, Unknown, provider
from pivotino.jobs import Retry, job, schedule
from pivotino.kit.retention import period, sweep, sweeps

# The provider may be away for a day; whoever waits for it tries again that often.
AGAIN = timedelta(minutes=10)
NOT_SEEN = timedelta(hours=20)


@schedule("12 * * * *")
def catch_up() -> None:
    """Every hour: take the messages that never came."""
    if settings.PAYMENT_KEY:
        _patiently(reconciling.catch_up)


@schedule("40 2 * * *")
def compare_all() -> None:
    """Every night: look again at each order that runs and was not heard of for a day."""
    silent = Watermark.objects.live().filter(seen_at__lt=timezone.now() - NOT_SEEN)
    for id in silent.values_list("payer_id", flat=True).distinct() if settings.PAYMENT_KEY else []:
        compare.later(str(id), key=f"compare:{id}")


@job(attempts=8, priority=-10)
def compare(payer_id: str) -> None:
    """Look again at what one payer has."""
    for payer in Payer.objects.filter(pk=payer_id, forgotten_at__isnull=True):
        _patiently(partial(reconciling.compare, payer))


@job(attempts=8)
def close_other_visits(instance_id: str) -> None:
    """Somebody paid: no other payment page of this database may be paid any more."""
    for visit in Visit.objects.open_checkouts().filter(instance_id=instance_id):
        _patiently(partial(provider().expire, visit.ref))
        visit.end()


@job(attempts=8)
def call_payer(payer_id: str) -> None:
    """Tell the provider how somebody who pays is called now, and where they read mail."""
    payer = Payer.objects.filter(pk=payer_id, forgotten_at__isnull=True).select_related("account", "instance").first()
    if payer is None or payer.account is None or not settings.PAYMENT_KEY:
        return
    name, email = payer.instance.name or payer.account.name, payer.account.email
    with suppress(Unknown):
        _patiently(partial(provider().call, payer.customer_ref, name=name, email=email))


@schedule("50 1 * * *")
def forget() -> None:
    """Every night: empty the messages, and forget the rest in its time."""
    sweep("payment messages", "payment notes", "payment pages")
    Alert.objects.filter(day__lt=(timezone.now() - period("payment notes")).date()).delete()


@sweeps("payment messages", forget=lambda rows: rows.update(body=None))
def messages_over(at: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(effect_at__lt=at - period("payment messages"), body__isnull=False)


@sweeps("payment notes")
def notes_over(at: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(effect_at__lt=at - period("payment notes"))


@sweeps("payment pages")
def visits_over(at: datetime) -> QuerySet[Visit]:
    return Visit.objects.filter(made_at__lt=at - period("payment pages"))


def _patiently(work: Callable[[], object]) -> None:
    try:
        work()
    except ProviderDown as error:
        raise Retry("The payment provider is away.", after=AGAIN, counted=False) from error
