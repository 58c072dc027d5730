"""Finding out what nobody told us: messages that were lost, and states that differ."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from pivotino.control.payments.models import CaughtUp, Notice, Payer, Watermark
from pivotino.control.payments.provider import Bill, Message, NewsKind, Provider, provider
from pivotino.control.payments.taking import Outcome, Overtaken, Reading, take, take_reading

# What happened at one moment may be listed a little later.
OVERLAP = timedelta(hours=1)
AT_FIRST = timedelta(days=2)
# Older bills do not change any more.
LOOKED_BACK = timedelta(days=60)


def catch_up() -> int:
    """Take every message that happened since the last time and never came. Raises ProviderDown; the next time finds them too."""
    row = CaughtUp.objects.filter(name="messages").first()
    since = row.until - OVERLAP if row else timezone.now() - AT_FIRST
    found = provider().missed(since)
    known = set(Notice.objects.filter(ref__in=[message.ref for message in found]).values_list("ref", flat=True))
    new = [message for message in found if message.ref not in known]
    for message in new:
        take(message)
    if found:
        CaughtUp.objects.update_or_create(name="messages", defaults={"until": max(message.at for message in found)})
    return len(new)


def compare(payer: Payer) -> int:
    """Look at all orders and the latest bills of one payer; what is not as we know it is told. How many were not."""
    now = provider()
    known = {mark.ref: mark for mark in Watermark.objects.filter(payer=payer)}
    readings = [*_orders(now, payer, known), *_bills(now, payer, known)]
    new = [one for one in readings if one.ref not in known or known[one.ref].digest != one.digest]
    return sum(_tell(one) for one in new)


def _orders(now: Provider, payer: Payer, known: dict[str, Watermark]) -> list[Reading]:
    return [Reading(version=_version(known, order.ref), order=order) for order in now.orders(payer.customer_ref)]


def _bills(now: Provider, payer: Payer, known: dict[str, Watermark]) -> list[Reading]:
    found = [bill for bill in now.bills(payer.customer_ref) if bill.status != "draft" and _is_recent(bill)]
    # A bill in a list says less of itself than one alone.
    return [
        Reading(version=_version(known, bill.ref), bill=now.bill(bill.ref))
        for bill in found
        if bill.ref not in known or known[bill.ref].status != bill.status
    ]


def _version(known: dict[str, Watermark], ref: str) -> int:
    return known[ref].version if ref in known else 0


def _is_recent(bill: Bill) -> bool:
    return bill.created_at > timezone.now() - LOOKED_BACK


def _tell(reading: Reading) -> bool:
    """False where somebody else knew it first: then it is told already."""
    message = Message(
        ref=f"compared:{reading.ref}:{reading.version}", type="compared", kind=_kind(reading), subject_ref=reading.ref,
        at=timezone.now(), body={},
    )  # fmt: skip
    try:
        with transaction.atomic():
            return take_reading(message, reading) == Outcome.TOLD
    except Overtaken:
        return False


def _kind(reading: Reading) -> NewsKind:
    if reading.order:
        return "order.changed"
    if reading.status == "paid":
        return "bill.paid"
    return "bill.failed" if reading.bill and reading.bill.attempts and reading.status == "open" else "bill.finalized"
