"""The pages: checkout, portal and bill for those who pay; the first page for those who play with the clock and the faults."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pivotino.sandbox import api, bills, clockwork, events, orders
from pivotino.sandbox.cards import CARDS, CardError
from pivotino.sandbox.forms import nested, truth
from pivotino.sandbox.periods import DAY
from pivotino.sandbox.store import Missing, Store, Thing

HERE = Path(__file__).parent
NO_CENTS = {"JPY", "KRW", "VND", "CLP", "XAF", "XOF", "PYG", "UGX"}


@dataclass
class Answer:
    status: int
    text: str = ""
    type: str = "text/html"
    location: str = ""


@dataclass
class Visit:
    """One request for a page."""

    form: dict[str, Any]
    json: bool
    id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def money(minor: int, currency: str) -> str:
    code = currency.upper()
    amount = f"{minor:,}" if code in NO_CENTS else f"{minor / 100:,.2f}"
    return f"{code} {amount}"


def day(moment: int | None) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%-d %b %Y}" if moment else "–"


def clock(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%a %-d %b %Y, %H:%M} UTC"


class Pages:
    def __init__(self, store: Store, public: str) -> None:
        self.store, self.public = store, public
        self.jinja = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )  # fmt: skip
        self.jinja.globals.update(money=money, day=day, clock=clock, cards=CARDS)
        self.routes: list[tuple[str, str, Callable[[Visit], Answer]]] = [
            ("GET", "/", self.home),
            ("GET", "/static/sandbox.css", self.css),
            ("GET", r"/pay/(\w+)", self.checkout),
            ("POST", r"/pay/(\w+)", self.pay),
            ("POST", r"/pay/(\w+)/back", self.leave),
            ("GET", r"/portal/(\w+)", self.portal),
            ("POST", r"/portal/(\w+)/card", self.change_card),
            ("POST", r"/portal/(\w+)/cancel", partial(self.set_cancel, True)),
            ("POST", r"/portal/(\w+)/resume", partial(self.set_cancel, False)),
            ("GET", r"/bill/(\w+)", self.bill),
            ("POST", r"/bill/(\w+)", self.pay_bill),
            ("POST", "/control/clock", self.move_clock),
            ("POST", "/control/faults", self.set_faults),
            ("POST", "/control/settings", self.set_settings),
            ("POST", "/control/refunds", self.refund),
            ("POST", "/control/disputes", self.dispute),
            ("POST", "/control/messages", self.repeat),
            ("POST", "/control/reset", self.reset),
            ("GET", "/control/state", self.state),
            ("GET", "/control/outbox", self.outbox),
            ("POST", r"/control/outbox/(\d+)", self.delivered),
        ]

    def answer(self, method: str, path: str, query: str, body: str, *, json: bool) -> Answer:
        for wanted, pattern, page in self.routes:
            match = re.fullmatch(pattern, path)
            if match and wanted == method:
                visit = Visit(
                    nested(query if method == "GET" else body), json, match.group(1) if match.groups() else ""
                )
                return self._answer(page, visit)
        return self._page(404, "sandbox/nothing.html")

    def _answer(self, page: Callable[[Visit], Answer], visit: Visit) -> Answer:
        clockwork.catch_up(self.store, public=self.public)
        try:
            with self.store.work():
                return page(visit)
        except Missing:
            return self._page(404, "sandbox/nothing.html")

    # Checkout

    def checkout(self, visit: Visit, *, error: str = "", asks: str = "", status: int = 200) -> Answer:
        session = self.store.find(visit.id, "checkout.session")
        if session["status"] != "open":
            return self._page(200, "sandbox/over.html", session=session)
        wishes = [(self.store.find(one["price"], "price"), one["quantity"]) for one in session["_wishes"]]
        customer = self.store.find(session["customer"], "customer")
        return self._page(
            status, "sandbox/checkout.html", session=session, wishes=wishes, customer=customer, error=error, asks=asks
        )

    def pay(self, visit: Visit) -> Answer:
        session = self.store.find(visit.id, "checkout.session")
        if session["status"] != "open":
            return self._page(200, "sandbox/over.html", session=session)
        card, confirmed = str(visit.form.get("card", "")), visit.form.get("confirmed", "")
        if confirmed == "no":
            return self.checkout(visit, error="You did not confirm. Nothing was paid.", status=402)
        try:
            with self.store.work():
                orders.confirm_card(
                    self.store, self.store.find(session["customer"], "customer"), card, confirmed=bool(confirmed)
                )
                done = api.complete(self.store, session, card, public=self.public)
        except CardError as error:
            if error.code == "authentication_required":
                return self.checkout(visit, asks=card)
            return self.checkout(visit, error=error.message, status=402)
        return self._go(done["success_url"].replace("{CHECKOUT_SESSION_ID}", done["id"]))

    def leave(self, visit: Visit) -> Answer:
        return self._go(self.store.find(visit.id, "checkout.session")["cancel_url"] or "/")

    # Portal and bills

    def portal(self, visit: Visit, *, error: str = "", asks: str = "", status: int = 200) -> Answer:
        session = self.store.find(visit.id, "billing_portal.session")
        mine = session["customer"]
        return self._page(
            status, "sandbox/portal.html", session=session, customer=self.store.find(mine, "customer"), error=error, asks=asks,
            subs=self.store.all("subscription", customer=mine), bills=self.store.all("invoice", customer=mine),
        )  # fmt: skip

    def change_card(self, visit: Visit) -> Answer:
        customer = self.store.find(self.store.find(visit.id, "billing_portal.session")["customer"], "customer")
        card, confirmed = str(visit.form.get("card", "")), visit.form.get("confirmed", "")
        if confirmed == "no":
            return self.portal(visit, error="You did not confirm. The old card stays.", status=402)
        try:
            orders.confirm_card(self.store, customer, card, confirmed=bool(confirmed))
        except CardError as error:
            if error.code == "authentication_required":
                return self.portal(visit, asks=card)
            return self.portal(visit, error=error.message, status=402)
        return self._go(f"/portal/{visit.id}")

    def set_cancel(self, wanted: bool, visit: Visit) -> Answer:
        mine = self.store.find(visit.id, "billing_portal.session")["customer"]
        sub = self.store.find(str(visit.form.get("order", "")), "subscription")
        if sub["customer"] == mine and sub["status"] not in orders.ENDED:
            orders.set_cancel(self.store, sub, wanted)
        return self._go(f"/portal/{visit.id}")

    def bill(self, visit: Visit, *, error: str = "", asks: str = "", status: int = 200) -> Answer:
        bill = self.store.find(visit.id, "invoice")
        return self._page(status, "sandbox/bill.html", bill=bill, error=error, asks=asks)

    def pay_bill(self, visit: Visit) -> Answer:
        bill = self.store.find(visit.id, "invoice")
        card, confirmed = str(visit.form.get("card", "")), visit.form.get("confirmed", "")
        if bill["status"] != "open":
            return self._go(f"/bill/{visit.id}")
        customer = self.store.find(bill["customer"], "customer")
        try:
            orders.confirm_card(self.store, customer, card, confirmed=confirmed == "yes")
        except CardError as error:
            if error.code == "authentication_required" and confirmed != "no":
                return self.bill(visit, asks=card)
            return self.bill(visit, error=error.message, status=402)
        bills.try_to_pay(self.store, bill, card, present=True, confirmed=True)
        orders.after_payment(self.store, bill, paid=True)
        return self._go(f"/bill/{visit.id}")

    # Clock, faults, messages

    def home(self, visit: Visit) -> Answer:
        return self._page(
            200, "sandbox/home.html", now=self.store.now, faults=events.FAULTS, on=events.faults(self.store),
            subs=self.store.all("subscription")[:50], bills=self.store.all("invoice")[:50], hook=self.store.setting("hook", ""),
            messages=self.store.deliveries(newest=True)[:50], ahead=self.store.setting("ahead", 0) // DAY,
            names={one["id"]: one["name"] or one["id"] for one in self.store.all("customer")},
        )  # fmt: skip

    def move_clock(self, visit: Visit) -> Answer:
        if visit.form.get("to"):
            count = clockwork.move_to(self.store, int(visit.form["to"]), public=self.public)
        else:
            seconds = int(float(visit.form.get("days", 0)) * DAY) + int(visit.form.get("seconds", 0))
            count = clockwork.advance(self.store, seconds, public=self.public)
        return self._done(visit, now=self.store.now, happened=count)

    def set_faults(self, visit: Visit) -> Answer:
        told = visit.form.get("on", [])
        names = [told] if isinstance(told, str) else told
        self.store.set("faults", sorted(set(names) & set(events.FAULTS)))
        return self._done(visit, on=self.store.setting("faults"))

    def set_settings(self, visit: Visit) -> Answer:
        for name in ("hook", "secret", "after_retries"):
            if name in visit.form:
                self.store.set(name, str(visit.form[name]))
        if "tax_percent" in visit.form:
            self.store.set("tax_percent", int(visit.form["tax_percent"]))
        return self._done(visit)

    def refund(self, visit: Visit) -> Answer:
        bill = self.store.find(str(visit.form.get("bill", "")), "invoice")
        intent = self._intent(bill)
        made = bills.give_back(self.store, intent, int(visit.form.get("amount") or intent["amount"]))
        return self._done(visit, id=made["id"])

    def dispute(self, visit: Visit) -> Answer:
        made = bills.dispute(self.store, self._intent(self.store.find(str(visit.form.get("bill", "")), "invoice")))
        return self._done(visit, id=made["id"])

    def repeat(self, visit: Visit) -> Answer:
        """Send one message once more, as a provider's support would."""
        self.store.line_up(self.store.find(str(visit.form.get("event", "")), "event"), due=0)
        return self._done(visit)

    def reset(self, visit: Visit) -> Answer:
        self.store.forget_everything()
        return self._done(visit)

    def state(self, visit: Visit) -> Answer:
        counts = {kind: len(self.store.all(kind)) for kind in ("customer", "subscription", "invoice", "event")}
        told = {"now": self.store.now, "faults": self.store.setting("faults", []), "counts": counts}
        return Answer(200, json.dumps(told), "application/json")

    def outbox(self, visit: Visit) -> Answer:
        """The messages that wait, for a listener that comes and fetches them."""
        waiting = events.due(self.store, all=truth(visit.form.get("all", "")))
        return Answer(200, json.dumps({"waiting": waiting}), "application/json")

    def delivered(self, visit: Visit) -> Answer:
        tries = next((one["tries"] for one in self.store.deliveries(state="waiting") if one["id"] == int(visit.id)), 0)
        events.answered(self.store, int(visit.id), tries, str(visit.form.get("answer", "")))
        return self._done(visit)

    def css(self, visit: Visit) -> Answer:
        return Answer(200, (HERE / "static" / "sandbox" / "sandbox.css").read_text(encoding="utf-8"), "text/css")

    def _intent(self, bill: Thing) -> Thing:
        return self.store.find(bills.intent_of(bill), "payment_intent")

    def _page(self, status: int, template: str, **context: Any) -> Answer:
        return Answer(status, self.jinja.get_template(template).render(**context))

    def _go(self, address: str) -> Answer:
        return Answer(303, location=quote(address, safe=":/?#[]@!$&'()*+,;=%-._~"))

    def _done(self, visit: Visit, **told: Any) -> Answer:
        return Answer(200, json.dumps(told), "application/json") if visit.json else self._go("/")
