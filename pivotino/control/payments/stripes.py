"""Stripe as our provider, by its own library. The sandbox answers to the same calls."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import stripe
from django.conf import settings
from django.utils import timezone

from pivotino.control.payments import stripe_shapes as shapes
from pivotino.control.payments.provider import (
    BadSignature,
    Bill,
    Checkout,
    Customer,
    Line,
    Message,
    NotSetUp,
    Order,
    Preview,
    Refused,
    Trouble,
    Unknown,
)  # fmt: skip
from pivotino.control.payments.stripe_client import asking, connect
from pivotino.control.payments.stripe_shapes import Shape

# How old a signature may be, in seconds.
TOLERANCE = 300
# Stripe ends no trial sooner than two days from now; a shorter one is made longer, in the customer's favour.
SHORTEST_TRIAL = timedelta(hours=48, minutes=10)
MOST_MISSED = 5_000
PREVIEW = "always_invoice"


@cache
def stripe_provider() -> "StripeProvider":
    """As the settings say. Raises NotSetUp where they say nothing."""
    if not settings.PAYMENT_KEY:
        raise NotSetUp("Nothing can be bought here: no payment provider is set up.")
    return StripeProvider(settings.PAYMENT_KEY, settings.PAYMENT_URL, settings.PAYMENT_WEBHOOK_SECRETS)


class StripeProvider:
    """See `provider.Provider` for what each verb promises."""

    name: str
    hosts: tuple[str, ...]

    def __init__(self, key: str, url: str = "", secrets: Sequence[str] = ()) -> None:
        self._v1 = connect(key, url).v1
        self._secrets = tuple(secrets)
        self._codes: dict[str, str] = {}
        # Whose pages people are sent to; the sandbox is wherever it runs.
        self.name, self.hosts = ("the sandbox", ()) if url else ("Stripe", ("stripe.com",))

    # Customers, and the pages on which they pay

    def customer(
        self, *, instance: UUID, account: UUID | None, name: str, email: str, company: str, key: str
    ) -> Customer:
        told: Any = {"name": company or name, "email": email, "metadata": {"instance": str(instance)}}
        with asking():
            made = self._v1.customers.create(told, {"idempotency_key": key})
        return Customer(ref=made.id, instance=instance, account=account, name=company or name, email=email)

    def call(self, customer_ref: str, *, name: str, email: str) -> None:
        # No key: a name that is taken back on the same day must count as well.
        with asking():
            self._v1.customers.update(customer_ref, {"name": name, "email": email})

    def checkout(
        self, customer_ref: str, lines: Sequence[Line], *, instance: UUID, trial_until: datetime | None = None,
        success_url: str, cancel_url: str, key: str,
    ) -> Checkout:  # fmt: skip
        metadata = {"instance": str(instance)}
        data: dict[str, Any] = {"metadata": metadata}
        if trial_until and trial_until > timezone.now():
            data["trial_end"] = int(max(trial_until, timezone.now() + SHORTEST_TRIAL).timestamp())
        wanted: Any = {
            "mode": "subscription", "customer": customer_ref, "client_reference_id": str(instance), "metadata": metadata,
            "success_url": success_url, "cancel_url": cancel_url, "subscription_data": data,
            "line_items": [{"price": self._price(line), "quantity": line.quantity} for line in lines],
        }  # fmt: skip
        with asking():
            return shapes.checkout(self._v1.checkout.sessions.create(wanted, {"idempotency_key": key}).to_dict())

    def checkout_seen(self, ref: str) -> Checkout:
        with asking():
            return shapes.checkout(self._v1.checkout.sessions.retrieve(ref).to_dict())

    def expire(self, checkout_ref: str) -> None:
        try:
            with asking():
                self._v1.checkout.sessions.expire(checkout_ref)
        except (Refused, Unknown):
            return  # it is over already

    def portal(self, customer_ref: str, *, return_url: str, key: str) -> str:
        wanted: Any = {"customer": customer_ref, "return_url": return_url}
        with asking():
            return str(self._v1.billing_portal.sessions.create(wanted, {"idempotency_key": key}).url)

    # Orders

    def order(self, ref: str) -> Order:
        with asking():
            return shapes.order(self._v1.subscriptions.retrieve(ref).to_dict())

    def orders(self, customer_ref: str) -> list[Order]:
        wanted: Any = {"customer": customer_ref, "status": "all", "limit": 100}
        with asking():
            found = self._v1.subscriptions.list(wanted).auto_paging_iter()
            return [shapes.order(one.to_dict()) for one in found]

    def preview(self, order_ref: str, lines: Sequence[Line], *, at: datetime) -> Preview:
        sub = self._sub(order_ref)
        items = self._items(sub, lines)
        now = self._preview(
            order_ref, {"items": items, "proration_behavior": PREVIEW, "proration_date": int(at.timestamp())}
        )
        later = self._preview(order_ref, {"items": items, "proration_behavior": "none"})
        next_at = max((line["period"]["start"] for line in later["lines"]["data"]), default=int(at.timestamp()))
        return Preview(
            lines=tuple(shapes.bill_line(line, self._code) for line in now["lines"]["data"]), amount_due_now_minor=min(now["total"], now["amount_due"]),
            next_total_minor=later["total"], next_at=shapes.at(next_at), currency=sub["currency"].upper(),
        )  # fmt: skip

    def change(self, order_ref: str, lines: Sequence[Line], *, at: datetime, key: str) -> Order:
        items = self._items(self._sub(order_ref), lines)
        wanted: Any = {
            "items": items, "proration_behavior": PREVIEW, "proration_date": int(at.timestamp()),
            "payment_behavior": "error_if_incomplete",
        }  # fmt: skip
        return self._update(order_ref, wanted, key)

    def cancel(self, order_ref: str, *, at_period_end: bool = True, key: str) -> Order:
        if at_period_end:
            return self._update(order_ref, {"cancel_at_period_end": True}, key)
        with asking():
            return shapes.order(self._v1.subscriptions.cancel(order_ref).to_dict())

    def resume(self, order_ref: str, *, key: str) -> Order:
        return self._update(order_ref, {"cancel_at_period_end": False}, key)

    # Bills, and what went back

    def bill(self, ref: str) -> Bill:
        return self._read(self._invoice(ref))

    def bills(self, customer_ref: str) -> list[Bill]:
        wanted: Any = {"customer": customer_ref, "limit": 100}
        with asking():
            found = [one.to_dict() for one in self._v1.invoices.list(wanted).auto_paging_iter()]
        return [self._read(invoice) for invoice in found]

    def trouble(self, ref: str) -> Trouble:
        with asking():
            found: Any = self._v1.disputes.retrieve(ref) if ref.startswith("d") else self._v1.refunds.retrieve(ref)
            thing = found.to_dict()
            payment: Any = {
                "payment": {"type": "payment_intent", "payment_intent": shapes.named(thing["payment_intent"])}
            }
            paid = self._v1.invoice_payments.list(payment).data
        return shapes.trouble(thing, shapes.named(paid[0].to_dict()["invoice"]) if paid else "")

    def forget(self, customer_ref: str) -> None:
        try:
            with asking():
                self._v1.customers.delete(customer_ref)
        except Unknown:
            return

    # What it tells us

    def hear(self, body: bytes, signature: str) -> Message:
        for secret in self._secrets:
            try:
                # An undecodable body is no message of Stripe's; the library would fall over it.
                stripe.WebhookSignature.verify_header(body.decode("utf-8", "replace"), signature, secret)
            except stripe.SignatureVerificationError:
                continue
            if _age(signature) > TOLERANCE:
                raise BadSignature("age")
            return _message(body)
        raise BadSignature("signature")

    def missed(self, since: datetime) -> list[Message]:
        wanted: Any = {"types": list(shapes.KINDS), "created": {"gte": int(since.timestamp())}, "limit": 100}
        found: list[Message] = []
        with asking():
            for event in self._v1.events.list(wanted).auto_paging_iter():
                found.append(shapes.message(event.to_dict()))
                if len(found) >= MOST_MISSED:
                    break
        return found[::-1]

    # Small steps

    def _sub(self, ref: str) -> Shape:
        with asking():
            return self._v1.subscriptions.retrieve(ref).to_dict()

    def _update(self, ref: str, wanted: Any, key: str) -> Order:
        with asking():
            return shapes.order(self._v1.subscriptions.update(ref, wanted, {"idempotency_key": key}).to_dict())

    def _preview(self, order_ref: str, details: dict[str, Any]) -> Shape:
        wanted: Any = {"subscription": order_ref, "subscription_details": details}
        with asking():
            return self._whole(self._v1.invoices.create_preview(wanted))

    def _invoice(self, ref: str) -> Shape:
        with asking():
            return self._whole(self._v1.invoices.retrieve(ref, {"expand": ["payments"]}))

    def _whole(self, invoice: Any) -> Shape:
        """An invoice with all its lines; the first ten come along, the rest is asked for."""
        told: Shape = invoice.to_dict()
        if told["lines"]["has_more"]:
            told["lines"]["data"] = [line.to_dict() for line in invoice.lines.auto_paging_iter()]
        return told

    def _read(self, invoice: Shape) -> Bill:
        return shapes.bill(invoice, self._code, self._refunded(invoice))

    def _refunded(self, invoice: Shape) -> int:
        """What went back of a paid bill. Only asked for where a payment is known: a bill in a list does not name it."""
        paid = (invoice.get("payments") or {}).get("data") or []
        intents = [shapes.named(one["payment"].get("payment_intent")) for one in paid if one.get("status") == "paid"]
        if not any(intents):
            return 0
        with asking():
            return sum(
                one.amount
                for intent in intents
                for one in self._v1.refunds.list({"payment_intent": intent, "limit": 100}).data
                if one.status not in ("failed", "canceled")
            )

    def _items(self, sub: Shape, lines: Sequence[Line]) -> list[Shape]:
        """The changes that turn the items of a subscription into these lines: the same price stays the same item."""
        wanted = [(self._price(line), line.quantity) for line in lines]
        old = {shapes.named(item["price"]): item["id"] for item in sub["items"]["data"]}
        same = [{"id": old.pop(price), "quantity": many} for price, many in wanted if price in old]
        kept = {item["price"]["id"] for item in sub["items"]["data"]} - set(old)
        fresh = [{"price": price, "quantity": many} for price, many in wanted if price not in kept]
        spare = list(old.values())
        turned = [{"id": spare.pop(0), **item} if spare else item for item in fresh]
        return [*same, *turned, *({"id": id, "deleted": True} for id in spare)]

    def _price(self, line: Line) -> str:
        """The price at Stripe for a line, made the first time. It says everything in its key, so it can never be another one."""
        key = f"{line.price_code}.{line.currency.lower()}.{line.unit_minor}.{line.period}"[:200]
        if found := self._price_with(key):
            return found
        wanted: Any = {
            "lookup_key": key, "currency": line.currency.lower(), "unit_amount": line.unit_minor,
            "recurring": {"interval": line.period}, "product_data": {"name": line.name},
            "metadata": {"code": line.price_code, "name": line.name},
        }  # fmt: skip
        try:
            with asking():
                return str(self._v1.prices.create(wanted).id)
        except Refused:
            if found := self._price_with(key):  # somebody else made it at the same moment
                return found
            raise

    def _price_with(self, key: str) -> str:
        with asking():
            found = self._v1.prices.list({"lookup_keys": [key], "active": True, "limit": 1}).data
        return str(found[0].id) if found else ""

    def _code(self, price: str) -> str:
        """Our name of a price by its id. Prices do not change, so each is asked for once."""
        if price not in self._codes:
            try:
                with asking():
                    self._codes[price] = shapes.code_of(self._v1.prices.retrieve(price).to_dict())
            except Unknown:
                return ""
        return self._codes[price]


def _age(signature: str) -> float:
    stamp = next((part[2:] for part in signature.split(",") if part.startswith("t=")), "0")
    return timezone.now().timestamp() - int(stamp)


def _message(body: bytes) -> Message:
    try:
        return shapes.message(json.loads(body))
    except (ValueError, KeyError, TypeError) as error:
        raise BadSignature("shape") from error
