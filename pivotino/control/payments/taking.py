"""Taking what the provider says: once, in the transaction of its effect, and never what the message said but what is true.

    1. Read the watermark of the thing that the message names, then fetch the thing. No transaction is open meanwhile.
    2. In one transaction: claim the message by its name, lock the watermark, and see that it did not move. If it did, the
       fetched state may be older than what is known by now: begin again. Tell those who listen, move the watermark.

A worker that dies anywhere leaves all of 2. or nothing, and the provider sends the message again.
"""

import hashlib
import logging
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from pivotino.control.payments.models import Alert, Notice, Payer, Visit, Watermark
from pivotino.control.payments.provider import (
    Bill,
    Message,
    News,
    Order,
    Provider,
    Trouble,
    Unknown,
    listeners,
    provider,
)

Outcome = Notice.Outcome
TRIES = 5
log = logging.getLogger("pivotino.payments")


class Overtaken(Exception):
    """While the thing was fetched, a newer state of it was written down."""


class Busy(RuntimeError):
    """Overtaken again and again. The message is to come once more."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A thing as it was fetched, and the watermark that stood before. A session without an order is `nothing`."""

    version: int = 0
    order: Order | None = None
    bill: Bill | None = None
    trouble: Trouble | None = None

    @property
    def customer_ref(self) -> str:
        return self.order.customer_ref if self.order else self.bill.customer_ref if self.bill else ""

    @property
    def ref(self) -> str:
        return self.order.ref if self.order else self.bill.ref if self.bill else ""

    @property
    def status(self) -> str:
        return self.order.status if self.order else self.bill.status if self.bill else ""

    @property
    def digest(self) -> str:
        """The same for the same state, whenever it was fetched."""
        told = replace(self.order, updated_at=self.order.period_from) if self.order else self.bill
        return hashlib.sha256(repr(told).encode()).hexdigest()


def take(message: Message) -> str:
    """Take one message; returns what became of it, "known" where it was taken before.

    Raises ProviderDown where its thing cannot be fetched now, Busy, or what a listener raised: then nothing has happened,
    and the message must come again.
    """
    for _ in range(TRIES):
        if Notice.objects.filter(ref=message.ref).update(times=F("times") + 1):
            return "known"
        try:
            return take_reading(message, read(message))
        except Overtaken:
            continue
        except IntegrityError:
            # Somebody else took the same message meanwhile; any other breach of the database's rules is a fault.
            if not Notice.objects.filter(ref=message.ref).exists():
                raise
    raise Busy(message.ref)


def read(message: Message) -> Reading | None:
    """Fetch what a message is about. None for what does not concern us, or is not there any more."""
    now, ref = provider(), message.subject_ref
    try:
        match message.kind:
            case "order.changed":
                return _order(now, ref)
            case "checkout.completed":
                return _order(now, now.checkout_seen(ref).order_ref)
            case "bill.finalized" | "bill.paid" | "bill.failed":
                return _bill(now, ref)
            case "refunded" | "dispute.opened":
                trouble = now.trouble(ref)
                return replace(_bill(now, trouble.bill_ref), trouble=trouble) if trouble.bill_ref else None
    except Unknown:
        return None
    return None


def take_reading(message: Message, reading: Reading | None) -> str:
    """Claim the message and let it have its effect, all or nothing."""
    with transaction.atomic():
        payer = Payer.objects.filter(customer_ref=reading.customer_ref).first() if reading else None
        outcome = _outcome(message, reading, payer)
        Notice.objects.create(
            ref=message.ref, type=message.type, kind=message.kind, subject_ref=message.subject_ref, payer=payer, outcome=outcome,
            said_at=message.at, body=message.body,
        )  # fmt: skip
        if payer and reading and outcome in (Outcome.TOLD, Outcome.OUTDATED, Outcome.ENDED):
            _have_effect(message, reading, payer, told=outcome == Outcome.TOLD)
    if outcome not in (Outcome.TOLD, Outcome.OUTDATED):
        log.info("A message %s (%s) had no effect: %s.", message.ref, message.type, outcome.label)
    return outcome.value


def _order(now: Provider, ref: str) -> Reading:
    version = Watermark.objects.version_of(ref)
    return Reading(version=version, order=now.order(ref))


def _bill(now: Provider, ref: str) -> Reading:
    version = Watermark.objects.version_of(ref)
    return Reading(version=version, bill=now.bill(ref))


def _outcome(message: Message, reading: Reading | None, payer: Payer | None) -> Notice.Outcome:
    if not message.kind:
        return Outcome.UNKNOWN
    if reading is None:
        return Outcome.GONE
    if payer is None:
        return Outcome.STRANGER
    ended = Watermark.objects.filter(ref=reading.ref, ended_at__isnull=False).exists()
    if ended and reading.status != "canceled":
        return Outcome.ENDED
    if message.kind == "bill.failed" and reading.status != "open":
        return Outcome.OUTDATED
    if message.kind == "bill.paid" and reading.status != "paid":
        return Outcome.OUTDATED
    return Outcome.TOLD


def _have_effect(message: Message, reading: Reading, payer: Payer, *, told: bool) -> None:
    mark = _lock(reading, payer)
    if mark.version != reading.version:
        raise Overtaken
    if mark.ended_at and reading.status != "canceled":
        Alert.objects.count_one(Alert.What.REVIVED)
        log.error("The order %s is said to be %s after its end. It stays ended.", reading.ref, reading.status)
        return
    if told:
        listeners.tell(_news(message, reading, payer))
    if message.kind == "checkout.completed" and reading.order:
        _end_visit(message, reading.order, payer)
    _move(mark, reading)


def _lock(reading: Reading, payer: Payer) -> Watermark:
    kind = Watermark.Kind.ORDER if reading.order else Watermark.Kind.BILL
    fresh = {"payer": payer, "kind": kind, "status": reading.status, "digest": ""}
    mark, _ = Watermark.objects.select_for_update().get_or_create(ref=reading.ref, defaults=fresh)
    return mark


def _move(mark: Watermark, reading: Reading) -> None:
    mark.version, mark.status, mark.digest, mark.seen_at = (
        mark.version + 1,
        reading.status,
        reading.digest,
        timezone.now(),
    )
    if reading.order and reading.order.status == "canceled":
        mark.ended_at = mark.ended_at or reading.order.ended_at or timezone.now()
    mark.save()


def _news(message: Message, reading: Reading, payer: Payer) -> News:
    assert message.kind, "what does not concern us is not told"
    return News(
        kind=message.kind, instance_id=payer.instance_id, customer_ref=payer.customer_ref, at=message.at, notice_ref=message.ref,
        order=reading.order, bill=reading.bill, trouble=reading.trouble,
    )  # fmt: skip


def _end_visit(message: Message, order: Order, payer: Payer) -> None:
    """The payment page is done with. Two paid orders for one database are somebody's mistake that staff must mend."""
    for visit in Visit.objects.open_checkouts().filter(ref=message.subject_ref):
        visit.end(order.ref)
    if Watermark.objects.live().filter(payer=payer).exclude(ref=order.ref).exists():
        Alert.objects.count_one(Alert.What.TWICE)
        log.error("Instance %s has two running orders; the newer is %s.", payer.instance_id, order.ref)
