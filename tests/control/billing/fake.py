"""A payment provider in memory: it knows one customer, one order, and what it was asked. Its news is told by hand."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pivotino.control.payments.provider import (
    BadSignature,
    Bill,
    BillLine,
    Checkout,
    Customer,
    Declined,
    Line,
    Message,
    News,
    NewsKind,
    Order,
    Preview,
    ProviderDown,
    Trouble,
    Unknown,
    listeners,
)
from pivotino.tenancy.models import Instance

PERIOD = timedelta(days=30)
_numbers = itertools.count(1)


@dataclass
class Fake:
    """What the provider has. `declines` refuses the next payment, `down` answers nothing."""

    name: str = "fake"
    hosts: tuple[str, ...] = ("pay.example",)
    known: dict[str, Order] = field(default_factory=dict)
    kept: dict[str, Bill] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    declines: bool = False
    down: bool = False

    # --- the interface

    def customer(
        self, *, instance: UUID, account: UUID | None, name: str, email: str, company: str, key: str
    ) -> Customer:
        return Customer(ref=f"cus_{instance}", instance=instance, account=account, name=name, email=email)

    def checkout(self, customer_ref: str, lines: Sequence[Line], *, instance: UUID, trial_until: datetime | None = None,
                 success_url: str, cancel_url: str, key: str) -> Checkout:  # fmt: skip
        self._ask("checkout", tuple(lines))
        return Checkout(ref="co_1", url="https://pay.example/co_1", customer_ref=customer_ref)

    def checkout_seen(self, ref: str) -> Checkout:
        return Checkout(ref=ref, url="", status="complete")

    def portal(self, customer_ref: str, *, return_url: str, key: str) -> str:
        return "https://pay.example/portal"

    def order(self, ref: str) -> Order:
        self._ask("order", ref)
        if ref not in self.known:
            raise Unknown(ref)
        return self.known[ref]

    def orders(self, customer_ref: str) -> list[Order]:
        return list(self.known.values())

    def bill(self, ref: str) -> Bill:
        return self.kept[ref]

    def bills(self, customer_ref: str) -> list[Bill]:
        return list(self.kept.values())

    def preview(self, order_ref: str, lines: Sequence[Line], *, at: datetime) -> Preview:
        self._ask("preview", tuple(lines))
        now, before = _sum(lines), _sum(self.known[order_ref].lines)
        day = at.date()
        shown = (
            BillLine(description="Unused time", quantity=1, unit_minor=-before // 2, amount_minor=-before // 2, from_=day, until=day, is_proration=True),
            BillLine(description="Remaining time", quantity=1, unit_minor=now // 2, amount_minor=now // 2, from_=day, until=day, is_proration=True),
        )  # fmt: skip
        return Preview(lines=shown, amount_due_now_minor=now // 2 - before // 2, next_total_minor=now, next_at=self.known[order_ref].period_until,
                       currency=lines[0].currency)  # fmt: skip

    def change(self, order_ref: str, lines: Sequence[Line], *, at: datetime, key: str) -> Order:
        self._ask("change", (tuple(lines), at, key))
        if self.declines:
            raise Declined("Your card was declined.", "card_declined")
        return self._put(replace(self.known[order_ref], lines=tuple(lines), updated_at=timezone.now()))

    def cancel(self, order_ref: str, *, at_period_end: bool = True, key: str) -> Order:
        self._ask("cancel", at_period_end)
        order = self.known[order_ref]
        if at_period_end:
            return self._put(replace(order, cancel_at_period_end=True))
        return self._put(replace(order, status="canceled", ended_at=timezone.now()))

    def resume(self, order_ref: str, *, key: str) -> Order:
        self._ask("resume", order_ref)
        return self._put(replace(self.known[order_ref], cancel_at_period_end=False))

    def expire(self, checkout_ref: str) -> None:
        self._ask("expire", checkout_ref)

    def trouble(self, ref: str) -> Trouble:
        raise Unknown(ref)

    def call(self, customer_ref: str, *, name: str, email: str) -> None:
        self._ask("call", customer_ref, name, email)

    def forget(self, customer_ref: str) -> None:
        self._ask("forget", customer_ref)

    def hear(self, body: bytes, signature: str) -> Message:
        raise BadSignature("not ours")

    def missed(self, since: datetime) -> list[Message]:
        return []

    # --- what tests do

    def begin(self, instance: Instance, lines: Sequence[Line], **more: Any) -> Order:
        """Somebody paid on the payment page."""
        now = timezone.now()
        order = Order(ref=f"sub_{next(_numbers)}", customer_ref=f"cus_{instance.pk}", status="active", lines=tuple(lines), period_from=now,
                      period_until=now + PERIOD, updated_at=now)  # fmt: skip
        order = self._put(replace(order, **more))
        self.tell("checkout.completed", instance, order=order)
        return order

    def bill_for(self, order: Order, **more: Any) -> Bill:
        """A bill for one period of an order."""
        ref, day = f"in_{next(_numbers)}", order.period_from.date()
        lines = tuple(
            BillLine(description=line.name, quantity=line.quantity, unit_minor=line.unit_minor, amount_minor=line.unit_minor * line.quantity,
                     from_=day, until=order.period_until.date(), price_code=line.price_code)
            for line in order.lines
        )  # fmt: skip
        total = _sum(order.lines)
        bill = Bill(ref=ref, customer_ref=order.customer_ref, number=f"A-{ref}", status="open", lines=lines, subtotal_minor=total, tax_minor=0,
                    total_minor=total, paid_minor=0, currency=order.lines[0].currency, created_at=timezone.now(), order_ref=order.ref,
                    hosted_url=f"https://pay.example/{ref}")  # fmt: skip
        self.kept[ref] = replace(bill, **more)
        return self.kept[ref]

    def fail(self, instance: Instance, order: Order) -> Bill:
        """The card is declined for the next period."""
        bill = self.bill_for(order, attempts=1)
        order = self._put(replace(order, status="past_due", latest_invoice_ref=bill.ref))
        self.tell("bill.failed", instance, bill=bill)
        self.tell("order.changed", instance, order=order)
        return bill

    def pay(self, instance: Instance, order: Order, bill: Bill | None = None) -> Bill:
        """The bill is paid."""
        bill = replace(bill or self.bill_for(order), status="paid", paid_at=timezone.now())
        bill = self.kept[bill.ref] = replace(bill, paid_minor=bill.total_minor)
        order = self._put(replace(order, status="active"))
        self.tell("bill.paid", instance, bill=bill)
        self.tell("order.changed", instance, order=order)
        return bill

    def refund(self, instance: Instance, bill: Bill, minor: int) -> None:
        trouble = Trouble(
            ref=f"re_{next(_numbers)}",
            kind="refund",
            bill_ref=bill.ref,
            amount_minor=minor,
            currency=bill.currency,
            at=timezone.now(),
        )
        self.tell("refunded", instance, bill=bill, trouble=trouble)

    def tell(self, kind: NewsKind, instance: Instance, **what: Any) -> None:
        news = News(
            kind=kind,
            instance_id=instance.pk,
            customer_ref=f"cus_{instance.pk}",
            at=timezone.now(),
            notice_ref=f"evt_{next(_numbers)}",
            **what,
        )
        with transaction.atomic():
            listeners.tell(news)

    def asked_for(self, verb: str) -> list[Any]:
        return [what for name, what in self.asked if name == verb]

    def _ask(self, verb: str, what: Any) -> None:
        self.asked.append((verb, what))
        if self.down:
            raise ProviderDown("The provider does not answer.")

    def _put(self, order: Order) -> Order:
        self.known[order.ref] = order
        return order


def _sum(lines: Sequence[Line]) -> int:
    return sum(line.unit_minor * line.quantity for line in lines)
