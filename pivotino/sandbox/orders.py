"""Subscriptions: begun at the end of a checkout, changed with prorations, renewed, ended."""

from dataclasses import dataclass
from typing import Any

from pivotino.sandbox import bills
from pivotino.sandbox.cards import DECLINED, CardError, charge
from pivotino.sandbox.events import happened
from pivotino.sandbox.periods import after, period_at
from pivotino.sandbox.store import Store, Thing

ENDED = ("canceled", "incomplete_expired")


@dataclass(frozen=True)
class Wish:
    """What somebody wants to pay for: a price as often as `quantity`. `item` is the one of the subscription that it replaces."""

    price: Thing
    quantity: int
    item: str = ""


def begin(
    store: Store, customer: Thing, wishes: list[Wish], *, trial_end: int | None, metadata: dict[str, str], public: str
) -> Thing:
    """A new subscription; its first bill is paid with the customer's card, or nothing happens at all (CardError)."""
    now = store.now
    until = trial_end or after(now, 1, _interval(wishes))
    sub: Thing = {
        "id": store.new_id("sub"), "object": "subscription", "customer": customer["id"], "created": now, "start_date": now,
        "status": "trialing" if trial_end else "active", "currency": wishes[0].price["currency"], "metadata": metadata,
        "billing_cycle_anchor": trial_end or now, "cancel_at": None, "cancel_at_period_end": False, "canceled_at": None,
        "ended_at": None, "trial_start": now if trial_end else None, "trial_end": trial_end, "livemode": False,
        "collection_method": "charge_automatically", "default_payment_method": f"pm_{customer['_card']}", "discounts": [],
        "billing_mode": {"type": "flexible"}, "latest_invoice": None, "pause_collection": None, "schedule": None,
        "items": {"object": "list", "data": [], "has_more": False, "url": "/v1/subscription_items"},
    }  # fmt: skip
    sub["items"]["data"] = [_item(store, sub, wish, now, until) for wish in wishes]
    store.put(sub)
    happened(store, "customer.subscription.created", sub)
    lines = [_whole(store, item, now, until, free=bool(trial_end)) for item in sub["items"]["data"]]
    bill = bills.open_bill(store, bills.draft(store, sub, lines, reason="subscription_create"), public=public)
    sub["latest_invoice"] = bill["id"]
    store.put(sub)
    # Whoever pays for the first time sits before the page; the page asked for the confirmation before.
    if not bills.try_to_pay(store, bill, customer["_card"], present=True, confirmed=True):
        raise DECLINED
    return sub


def change(
    store: Store, sub: Thing, wishes: list[Wish], gone: list[str], *, at: int, behavior: str, public: str
) -> Thing:
    """Pay for something else from `at` on. Raises CardError, and nothing may be kept, where the difference cannot be paid."""
    card = store.find(sub["customer"], "customer")["_card"]
    lines = reckon(store, sub, wishes, gone, at=at)
    store.put(sub)
    if behavior == "always_invoice" and lines and sub["status"] != "trialing":
        bill = bills.open_bill(store, bills.draft(store, sub, lines, reason="subscription_update"), public=public)
        sub["latest_invoice"] = bill["id"]
        store.put(sub)
        if bill["amount_remaining"]:
            charge(store, card, present=False)
        bills.try_to_pay(store, bill, card, present=False)
        sub["status"] = "active"
    store.put(sub)
    happened(store, "customer.subscription.updated", sub)
    return sub


def reckon(store: Store, sub: Thing, wishes: list[Wish], gone: list[str], *, at: int) -> list[Thing]:
    """Put the new items into the subscription; the lines of what is credited and owed. Another pace begins a new period."""
    before = {item["id"]: item for item in sub["items"]["data"]}
    since, until = period(sub)
    anew = _interval(wishes) != next(iter(before.values()))["price"]["recurring"]["interval"]
    start, end = (store.now, after(store.now, 1, _interval(wishes))) if anew else (since, until)
    if anew:
        sub["billing_cycle_anchor"] = store.now
    kept = {wish.item for wish in wishes if wish.item}
    items = [item for id, item in before.items() if id not in kept and id not in gone]
    lines: list[Thing] = []
    for id in [*gone, *(id for id in kept)]:
        wish = next((one for one in wishes if one.item == id), None)
        if anew or wish is None or not _same(before[id], wish):
            lines.append(_part(store, before[id], at, (since, until), sign=-1))
    for wish in wishes:
        old = before.get(wish.item)
        item = _item(store, sub, wish, start, end, id=wish.item)
        items.append(item)
        if anew:
            lines.append(_whole(store, item, start, end))
        elif old is None or not _same(old, wish):
            lines.append(_part(store, item, at, (since, until), sign=1))
    sub["items"]["data"] = sorted(
        items, key=lambda item: list(before).index(item["id"]) if item["id"] in before else 99
    )
    return lines


def renew(store: Store, sub: Thing, *, public: str) -> None:
    """The period, or the trial, is over."""
    if sub["cancel_at_period_end"]:
        return end(store, sub)
    interval = sub["items"]["data"][0]["price"]["recurring"]["interval"]
    since, until = period_at(sub["billing_cycle_anchor"], store.now, interval)
    if sub["status"] == "trialing":
        sub["status"] = "active"
    for item in sub["items"]["data"]:
        item |= {"current_period_start": since, "current_period_end": until}
    lines = [_whole(store, item, since, until) for item in sub["items"]["data"]]
    bill = bills.draft(store, sub, lines, reason="subscription_cycle")
    bill["_finalize_at"] = store.now + bills.DRAFT_FOR if sub["status"] != "unpaid" else None
    sub["latest_invoice"] = bill["id"]
    store.put(bill)
    store.put(sub)
    happened(store, "invoice.created", bill)
    happened(store, "customer.subscription.updated", sub)
    return None


def collect(store: Store, bill: Thing, *, public: str) -> None:
    """Finalize a draft whose hour is over, or try again to get an open bill paid."""
    sub = store.find(order_of(bill), "subscription")
    if bill["status"] == "draft":
        bills.open_bill(store, bill, public=public)
    paid = bills.try_to_pay(store, bill, store.find(sub["customer"], "customer")["_card"], present=False)
    after_payment(store, bill, paid=paid)


def after_payment(store: Store, bill: Thing, *, paid: bool) -> None:
    """What a payment, or its failure, means for the subscription."""
    sub = store.find(order_of(bill), "subscription")
    if sub["status"] in ENDED:
        return None
    latest = sub["latest_invoice"] == bill["id"]
    before = sub["status"]
    if paid and latest and before in ("past_due", "unpaid"):
        sub["status"] = "active"
    elif not paid and bill["next_payment_attempt"]:
        sub["status"] = "past_due"
    elif not paid and bill["attempt_count"] > len(bills.TRY_AGAIN):
        if store.setting("after_retries", "unpaid") == "canceled":
            return end(store, sub)
        sub["status"] = "unpaid"
    if sub["status"] != before:
        store.put(sub)
        happened(store, "customer.subscription.updated", sub)
    return None


def end(store: Store, sub: Thing) -> None:
    """Over for good."""
    sub |= {"status": "canceled", "ended_at": store.now, "canceled_at": sub["canceled_at"] or store.now}
    store.put(sub)
    happened(store, "customer.subscription.deleted", sub)


def set_cancel(store: Store, sub: Thing, wanted: bool) -> None:
    """Let it end with its period, or take that back."""
    sub |= {"cancel_at_period_end": wanted, "canceled_at": store.now if wanted else None,
            "cancel_at": period(sub)[1] if wanted else None}  # fmt: skip
    store.put(sub)
    happened(store, "customer.subscription.updated", sub)


def confirm_card(store: Store, customer: Thing, card: str, *, confirmed: bool) -> None:
    """Keep how a customer pays from now on; CardError where the card does not let itself be kept."""
    charge(store, card, present=True, confirmed=confirmed)
    store.put(customer | {"_card": card})


def period(sub: Thing) -> tuple[int, int]:
    item = sub["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


def order_of(bill: Thing) -> str:
    return str(bill["parent"]["subscription_details"]["subscription"])


def upcoming(store: Store, sub: Thing) -> Thing:
    """The bill that the next renewal will write."""
    interval = sub["items"]["data"][0]["price"]["recurring"]["interval"]
    start = period(sub)[1]
    until = period_at(sub["billing_cycle_anchor"], start, interval)[1]
    return bills.draft(
        store, sub, [_whole(store, item, start, until) for item in sub["items"]["data"]], reason="upcoming"
    )


def _interval(wishes: list[Wish]) -> str:
    intervals = {wish.price["recurring"]["interval"] for wish in wishes}
    if len(intervals) != 1:
        raise CardError("invalid", "All lines of a subscription are paid at the same pace.")
    return str(intervals.pop())


def _item(store: Store, sub: Thing, wish: Wish, since: int, until: int, *, id: str = "") -> Thing:
    return {
        "id": id or store.new_id("si"), "object": "subscription_item", "created": store.now, "subscription": sub["id"],
        "price": wish.price, "quantity": wish.quantity, "metadata": {}, "discounts": [], "tax_rates": [],
        "current_period_start": since, "current_period_end": until,
    }  # fmt: skip


def _same(item: Thing, wish: Wish) -> bool:
    return bool(item["price"]["id"] == wish.price["id"] and item["quantity"] == wish.quantity)


def _whole(store: Store, item: Thing, since: int, until: int, *, free: bool = False) -> Thing:
    price = item["price"]
    amount = 0 if free else price["unit_amount"] * item["quantity"]
    name = price["_name"]
    said = f"Trial period for {name}" if free else f"{item['quantity']} × {name}"
    return bills.line(store, item, amount=amount, since=since, until=until, description=said)


def _part(store: Store, item: Thing, at: int, whole: tuple[int, int], *, sign: int) -> Thing:
    since, until = whole
    cents: Any = item["price"]["unit_amount"] * item["quantity"] * (until - at)
    amount = sign * int((2 * cents + (until - since)) // (2 * (until - since)))
    what = "Unused time on" if sign < 0 else "Remaining time on"
    said = f"{what} {item['quantity']} × {item['price']['_name']}"
    return bills.line(store, item, amount=amount, since=at, until=until, description=said, proration=True)
