"""What happens while a bill is unpaid, and when it is paid.

Payment is tried again → grace → read-only → the subscription ends. Every stage has its letter with all the days. A payment
brings everything back at once, at any stage. Nothing here takes reading, signing in or the export away.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pivotino.control.billing import endings, letters
from pivotino.control.billing.models import Arrears
from pivotino.control.payments.provider import Bill, Order
from pivotino.tenancy.freezing import Reason, freeze, thaw
from pivotino.tenancy.models import Instance

log = logging.getLogger("pivotino.billing")
Stage = Arrears.Stage
# A schedule that comes an hour late is no lateness.
PATIENCE = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Open:
    """What is open: a bill, or what an order says of one we have not seen."""

    ref: str
    minor: int
    currency: str
    pay_at: str = ""

    @classmethod
    def bill(cls, bill: Bill) -> Self:
        owed = max(bill.total_minor - bill.paid_minor, 0)
        return cls(ref=bill.ref, minor=owed, currency=bill.currency.upper(), pay_at=bill.hosted_url)

    @classmethod
    def order(cls, order: Order) -> Self:
        """One period of it; the bill tells the exact amount when it comes."""
        sum_ = sum(line.unit_minor * line.quantity for line in order.lines)
        return cls(ref=order.latest_invoice_ref, minor=sum_, currency=order.lines[0].currency.upper())


def fall_behind(instance: Instance, what: Open) -> Arrears:
    """A payment failed. Who is behind already keeps the days that were told."""
    with transaction.atomic():
        Instance.objects.select_for_update().get(pk=instance.pk)
        arrears = Arrears.objects.of(instance)
        if arrears is None:
            arrears = Arrears(
                instance=instance,
                bill_ref=what.ref,
                amount_minor=what.minor,
                currency=what.currency,
                pay_at=what.pay_at,
            )
            arrears.plan_dates(arrears.began_at)
            arrears.save(force_insert=True)
            letters.payment_failed(instance, arrears)
        elif arrears.bill_ref == what.ref and what.pay_at:
            arrears.amount_minor, arrears.pay_at = what.minor, what.pay_at
            arrears.save(update_fields=["amount_minor", "pay_at"])
        return arrears


def catch_up(
    instance: Instance, *, how: Arrears.Settled = Arrears.Settled.PAID, by: str = "", why: str = ""
) -> Arrears | None:
    """Nothing is owed any more: everything is as before, at once. None where nothing was owed."""
    with transaction.atomic():
        Instance.objects.select_for_update().get(pk=instance.pk)
        arrears = Arrears.objects.of(instance)
        if arrears is None:
            return None
        was_ended = arrears.stage == Stage.ENDED
        arrears.settled_at, arrears.settled_how, arrears.settled_by, arrears.why = timezone.now(), how, by, why
        arrears.save(update_fields=["settled_at", "settled_how", "settled_by", "why"])
        thaw(instance, Reason.UNPAID)
        if was_ended:
            endings.tell_return(instance)
        letters.paid_again(instance, arrears)
        return arrears


def go_on(arrears_id: UUID | str) -> Arrears.Stage | None:
    """Do what is due for one unpaid bill, one stage at a time; says the stage it is in now, None where it is settled."""
    with transaction.atomic():
        arrears = (
            Arrears.objects.select_for_update(of=("self",))
            .select_related("instance")
            .filter(pk=arrears_id, settled_at__isnull=True)
            .first()
        )
        if arrears is None:
            return None
        now = timezone.now()
        if arrears.next_at and arrears.next_at <= now:
            _next_stage(arrears)
        elif arrears.stage == Stage.READ_ONLY and not arrears.warned and arrears.ends_at <= now + timedelta(days=7):
            arrears.warned = True
            arrears.save(update_fields=["warned"])
            letters.ends_soon(arrears.instance, arrears)
        return Stage(arrears.stage)


def put_off(instance: Instance, *, days: int, by: str, why: str) -> Arrears:
    """Staff give more time: everything that is still to come moves by so many days. Raises Arrears.DoesNotExist."""
    with transaction.atomic():
        arrears = Arrears.objects.open().select_for_update().get(instance_id=instance.pk)
        arrears.put_off(timedelta(days=days))
        arrears.settled_by, arrears.why = by, why
        arrears.save()
        return arrears


def waive(instance: Instance, *, by: str, why: str) -> Arrears | None:
    """Staff let a bill be; the provider is told by hand."""
    return catch_up(instance, how=Arrears.Settled.WAIVED, by=by, why=why)


def _next_stage(arrears: Arrears) -> None:
    instance, late = arrears.instance, timezone.now() - (arrears.next_at or timezone.now())
    turn = {Stage.TRYING.value: Stage.GRACE, Stage.GRACE.value: Stage.READ_ONLY, Stage.READ_ONLY.value: Stage.ENDED}
    arrears.stage = turn[arrears.stage]
    if late > PATIENCE:
        log.warning("%s goes on %s late; its days move.", instance.slug, late)
        arrears.put_off(late)
    arrears.save()
    match arrears.stage:
        case Stage.GRACE:
            letters.grace_began(instance, arrears)
        case Stage.READ_ONLY:
            freeze(instance, Reason.UNPAID)
            letters.became_read_only(instance, arrears)
        case Stage.ENDED:
            if not endings.tell_end(instance, arrears):
                letters.ended(instance, arrears)
