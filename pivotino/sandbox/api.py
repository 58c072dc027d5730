"""Stripe's API, as far as Pivotino calls it. Everything else answers 404, as the real one does for what it does not know."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pivotino.sandbox import bills, orders
from pivotino.sandbox.cards import CardError
from pivotino.sandbox.events import faults, happened
from pivotino.sandbox.forms import nested, truth
from pivotino.sandbox.orders import Wish
from pivotino.sandbox.periods import DAY, HOUR
from pivotino.sandbox.store import Missing, Store, Thing, shown

SOONEST_TRIAL = 48 * HOUR


@dataclass
class ApiError(Exception):
    status: int
    type: str
    message: str
    code: str = ""


@dataclass
class Call:
    """One request: what was asked, and where the answer comes from."""

    store: Store
    public: str
    form: dict[str, Any]
    id: str = ""

    def need(self, name: str) -> Any:
        if name not in self.form:
            raise ApiError(400, "invalid_request_error", f"Missing required param: {name}.", "parameter_missing")
        return self.form[name]


Handler = Callable[[Call], Thing]
ROUTES: list[tuple[str, re.Pattern[str], Handler]] = []


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    """`:id` in the path is a thing's id."""

    def keep(handler: Handler) -> Handler:
        ROUTES.append((method, re.compile(path.replace(":id", r"(?P<id>\w+)") + "$"), handler))
        return handler

    return keep


def answer(store: Store, public: str, method: str, path: str, query: str, body: str, headers: Any) -> tuple[int, str]:
    """Status and JSON for one request. A repeated Idempotency-Key repeats the answer."""
    try:
        if "down" in faults(store):
            raise ApiError(503, "api_error", "The sandbox plays dead.")
        if not str(headers.get("Authorization", "")).removeprefix("Bearer ").strip():
            raise ApiError(401, "invalid_request_error", "You did not provide an API key.")
        key = headers.get("Idempotency-Key", "") if method == "POST" else ""
        with store.work():
            return _once(
                store, key, f"{method} {path} {body}", lambda: _perform(store, public, method, path, query, body)
            )
    except ApiError as error:
        return error.status, _said(error.type, error.message, error.code)
    except CardError as error:
        return 402, _said("card_error", error.message, error.code, error.decline_code)
    except Missing as error:
        return 404, _said("invalid_request_error", str(error), "resource_missing")


def _once(store: Store, key: str, asked: str, perform: Callable[[], Thing]) -> tuple[int, str]:
    if key and (said := store.said(key)):
        if said[0] != asked:
            raise ApiError(
                400, "idempotency_error", "Keys for idempotent requests can only be used with the same parameters."
            )
        return said[1], said[2]
    text = json.dumps(shown(perform()))
    if key:
        store.say(key, asked, 200, text)
    return 200, text


def _perform(store: Store, public: str, method: str, path: str, query: str, body: str) -> Thing:
    for wanted, pattern, handler in ROUTES:
        if wanted == method and (match := pattern.match(path)):
            form = nested(query if method == "GET" else body)
            return handler(Call(store, public, form, match.groupdict().get("id", "")))
    raise ApiError(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")


def _said(type: str, message: str, code: str = "", decline_code: str = "") -> str:
    error = {"type": type, "message": message, "code": code or None, "decline_code": decline_code or None}
    return json.dumps({"error": {name: value for name, value in error.items() if value}})


def listed(call: Call, things: list[Thing], url: str) -> Thing:
    """A page of things, newest first."""
    ids = [thing["id"] for thing in things]
    after = call.form.get("starting_after")
    if after in ids:
        things = things[ids.index(after) + 1 :]
    most = min(100, max(1, int(call.form.get("limit", 10))))
    return {"object": "list", "data": things[:most], "has_more": len(things) > most, "url": url}


# Customers and prices


@route("POST", "/v1/customers")
def create_customer(call: Call) -> Thing:
    id = call.store.new_id("cus")
    made: Thing = {
        "id": id, "object": "customer", "created": call.store.now, "balance": 0, "currency": None, "delinquent": False,
        "name": call.form.get("name"), "email": call.form.get("email"), "description": call.form.get("description"),
        "metadata": call.form.get("metadata", {}), "livemode": False, "address": None, "phone": None,
        "invoice_prefix": id[-8:].upper(), "next_invoice_sequence": 1, "tax_exempt": "none", "_card": "",
        "invoice_settings": {"default_payment_method": None},
    }  # fmt: skip
    call.store.put(made)
    happened(call.store, "customer.created", made)
    return made


@route("GET", "/v1/customers/:id")
def customer(call: Call) -> Thing:
    return call.store.find(call.id, "customer")


@route("POST", "/v1/customers/:id")
def change_customer(call: Call) -> Thing:
    told = {name: call.form[name] for name in ("name", "email", "description", "metadata") if name in call.form}
    known = call.store.find(call.id, "customer")
    if known.get("deleted"):
        raise Missing(f"No such customer: '{call.id}'")
    changed = call.store.put(known | told)
    happened(call.store, "customer.updated", changed)
    return changed


@route("DELETE", "/v1/customers/:id")
def delete_customer(call: Call) -> Thing:
    gone = call.store.find(call.id, "customer")
    for sub in call.store.all("subscription", customer=call.id):
        if sub["status"] not in orders.ENDED:
            orders.end(call.store, sub)
    call.store.put(
        gone | {"name": None, "email": None, "description": None, "metadata": {}, "deleted": True, "_card": ""}
    )
    return {"id": call.id, "object": "customer", "deleted": True}


@route("GET", "/v1/prices")
def prices(call: Call) -> Thing:
    keys = call.form.get("lookup_keys")
    found = [price for price in call.store.all("price") if not keys or price["lookup_key"] in keys]
    return listed(call, found, "/v1/prices")


@route("GET", "/v1/prices/:id")
def price(call: Call) -> Thing:
    return call.store.find(call.id, "price")


@route("POST", "/v1/prices")
def create_price(call: Call) -> Thing:
    key = call.form.get("lookup_key")
    if key and any(price["lookup_key"] == key for price in call.store.all("price")):
        raise ApiError(400, "invalid_request_error", f"A price already uses that lookup key: {key}.")
    recurring = call.need("recurring")
    made: Thing = {
        "id": call.store.new_id("price"), "object": "price", "created": call.store.now, "active": True, "livemode": False,
        "currency": call.need("currency"), "unit_amount": int(call.need("unit_amount")), "unit_amount_decimal": call.form["unit_amount"],
        "lookup_key": key, "metadata": call.form.get("metadata", {}), "nickname": None, "product": call.store.new_id("prod"),
        "recurring": {"interval": recurring["interval"], "interval_count": 1, "usage_type": "licensed", "meter": None},
        "billing_scheme": "per_unit", "type": "recurring", "tax_behavior": "unspecified", "_name": call.need("product_data")["name"],
    }  # fmt: skip
    return call.store.put(made)


# Pages on which people pay


@route("POST", "/v1/checkout/sessions")
def create_checkout(call: Call) -> Thing:
    customer = call.store.find(call.need("customer"), "customer")
    if call.need("mode") != "subscription":
        raise ApiError(400, "invalid_request_error", "The sandbox sells subscriptions only.")
    data = call.form.get("subscription_data", {})
    trial_end = int(data["trial_end"]) if data.get("trial_end") else None
    if trial_end and trial_end < call.store.now + SOONEST_TRIAL:
        raise ApiError(400, "invalid_request_error", "The `trial_end` date has to be at least 2 days in the future.")
    wishes = _wishes(call, call.need("line_items"))
    total = 0 if trial_end else sum(wish.price["unit_amount"] * wish.quantity for wish in wishes)
    id = call.store.new_id("cs_test")
    session: Thing = {
        "id": id, "object": "checkout.session", "created": call.store.now, "customer": customer["id"], "mode": "subscription",
        "status": "open", "payment_status": "unpaid", "url": f"{call.public}/pay/{id}", "success_url": call.need("success_url"),
        "cancel_url": call.form.get("cancel_url"), "client_reference_id": call.form.get("client_reference_id"), "livemode": False,
        "expires_at": call.store.now + DAY, "amount_total": total, "amount_subtotal": total, "subscription": None, "invoice": None,
        "currency": wishes[0].price["currency"], "metadata": call.form.get("metadata", {}), "ui_mode": "hosted_page",
        "_wishes": [{"price": wish.price["id"], "quantity": wish.quantity} for wish in wishes],
        "_trial_end": trial_end, "_metadata": data.get("metadata", {}),
    }  # fmt: skip
    return call.store.put(session)


@route("GET", "/v1/checkout/sessions/:id")
def checkout(call: Call) -> Thing:
    return call.store.find(call.id, "checkout.session")


@route("POST", "/v1/checkout/sessions/:id/expire")
def expire_checkout(call: Call) -> Thing:
    session = call.store.find(call.id, "checkout.session")
    if session["status"] != "open":
        raise ApiError(400, "invalid_request_error", 'Only Checkout Sessions with a status in ["open"] can be expired.')
    return expire(call.store, session)


def expire(store: Store, session: Thing) -> Thing:
    """Nobody can pay there any more."""
    store.put(session | {"status": "expired", "url": None})
    happened(store, "checkout.session.expired", session | {"status": "expired"})
    return session | {"status": "expired", "url": None}


def complete(store: Store, session: Thing, card: str, *, public: str) -> Thing:
    """Somebody paid at the checkout: the subscription begins. CardError, and nothing is kept, where the card does not work."""
    customer = store.find(session["customer"], "customer") | {"_card": card}
    store.put(customer)
    wishes = [Wish(store.find(one["price"], "price"), one["quantity"]) for one in session["_wishes"]]
    trial_end = session["_trial_end"] if (session["_trial_end"] or 0) > store.now else None
    sub = orders.begin(store, customer, wishes, trial_end=trial_end, metadata=session["_metadata"], public=public)
    session |= {"status": "complete", "payment_status": "no_payment_required" if trial_end else "paid", "subscription": sub["id"],
                "invoice": sub["latest_invoice"], "url": None}  # fmt: skip
    store.put(session)
    happened(store, "checkout.session.completed", session)
    return session


@route("POST", "/v1/billing_portal/sessions")
def create_portal(call: Call) -> Thing:
    customer = call.store.find(call.need("customer"), "customer")
    id = call.store.new_id("bps")
    return call.store.put({
        "id": id, "object": "billing_portal.session", "created": call.store.now, "customer": customer["id"], "livemode": False,
        "return_url": call.form.get("return_url"), "url": f"{call.public}/portal/{id}", "configuration": "bpc_sandbox", "locale": None,
    })  # fmt: skip


# Subscriptions


@route("GET", "/v1/subscriptions")
def subscriptions(call: Call) -> Thing:
    found = call.store.all("subscription", customer=call.form.get("customer", ""))
    if call.form.get("status") != "all":
        found = [sub for sub in found if sub["status"] not in orders.ENDED]
    return listed(call, found, "/v1/subscriptions")


@route("GET", "/v1/subscriptions/:id")
def subscription(call: Call) -> Thing:
    return call.store.find(call.id, "subscription")


@route("POST", "/v1/subscriptions/:id")
def change_subscription(call: Call) -> Thing:
    sub = _living(call)
    if "items" in call.form:
        wishes, gone = _changes(call, sub, call.form["items"])
        at = int(call.form.get("proration_date", call.store.now))
        behavior = call.form.get("proration_behavior", "create_prorations")
        orders.change(call.store, sub, wishes, gone, at=at, behavior=behavior, public=call.public)
    if "cancel_at_period_end" in call.form:
        orders.set_cancel(call.store, sub, truth(call.form["cancel_at_period_end"]))
    return sub


@route("DELETE", "/v1/subscriptions/:id")
def cancel_subscription(call: Call) -> Thing:
    sub = _living(call)
    orders.end(call.store, sub)
    return sub


def _living(call: Call) -> Thing:
    sub = call.store.find(call.id, "subscription")
    if sub["status"] in orders.ENDED:
        raise Missing(f"No such subscription: '{call.id}'")
    return sub


def _wishes(call: Call, told: list[dict[str, Any]]) -> list[Wish]:
    return [
        Wish(call.store.find(one["price"], "price"), int(one.get("quantity", 1)), one.get("id", ""))
        for one in told
        if not truth(one.get("deleted", ""))
    ]


def _changes(call: Call, sub: Thing, told: list[dict[str, Any]]) -> tuple[list[Wish], list[str]]:
    known = {item["id"]: item for item in sub["items"]["data"]}
    for one in told:
        if one.get("id") and one["id"] not in known:
            raise Missing(f"No such subscription item: '{one['id']}'")
        if one.get("id"):
            one.setdefault("price", known[one["id"]]["price"]["id"])
            one.setdefault("quantity", known[one["id"]]["quantity"])
    gone = [one["id"] for one in told if truth(one.get("deleted", ""))]
    named = {one.get("id") for one in told}
    rest = [Wish(item["price"], item["quantity"], id) for id, item in known.items() if id not in named]
    return [*rest, *_wishes(call, told)], gone


# Invoices and what went back


@route("GET", "/v1/invoices")
def invoices(call: Call) -> Thing:
    return listed(call, call.store.all("invoice", customer=call.form.get("customer", "")), "/v1/invoices")


@route("GET", "/v1/invoices/:id")
def invoice(call: Call) -> Thing:
    return call.store.find(call.id, "invoice")


class _Undone(Exception):
    """Takes a rehearsal back."""


@route("POST", "/v1/invoices/create_preview")
def preview(call: Call) -> Thing:
    sub = call.store.find(call.need("subscription"), "subscription")
    details = call.form.get("subscription_details", {})
    at = int(details.get("proration_date", call.store.now))
    now = details.get("proration_behavior") == "always_invoice"
    wishes, gone = _changes(call, sub, details.get("items", []))
    made: Thing = {}
    try:
        with call.store.work():
            lines = orders.reckon(call.store, sub, wishes, gone, at=at)
            call.store.put(sub)
            trial = sub["status"] == "trialing"
            made = (
                bills.draft(call.store, sub, [] if trial else lines, reason="upcoming")
                if now
                else orders.upcoming(call.store, sub)
            )
            raise _Undone
    except _Undone:
        return made | {"id": made["id"].replace("in_", "upcoming_in_"), "number": None}


@route("GET", "/v1/invoice_payments")
def invoice_payments(call: Call) -> Thing:
    wanted = call.form.get("payment", {}).get("payment_intent")
    bill = call.form.get("invoice")
    found = [
        one for one in call.store.all("invoice_payment")
        if (not wanted or one["payment"]["payment_intent"] == wanted) and (not bill or one["invoice"] == bill)
    ]  # fmt: skip
    return listed(call, found, "/v1/invoice_payments")


@route("GET", "/v1/refunds")
def refunds(call: Call) -> Thing:
    wanted = call.form.get("payment_intent")
    found = [one for one in call.store.all("refund") if not wanted or one["payment_intent"] == wanted]
    return listed(call, found, "/v1/refunds")


@route("POST", "/v1/refunds")
def create_refund(call: Call) -> Thing:
    intent = call.store.find(call.need("payment_intent"), "payment_intent")
    return bills.give_back(call.store, intent, int(call.form.get("amount") or intent["amount"]))


@route("GET", "/v1/refunds/:id")
def refund(call: Call) -> Thing:
    return call.store.find(call.id, "refund")


@route("GET", "/v1/disputes/:id")
def dispute(call: Call) -> Thing:
    return call.store.find(call.id, "dispute")


# What happened


@route("GET", "/v1/events")
def events(call: Call) -> Thing:
    since = int(call.form.get("created", {}).get("gte", 0))
    types = call.form.get("types")
    found = [one for one in call.store.all("event") if one["created"] >= since and (not types or one["type"] in types)]
    return listed(call, found, "/v1/events")


@route("GET", "/v1/events/:id")
def event(call: Call) -> Thing:
    return call.store.find(call.id, "event")
