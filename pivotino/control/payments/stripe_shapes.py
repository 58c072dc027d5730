"""Stripe's objects, read into ours. Everything that knows how Stripe names its fields is here and in `stripes`."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from pivotino.control.payments.provider import (
    Bill,
    BillLine,
    Checkout,
    Line,
    Message,
    NewsKind,
    Order,
    OrderStatus,
    Trouble,
)

Shape = dict[str, Any]
# How Stripe calls what we want to know. Everything else is answered with thanks and noted.
KINDS: dict[str, NewsKind] = {
    "checkout.session.completed": "checkout.completed",
    "customer.subscription.created": "order.changed",
    "customer.subscription.updated": "order.changed",
    "customer.subscription.deleted": "order.changed",
    "customer.subscription.paused": "order.changed",
    "customer.subscription.resumed": "order.changed",
    "invoice.finalized": "bill.finalized",
    "invoice.voided": "bill.finalized",
    "invoice.marked_uncollectible": "bill.finalized",
    "invoice.paid": "bill.paid",
    "invoice.payment_failed": "bill.failed",
    "refund.created": "refunded",
    "charge.dispute.created": "dispute.opened",
}
STATUSES: dict[str, OrderStatus] = {"incomplete_expired": "canceled", "paused": "unpaid"}
# What is kept of a message: names of things, sums, times, states. Never who, where, with what.
KEPT = frozenset({
    "id", "object", "type", "created", "livemode", "api_version", "data", "status", "currency", "amount", "amount_due", "amount_paid",
    "amount_remaining", "subtotal", "total", "attempt_count", "next_payment_attempt", "billing_reason", "cancel_at_period_end",
    "canceled_at", "ended_at", "trial_end", "current_period_start", "current_period_end", "period_start", "period_end", "customer",
    "subscription", "invoice", "latest_invoice", "payment_intent", "payment_status", "mode", "reason", "quantity", "price", "unit_amount",
    "lookup_key", "interval", "recurring", "items", "parent", "subscription_details", "number", "previous_attributes",
})  # fmt: skip


def moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def named(value: Any) -> str:
    """The id of something that Stripe gives as an id or, expanded, as a whole."""
    return str(value["id"] if isinstance(value, dict) else value or "")


def code_of(price: Shape) -> str:
    """Our name of a price, which we gave along when we made it."""
    return str((price.get("metadata") or {}).get("code", ""))


def order(sub: Shape) -> Order:
    items = sub["items"]["data"]
    status: OrderStatus = STATUSES.get(sub["status"]) or sub["status"]
    return Order(
        ref=sub["id"], customer_ref=named(sub["customer"]), status=status, lines=tuple(map(_line, items)),
        period_from=at(items[0]["current_period_start"]), period_until=at(items[0]["current_period_end"]), updated_at=timezone.now(),
        cancel_at_period_end=bool(sub["cancel_at_period_end"]), trial_until=moment(sub.get("trial_end")),
        latest_invoice_ref=named(sub.get("latest_invoice")), ended_at=moment(sub.get("ended_at")),
    )  # fmt: skip


def _line(item: Shape) -> Line:
    price = item["price"]
    return Line(
        price_code=code_of(price), name=(price.get("metadata") or {}).get("name", ""), unit_minor=price["unit_amount"] or 0,
        currency=price["currency"].upper(), quantity=item.get("quantity") or 1, period=price["recurring"]["interval"],
    )  # fmt: skip


def bill(invoice: Shape, codes: Callable[[str], str], refunded: int = 0) -> Bill:
    """`codes` tells our name of a price by its id."""
    passed = invoice["status_transitions"]
    return Bill(
        ref=invoice["id"], customer_ref=named(invoice["customer"]), number=invoice.get("number") or "", status=invoice["status"] or "draft",
        lines=tuple(bill_line(line, codes) for line in invoice["lines"]["data"]), subtotal_minor=invoice["subtotal"],
        tax_minor=tax(invoice), total_minor=invoice["total"], paid_minor=invoice["amount_paid"], currency=invoice["currency"].upper(),
        created_at=at(invoice["created"]), order_ref=_order_of(invoice), due_at=moment(invoice.get("due_date")),
        paid_at=moment(passed.get("paid_at")), hosted_url=invoice.get("hosted_invoice_url") or "", attempts=invoice["attempt_count"],
        next_attempt_at=moment(invoice.get("next_payment_attempt")), refunded_minor=refunded,
    )  # fmt: skip


def bill_line(line: Shape, codes: Callable[[str], str]) -> BillLine:
    pricing = line.get("pricing") or {}
    price = named((pricing.get("price_details") or {}).get("price"))
    return BillLine(
        description=line.get("description") or "", quantity=line.get("quantity") or 1,
        unit_minor=int(Decimal(str(pricing.get("unit_amount_decimal") or 0))), amount_minor=line["amount"],
        from_=_day(line["period"]["start"]), until=_day(line["period"]["end"]), price_code=codes(price) if price else "",
        is_proration=_is_proration(line),
    )  # fmt: skip


def tax(invoice: Shape) -> int:
    return sum(one["amount"] for one in invoice.get("total_taxes") or [])


def checkout(session: Shape) -> Checkout:
    return Checkout(
        ref=session["id"], url=session.get("url") or "", status=session["status"], customer_ref=named(session.get("customer")),
        order_ref=named(session.get("subscription")),
    )  # fmt: skip


def trouble(thing: Shape, bill_ref: str) -> Trouble:
    return Trouble(
        ref=thing["id"], kind="dispute" if thing["object"] == "dispute" else "refund", bill_ref=bill_ref, amount_minor=thing["amount"],
        currency=thing["currency"].upper(), at=at(thing["created"]), status=thing.get("status") or "", reason=thing.get("reason") or "",
    )  # fmt: skip


def message(event: Shape) -> Message:
    return Message(
        ref=event["id"], type=event["type"], kind=KINDS.get(event["type"], ""), subject_ref=named(event["data"]["object"]),
        at=at(event["created"]), body=kept(event),
    )  # fmt: skip


def kept(value: Any) -> Any:
    """Without everything that could say something about a person."""
    if isinstance(value, dict):
        return {name: kept(inner) for name, inner in value.items() if name in KEPT}
    if isinstance(value, list):
        return [kept(inner) for inner in value]
    return value


def _order_of(invoice: Shape) -> str:
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    return named(details.get("subscription"))


def _is_proration(line: Shape) -> bool:
    parent = line.get("parent") or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    return bool(details.get("proration"))


def _day(seconds: int) -> date:
    return at(seconds).date()
