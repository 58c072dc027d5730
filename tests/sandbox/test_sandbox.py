"""The sandbox by itself: its API, its clock, its faults, its memory, its pages."""

import json
import re
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe

from pivotino.sandbox import events
from pivotino.sandbox.forms import nested
from pivotino.sandbox.periods import after, period_at
from tests.sandbox.playing import ROOT, SECRET, Sandbox, start, stop


class Shop:
    """Somebody who sells through the sandbox, with Stripe's own library."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.api = stripe.StripeClient("sk_test_x", base_addresses={"api": sandbox.url}, max_network_retries=0).v1

    def customer(self) -> str:
        return self.api.customers.create({"name": "Atap", "email": "a@atap.example"}).id

    def price(self, amount: int = 1200, interval: Any = "month") -> str:
        return self.api.prices.create(
            {
                "currency": "myr",
                "unit_amount": amount,
                "recurring": {"interval": interval},
                "product_data": {"name": "Team"},
            }
        ).id

    def page(self, customer: str, price: str, **data: Any) -> Any:
        return self.api.checkout.sessions.create({
            "mode": "subscription", "customer": customer, "line_items": [{"price": price, "quantity": 2}],
            "success_url": "http://shop.example/thanks?s={CHECKOUT_SESSION_ID}", "cancel_url": "http://shop.example/",
            "subscription_data": data,  # type: ignore[typeddict-item]
        })  # fmt: skip

    def sell(self, card: str = "works", **data: Any) -> str:
        page = self.page(self.customer(), self.price(), **data)
        assert self.sandbox.pay(page.url, card)[0] == 303
        return str(self.api.checkout.sessions.retrieve(page.id).subscription)

    def status(self, sub: str) -> str:
        return str(self.api.subscriptions.retrieve(sub).status)

    def bills(self, sub: str) -> list[tuple[str | None, int]]:
        customer = str(self.api.subscriptions.retrieve(sub).customer)
        return [(bill.status, bill.total) for bill in self.api.invoices.list({"customer": customer, "limit": 100}).data]

    @property
    def happened(self) -> list[str]:
        return [event.type for event in self.api.events.list({"limit": 100}).data][::-1]


@pytest.fixture
def shop(sandbox: Sandbox) -> Shop:
    return Shop(sandbox)


def test_a_month_later_the_order_renews(shop: Shop) -> None:
    sub = shop.sell()

    shop.sandbox.advance(days=31)

    assert shop.status(sub) == "active"
    assert shop.bills(sub) == [("paid", 2400), ("paid", 2400)]
    assert shop.happened[-4:] == [
        "invoice.created",
        "customer.subscription.updated",
        "invoice.finalized",
        "invoice.paid",
    ]


def test_a_year_passes_in_one_step_and_nothing_is_left_out(shop: Shop) -> None:
    sub = shop.sell()

    shop.sandbox.advance(days=366)

    assert len(shop.bills(sub)) == 13


def test_a_card_that_fails_later_is_tried_again_until_the_order_is_unpaid(shop: Shop) -> None:
    sub = shop.sell("later")
    month = shop.api.subscriptions.retrieve(sub)["items"].data[0].current_period_end - int(time.time())

    steps = []
    for seconds in (month + 3660, 3 * 86400, 5 * 86400, 7 * 86400):
        shop.sandbox.advance(seconds=seconds)
        steps.append((shop.status(sub), shop.happened.count("invoice.payment_failed")))

    assert steps == [("past_due", 1), ("past_due", 2), ("past_due", 3), ("unpaid", 4)]


def test_it_may_end_instead_when_every_try_failed(shop: Shop) -> None:
    shop.sandbox.tell("/control/settings", after_retries="canceled")
    sub = shop.sell("later")

    shop.sandbox.advance(days=50)

    assert shop.status(sub) == "canceled"


def test_paying_the_open_bill_by_hand_brings_the_order_back(shop: Shop) -> None:
    sub = shop.sell("later")
    shop.sandbox.advance(days=48)
    bill = shop.api.invoices.retrieve(str(shop.api.subscriptions.retrieve(sub).latest_invoice))
    before = shop.status(sub)

    declined, _ = shop.sandbox.pay(str(bill.hosted_invoice_url), "declines")
    paid, _ = shop.sandbox.pay(str(bill.hosted_invoice_url), "works")

    assert (before, declined, paid, shop.status(sub)) == ("unpaid", 402, 303, "active")


def test_a_trial_ends_with_the_first_bill(shop: Shop) -> None:
    sub = shop.sell(trial_end=int(time.time()) + 10 * 86400)
    assert (shop.status(sub), shop.bills(sub)) == ("trialing", [("paid", 0)])

    shop.sandbox.advance(days=11)

    assert (shop.status(sub), shop.bills(sub)) == ("active", [("paid", 2400), ("paid", 0)])


def test_an_order_that_is_to_end_ends_with_its_period(shop: Shop) -> None:
    sub = shop.sell()
    shop.api.subscriptions.update(sub, {"cancel_at_period_end": True})

    shop.sandbox.advance(days=32)

    assert (shop.status(sub), shop.bills(sub)) == ("canceled", [("paid", 2400)])
    assert shop.happened[-1] == "customer.subscription.deleted"


def test_a_smaller_plan_leaves_a_credit_for_the_next_bill(shop: Shop) -> None:
    sub = shop.sell()
    [item] = shop.api.subscriptions.retrieve(sub)["items"].data
    shop.api.subscriptions.update(
        sub, {"items": [{"id": item.id, "quantity": 1}], "proration_behavior": "always_invoice"}
    )

    shop.sandbox.advance(days=32)

    found = shop.api.invoices.list({"customer": str(shop.api.subscriptions.retrieve(sub).customer)}).data
    assert [(bill.total, bill.amount_due) for bill in found] == [(1200, 0), (-1200, 0), (2400, 2400)]


def test_taxes_are_added_where_they_are_set(shop: Shop) -> None:
    shop.sandbox.tell("/control/settings", tax_percent=8)

    sub = shop.sell()

    assert shop.bills(sub) == [("paid", 2592)]


def test_the_same_key_with_other_words_is_refused(shop: Shop) -> None:
    shop.api.customers.create({"name": "A"}, {"idempotency_key": "one"})

    with pytest.raises(stripe.IdempotencyError):
        shop.api.customers.create({"name": "B"}, {"idempotency_key": "one"})


def test_what_it_does_not_know_it_says(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        shop.api.coupons.list()
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        shop.api.customers.retrieve("cus_nobody")
    with pytest.raises(stripe.InvalidRequestError, match="2 days"):
        shop.page(shop.customer(), shop.price(), trial_end=int(time.time()) + 3600)


def test_without_a_key_nobody_is_answered(sandbox: Sandbox) -> None:
    assert sandbox.ask("/v1/customers/cus_1")[0] == 401


def test_a_payment_that_fails_leaves_nothing(shop: Shop) -> None:
    page = shop.page(shop.customer(), shop.price())
    shop.sandbox.faults("decline")

    status, text = shop.sandbox.pay(page.url)

    assert (status, "declined" in text) == (402, True)
    assert json.loads(shop.sandbox.ask("/control/state")[1])["counts"] == {
        "customer": 1, "subscription": 0, "invoice": 0, "event": 1,
    }  # fmt: skip


def test_a_challenge_is_asked_of_every_card_while_the_fault_is_on(shop: Shop) -> None:
    page = shop.page(shop.customer(), shop.price())
    shop.sandbox.faults("challenge")

    asked, text = shop.sandbox.pay(page.url)
    confirmed, _ = shop.sandbox.pay(page.url, confirmed="yes")

    assert (asked, "Your bank asks" in text, confirmed) == (200, True, 303)


def test_a_paid_page_cannot_be_paid_again(shop: Shop) -> None:
    page = shop.page(shop.customer(), shop.price())
    shop.sandbox.pay(page.url)

    status, text = shop.sandbox.pay(page.url)

    assert (status, "This is paid" in text) == (200, True)
    assert json.loads(shop.sandbox.ask("/control/state")[1])["counts"]["subscription"] == 1


@pytest.mark.parametrize("fault", ["duplicate", "drop"])
def test_messages_are_sent_twice_or_lost(shop: Shop, fault: str) -> None:
    shop.sandbox.faults(fault)

    shop.customer()

    assert len(shop.sandbox.waiting) == {"duplicate": 2, "drop": 0}[fault]


def test_messages_are_signed_as_stripes_library_checks_them(shop: Shop) -> None:
    shop.customer()
    [row] = shop.sandbox.waiting

    assert stripe.WebhookSignature.verify_header(row["body"], row["headers"]["Stripe-Signature"], SECRET, 300)


def test_every_page_says_that_no_money_moves_and_has_no_field_for_a_card(shop: Shop) -> None:
    sub = shop.sell("later")
    shop.sandbox.advance(days=32)
    order = shop.api.subscriptions.retrieve(sub)
    bill = shop.api.invoices.retrieve(str(order.latest_invoice))
    portal = shop.api.billing_portal.sessions.create(
        {"customer": str(order.customer), "return_url": "http://shop.example/"}
    )
    pages = [shop.page(shop.customer(), shop.price()).url, portal.url, str(bill.hosted_invoice_url), "/", "/nothing"]

    for page in map(shop.sandbox.page, pages):
        assert "This is a sandbox." in page
        assert re.search(r"<script|<iframe|cc-number|type=\"(text|tel|number|password)\"", page) is None


def test_a_button_of_another_site_does_nothing(sandbox: Sandbox) -> None:
    import urllib.error
    import urllib.request

    asked = urllib.request.Request(f"{sandbox.url}/control/reset", b"", {"Sec-Fetch-Site": "cross-site"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(asked)


def test_everything_survives_a_kill(tmp_path: Path) -> None:
    process, sandbox = start(tmp_path / "state.sqlite3")
    sub = Shop(sandbox).sell()
    sandbox.advance(days=32)
    waiting = len(sandbox.waiting)
    process.kill()
    process.communicate()

    process, sandbox = start(tmp_path / "state.sqlite3")
    try:
        again = Shop(sandbox)
        assert again.status(sub) == "active"
        assert len(again.bills(sub)) == 2
        assert len(sandbox.waiting) == waiting
        assert json.loads(sandbox.ask("/control/state")[1])["now"] > time.time() + 31 * 86400
    finally:
        stop(process)


class Ear(BaseHTTPRequestHandler):
    """Listens, refuses the first message and takes the rest."""

    heard: list[tuple[str, str]] = []
    enough = threading.Event()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((json.loads(body)["id"], self.headers["Stripe-Signature"]))
        if len(self.heard) > 1:
            self.enough.set()
        self.send_response(200 if len(self.heard) > 1 else 503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        return


def test_messages_are_posted_by_itself_and_again_when_they_are_refused(tmp_path: Path) -> None:
    ear = HTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=ear.serve_forever, daemon=True).start()
    hook = f"http://127.0.0.1:{ear.server_address[1]}/"
    process, sandbox = start(tmp_path / "state.sqlite3", "--hook", hook)
    try:
        Shop(sandbox).customer()
        assert Ear.enough.wait(20)
    finally:
        stop(process)
        ear.shutdown()
        ear.server_close()

    assert len({name for name, _ in Ear.heard}) == 1


def test_a_port_that_is_taken_is_said(sandbox: Sandbox, tmp_path: Path) -> None:
    port = sandbox.url.rpartition(":")[2]
    command = [sys.executable, "-m", "pivotino", "sandbox", "--port", port, "--file", str(tmp_path / "x.sqlite3")]

    started = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)

    assert started.returncode == 1
    assert f"cannot listen on port {port}" in started.stderr


def test_it_needs_nothing_of_pivotino() -> None:
    code = "import sys, pivotino.sandbox.server; print([name for name in sys.modules if name.startswith(('django', 'pivotino.'))])"

    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "django" not in loaded
    assert set(re.findall(r"pivotino\.(\w+)", loaded)) == {"sandbox"}


def test_months_are_counted_from_their_anchor() -> None:
    january = 1769817600  # 31 January 2026

    assert [time.strftime("%d %b", time.gmtime(after(january, count, "month"))) for count in (1, 2, 3, 12)] == [
        "28 Feb", "31 Mar", "30 Apr", "31 Jan",
    ]  # fmt: skip
    assert period_at(january, after(january, 5, "month"), "month") == (
        after(january, 5, "month"),
        after(january, 6, "month"),
    )
    assert time.strftime("%Y", time.gmtime(after(january, 2, "year"))) == "2028"


def test_nested_forms_become_objects() -> None:
    assert nested("a=1&b[c]=2&d[0][e]=3&d[1][e]=4&f[]=5&f[]=6") == {
        "a": "1", "b": {"c": "2"}, "d": [{"e": "3"}, {"e": "4"}], "f": ["5", "6"],
    }  # fmt: skip


def test_every_fault_has_words() -> None:
    assert all(events.FAULTS.values())
