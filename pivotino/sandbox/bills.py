"""Invoices: drafted, finalized, paid or not, tried again, refunded, disputed."""

from typing import Any

from pivotino.sandbox.cards import CardError, charge
from pivotino.sandbox.events import happened
from pivotino.sandbox.periods import DAY, HOUR
from pivotino.sandbox.store import Store, Thing

# After a payment failed it is tried again so much later each time; then the subscription is "unpaid" (or "canceled").
TRY_AGAIN = (3 * DAY, 5 * DAY, 7 * DAY)
DRAFT_FOR = HOUR


def line(
    store: Store, item: Thing, *, amount: int, since: int, until: int, description: str, proration: bool = False
) -> Thing:  # fmt: skip
    """One line of an invoice for one item of a subscription."""
    price = item["price"]
    return {
        "id": store.new_id("il"), "object": "line_item", "amount": amount, "subtotal": amount, "currency": price["currency"],
        "description": description, "discountable": not proration, "discounts": [], "livemode": False, "metadata": {},
        "period": {"start": since, "end": until}, "quantity": item["quantity"], "taxes": [],
        "pricing": {"type": "price_details", "unit_amount_decimal": str(price["unit_amount"]),
                    "price_details": {"price": price["id"], "product": price["product"]}},
        "parent": {"type": "subscription_item_details", "invoice_item_details": None, "subscription_item_details": {
            "subscription": item["subscription"], "subscription_item": item["id"], "proration": proration,
            "proration_details": None, "invoice_item": None}},
    }  # fmt: skip


def draft(store: Store, sub: Thing, lines: list[Thing], *, reason: str) -> Thing:
    """An invoice that is not owed yet."""
    customer = store.find(sub["customer"], "customer")
    subtotal = sum(one["amount"] for one in lines)
    tax = subtotal * int(store.setting("tax_percent", 0)) // 100 if subtotal > 0 else 0
    number = int(customer["next_invoice_sequence"])
    total = subtotal + tax
    id = store.new_id("in")
    for one in lines:
        one["invoice"] = id
    return {
        "id": id, "object": "invoice", "customer": sub["customer"], "created": store.now, "currency": sub["currency"],
        "status": "draft", "number": f"{customer['invoice_prefix']}-{number:04d}", "billing_reason": reason, "livemode": False,
        "collection_method": "charge_automatically", "auto_advance": True, "attempt_count": 0, "attempted": False,
        "subtotal": subtotal, "total": total, "total_excluding_tax": subtotal, "subtotal_excluding_tax": subtotal,
        "total_taxes": [{"amount": tax, "tax_behavior": "exclusive", "taxable_amount": subtotal}] if tax else [],
        "starting_balance": customer["balance"], "ending_balance": None, **_due(total, customer["balance"]),
        "amount_paid": 0, "amount_overpaid": 0, "due_date": None, "period_start": store.now, "period_end": store.now,
        "next_payment_attempt": None, "hosted_invoice_url": None, "invoice_pdf": None, "metadata": {},
        "customer_name": customer["name"], "customer_email": customer["email"], "description": None,
        "status_transitions": {"finalized_at": None, "marked_uncollectible_at": None, "paid_at": None, "voided_at": None},
        "parent": {"type": "subscription_details", "quote_details": None,
                   "subscription_details": {"subscription": sub["id"], "metadata": sub["metadata"]}},
        "lines": {"object": "list", "data": lines, "has_more": False, "url": f"/v1/invoices/{id}/lines"},
        "payments": {"object": "list", "data": [], "has_more": False, "url": "/v1/invoice_payments"},
    }  # fmt: skip


def open_bill(store: Store, bill: Thing, *, public: str) -> Thing:
    """Finalize it: from now on it is owed. A credit fills or takes from the customer's balance."""
    customer = store.find(bill["customer"], "customer")
    owed = bill["total"] + customer["balance"]
    bill |= {"status": "open", "starting_balance": customer["balance"], "ending_balance": min(0, owed), **_due(bill["total"], customer["balance"]),
             "hosted_invoice_url": f"{public}/bill/{bill['id']}", "_finalize_at": None}  # fmt: skip
    bill["status_transitions"]["finalized_at"] = store.now
    store.put(customer | {"balance": min(0, owed), "next_invoice_sequence": customer["next_invoice_sequence"] + 1})
    store.put(bill)
    happened(store, "invoice.finalized", bill)
    return bill


def try_to_pay(store: Store, bill: Thing, card: str, *, present: bool, confirmed: bool = False) -> bool:
    """One attempt; True where the bill is paid now. What follows from it for the subscription is `orders.after_payment`."""
    if bill["amount_remaining"]:
        bill |= {"attempted": True, "attempt_count": bill["attempt_count"] + 1}
        try:
            charge(store, card, present=present, confirmed=confirmed)
        except CardError as error:
            return _failed(store, bill, error)
        _settle(store, bill)
    bill |= {"status": "paid", "amount_paid": bill["amount_due"], "amount_remaining": 0, "next_payment_attempt": None}
    bill["status_transitions"]["paid_at"] = store.now
    store.put(bill)
    happened(store, "invoice.paid", bill)
    return True


def _failed(store: Store, bill: Thing, error: CardError) -> bool:
    tried = bill["attempt_count"]
    again = store.now + TRY_AGAIN[tried - 1] if tried <= len(TRY_AGAIN) else None
    bill["next_payment_attempt"] = again if bill["billing_reason"] != "subscription_create" else None
    store.put(bill)
    happened(store, "invoice.payment_failed", bill)
    if error.code == "authentication_required":
        happened(store, "invoice.payment_action_required", bill)
    return False


def _settle(store: Store, bill: Thing) -> None:
    intent: Thing = {
        "id": store.new_id("pi"), "object": "payment_intent", "created": store.now, "customer": bill["customer"], "status": "succeeded",
        "amount": bill["amount_remaining"], "amount_received": bill["amount_remaining"], "currency": bill["currency"], "livemode": False,
    }  # fmt: skip
    payment: Thing = {
        "id": store.new_id("inpay"), "object": "invoice_payment", "created": store.now, "invoice": bill["id"], "is_default": True,
        "amount_paid": intent["amount"], "amount_requested": intent["amount"], "currency": bill["currency"], "livemode": False,
        "status": "paid", "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
        "status_transitions": {"paid_at": store.now, "canceled_at": None},
    }  # fmt: skip
    store.put(intent)
    store.put(payment)
    bill["payments"]["data"] = [payment, *bill["payments"]["data"]]


def _due(total: int, balance: int) -> dict[str, int]:
    due = max(0, total + balance)
    return {"amount_due": due, "amount_remaining": due}


def intent_of(bill: Thing) -> str:
    """The payment that paid this bill, or nothing."""
    paid: list[Any] = bill["payments"]["data"]
    return str(paid[0]["payment"]["payment_intent"]) if paid else ""


def give_back(store: Store, intent: Thing, amount: int) -> Thing:
    """A refund."""
    refund: Thing = {
        "id": store.new_id("re"), "object": "refund", "created": store.now, "amount": amount, "currency": intent["currency"],
        "payment_intent": intent["id"], "charge": None, "reason": "requested_by_customer", "status": "succeeded", "metadata": {},
        "customer": intent["customer"],
    }  # fmt: skip
    store.put(refund)
    happened(store, "refund.created", refund)
    return refund


def dispute(store: Store, intent: Thing) -> Thing:
    """The card holder's bank wants the money back."""
    made: Thing = {
        "id": store.new_id("dp"), "object": "dispute", "created": store.now, "amount": intent["amount"], "currency": intent["currency"],
        "payment_intent": intent["id"], "charge": None, "reason": "fraudulent", "status": "needs_response", "livemode": False,
        "metadata": {}, "is_charge_refundable": True, "customer": intent["customer"],
    }  # fmt: skip
    store.put(made)
    happened(store, "charge.dispute.created", made)
    return made
