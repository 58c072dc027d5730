"""What the provider posts: taken once, whole or not at all, and only from the provider."""

import json
import threading
import time

import pytest
import time_machine
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from pivotino.control.payments import taking
from pivotino.control.payments.models import Alert, Notice, Payer, Watermark
from pivotino.control.payments.queries import alerts_since
from pivotino.sandbox.events import signature
from tests.control.payments.conftest import Buyer, Listener
from tests.sandbox.playing import OLD_SECRET, SECRET, WEBHOOKS, Sandbox


def alerts() -> dict[str, int]:
    return dict(Alert.objects.values_list("what", "count"))


def test_what_was_paid_at_the_provider_is_told_once_each(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    order = buyer.buy()

    answers = sandbox.deliver()

    assert set(answers) == {200}
    assert listener.kinds == ["order.changed", "bill.finalized", "bill.paid", "checkout.completed"]
    assert buyer.known == {order.ref: "active"}
    assert {news.instance_id for news in listener.heard} == {buyer.instance.id}
    assert sandbox.waiting == []


@pytest.mark.promise("A22")
def test_the_same_message_twice_has_one_effect(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    sandbox.faults("duplicate")
    buyer.buy()

    answers = sandbox.deliver()

    assert set(answers) == {200}
    assert listener.kinds == ["order.changed", "bill.finalized", "bill.paid", "checkout.completed"]
    assert set(Notice.objects.filter(outcome="told").values_list("times", flat=True)) == {1}


@pytest.mark.promise("A22")
def test_the_same_message_in_parallel_has_one_effect(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    buyer.buy()
    row = next(one for one in sandbox.waiting if one["kind"] == "invoice.paid")
    answers: list[int] = []
    together = threading.Barrier(6)

    def post() -> None:
        try:
            together.wait(20)
            answers.append(sandbox.post(row))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert answers == [200] * 6
    assert listener.kinds == ["bill.paid"]
    assert Notice.objects.filter(type="invoice.paid").count() == 1


@pytest.mark.promise("A23")
def test_deleted_before_created_ends_cancelled(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    order = buyer.buy()
    taking.provider().cancel(order.ref, at_period_end=False, key="now")

    sandbox.deliver("customer.subscription.deleted")
    sandbox.deliver("customer.subscription.created", "customer.subscription.updated", "checkout.session.completed")

    assert listener.orders == ["canceled"] * 3
    assert buyer.known == {order.ref: "canceled"}


def test_messages_in_the_wrong_order_end_with_the_truth(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    buyer.buy("later")
    sandbox.faults("reorder")
    sandbox.advance(days=40)

    while sandbox.waiting:
        sandbox.deliver()

    assert set(buyer.known.values()) == {buyer.order.status} == {"past_due"}
    assert listener.orders[-1] == "past_due"


def test_an_order_that_ended_cannot_come_back(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    order = buyer.buy()
    sandbox.deliver()
    Watermark.objects.filter(ref=order.ref).update(ended_at=timezone.now(), status="canceled")
    listener.heard.clear()
    taking.provider().cancel(order.ref, key="later")

    answers = sandbox.deliver("customer.subscription.updated")

    assert answers == [200]
    assert listener.heard == []
    assert buyer.known == {order.ref: "canceled"}
    assert alerts() == {"revived": 1}


def test_a_state_fetched_before_a_newer_one_was_written_is_fetched_again(
    buyer: Buyer, listener: Listener, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = buyer.buy()
    sandbox.deliver()
    listener.heard.clear()
    taking.provider().cancel(order.ref, key="later")
    [row] = sandbox.waiting
    reads: list[str] = []
    real = taking.read

    def read_while_another_is_quicker(message: taking.Message) -> taking.Reading | None:
        found = real(message)
        if not reads:
            taking.provider().cancel(order.ref, at_period_end=False, key="now")
            reads.append("old")
            sandbox.deliver("customer.subscription.deleted")
        return found

    monkeypatch.setattr(taking, "read", read_while_another_is_quicker)

    assert sandbox.post(row) == 200
    assert listener.orders == ["canceled", "canceled"]
    assert buyer.known == {order.ref: "canceled"}


@pytest.mark.promise("A24")
@pytest.mark.parametrize(("fault", "counted"), [("bad_signature", "signature"), ("old_signature", "age")])
def test_a_wrong_or_old_signature_changes_nothing_and_is_counted(
    buyer: Buyer, listener: Listener, sandbox: Sandbox, fault: str, counted: str
) -> None:
    buyer.buy()
    sandbox.faults(fault)

    answers = sandbox.deliver()

    assert set(answers) == {400}
    assert alerts() == {counted: len(answers)}
    assert (listener.heard, Notice.objects.count(), buyer.known) == ([], 0, {})


@pytest.mark.promise("A24")
@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=abc", "t=now,v1=abc", "t=1,v1=", "nonsense", "t=1,v0=abc", "t=,v1=é"]
)
def test_a_header_that_is_none_is_refused(buyer: Buyer, sandbox: Sandbox, header: str) -> None:
    answer = Client().post(WEBHOOKS, "{}", content_type="application/json", headers={"Stripe-Signature": header})

    assert answer.status_code == 400
    assert Notice.objects.count() == 0


def test_a_body_that_was_changed_on_the_way_is_refused(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    buyer.buy()
    row = next(one for one in sandbox.waiting if one["kind"] == "customer.subscription.created")

    assert sandbox.post({**row, "body": row["body"].replace("active", "unpaid")}) == 400
    assert listener.heard == []


def test_both_secrets_are_good_while_they_change(buyer: Buyer, sandbox: Sandbox) -> None:
    now = int(time.time())
    body = json.dumps({"id": "evt_1", "type": "ping", "created": now, "data": {"object": {"id": "x"}}})

    answers = {
        secret: sandbox.post({"body": body, "headers": {"Stripe-Signature": signature(body, secret, now)}})
        for secret in (SECRET, OLD_SECRET, "whsec_of_somebody")
    }

    assert answers == {SECRET: 200, OLD_SECRET: 200, "whsec_of_somebody": 400}


def test_five_minutes_are_not_too_old(buyer: Buyer, sandbox: Sandbox) -> None:
    body = json.dumps({"id": "evt_1", "type": "ping", "created": 1, "data": {"object": {"id": "x"}}})
    stamp = int(time.time())
    row = {"body": body, "headers": {"Stripe-Signature": signature(body, SECRET, stamp)}}

    with time_machine.travel(stamp + 301, tick=False):
        assert sandbox.post(row) == 400
    with time_machine.travel(stamp + 300, tick=False):
        assert sandbox.post(row) == 200


def test_a_signed_message_that_cannot_be_read_is_refused(buyer: Buyer, sandbox: Sandbox) -> None:
    for body in ("[]", "{}", "no json", '{"id": 5}'):
        headers = {"Stripe-Signature": signature(body, SECRET, int(time.time()))}
        assert sandbox.post({"body": body, "headers": headers}) == 400

    assert alerts() == {"shape": 4}


def test_a_kind_that_does_not_concern_us_is_thanked_for_and_noted(
    buyer: Buyer, listener: Listener, sandbox: Sandbox
) -> None:
    buyer.go()

    assert sandbox.deliver("customer.created") == [200]
    assert Notice.objects.get().outcome == "unknown"
    assert listener.heard == []


def test_somebody_elses_customer_is_noted_and_nobody_told(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    buyer.buy()
    Payer.objects.all().delete()

    assert set(sandbox.deliver()) == {200}
    assert listener.heard == []
    assert set(Notice.objects.values_list("outcome", flat=True)) == {"stranger", "unknown"}


def test_a_listener_that_breaks_leaves_nothing_and_the_message_comes_again(
    buyer: Buyer, listener: Listener, sandbox: Sandbox
) -> None:
    order = buyer.buy()
    listener.breaks = True
    row = next(one for one in sandbox.waiting if one["kind"] == "customer.subscription.created")
    client = Client(raise_request_exception=False)

    broken = sandbox.post(row, client)
    nothing = (Notice.objects.count(), buyer.known)
    listener.breaks = False
    mended = sandbox.post(row, client)

    assert (broken, mended) == (500, 200)
    assert nothing == (0, {})
    assert listener.kinds == ["order.changed"]
    assert buyer.known == {order.ref: "active"}
    assert alerts() == {"failed": 1}


def test_while_the_provider_is_down_its_messages_must_come_again(
    buyer: Buyer, listener: Listener, sandbox: Sandbox
) -> None:
    buyer.buy()
    rows = [one for one in sandbox.waiting if one["kind"] != "customer.created"]
    sandbox.faults("down")

    assert {sandbox.post(row) for row in rows} == {503}
    assert (listener.heard, Notice.objects.count()) == ([], 0)
    # Only the first one asked and waited; the others were sent back at once.
    assert alerts_since(timezone.now().date()) == [("A message that could not be taken; it comes again", 1)]

    sandbox.faults()
    cache.clear()
    assert {sandbox.post(row) for row in rows} == {200}


def test_a_refund_and_a_dispute_name_their_bill(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    order = buyer.buy()
    sandbox.deliver()
    listener.heard.clear()
    sandbox.tell("/control/refunds", bill=order.latest_invoice_ref, amount=500)
    sandbox.tell("/control/disputes", bill=order.latest_invoice_ref)

    sandbox.deliver()

    told = [
        (news.kind, news.trouble and news.trouble.amount_minor, news.bill and news.bill.ref) for news in listener.heard
    ]
    assert told == [("refunded", 500, order.latest_invoice_ref), ("dispute.opened", 3600, order.latest_invoice_ref)]
    assert listener.heard[0].bill is not None
    assert listener.heard[0].bill.refunded_minor == 500


def test_what_is_kept_of_a_message_names_nobody(buyer: Buyer, sandbox: Sandbox) -> None:
    buyer.buy()

    sandbox.deliver()

    kept = json.dumps(list(Notice.objects.values_list("body", flat=True)))
    assert buyer.instance.name not in kept
    assert buyer.person.account.email not in kept
    assert "3600" in kept


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_posts_are_heard(control: None, sandbox: Sandbox, method: str) -> None:
    assert getattr(Client(), method)(WEBHOOKS).status_code == 405


def test_without_a_provider_nothing_is_heard(control: None, settings: object) -> None:
    from pivotino.control.payments.stripes import stripe_provider

    stripe_provider.cache_clear()
    settings.PAYMENT_KEY = ""  # type: ignore[attr-defined]

    assert Client().post(WEBHOOKS, "{}", content_type="application/json").status_code == 404
