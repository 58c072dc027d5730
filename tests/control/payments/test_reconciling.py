"""What nobody told us is found out: messages that were lost, a provider that was away, states that differ."""

import pytest

from pivotino.control.payments import jobs, reconciling
from pivotino.control.payments import provider as payments
from pivotino.control.payments.models import CaughtUp, Notice, Payer, Watermark
from pivotino.jobs import Retry
from tests.control.payments.conftest import Buyer, Listener
from tests.sandbox.playing import Sandbox


def test_lost_messages_are_taken_when_we_look(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    sandbox.faults("drop")
    order = buyer.buy()
    assert sandbox.waiting == []

    jobs.catch_up()

    assert listener.kinds == ["order.changed", "bill.finalized", "bill.paid", "checkout.completed"]
    assert buyer.known == {order.ref: "active"}


def test_looking_again_tells_nothing_again(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    buyer.buy()
    sandbox.deliver()
    listener.heard.clear()

    assert reconciling.catch_up() == 0
    assert reconciling.catch_up() == 0
    assert listener.heard == []


def test_a_message_that_comes_after_all_is_known(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    buyer.buy()
    jobs.catch_up()
    before = list(listener.kinds)

    assert set(sandbox.deliver()) == {200}
    assert listener.kinds == before


def test_after_a_day_without_the_provider_everything_is_found(
    buyer: Buyer, listener: Listener, sandbox: Sandbox
) -> None:
    order = buyer.buy("later")
    sandbox.deliver()
    jobs.catch_up()
    listener.heard.clear()
    sandbox.faults("down", "drop")
    sandbox.advance(days=32)
    for _ in range(3):
        with pytest.raises(Retry) as away:
            jobs.catch_up()
        assert away.value.counted is False

    sandbox.faults()
    jobs.catch_up()

    assert buyer.known == {order.ref: "past_due"}
    assert "bill.failed" in listener.kinds
    assert listener.orders[-1] == "past_due"


def test_the_clock_of_the_provider_counts_not_ours(buyer: Buyer, sandbox: Sandbox) -> None:
    buyer.buy()
    sandbox.advance(days=3)
    jobs.catch_up()
    said = max(Notice.objects.exclude(outcome="unknown").values_list("said_at", flat=True))

    assert CaughtUp.objects.get().until == said


def test_a_state_that_differs_is_told_by_night(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    order = buyer.buy()
    sandbox.deliver()
    listener.heard.clear()
    sandbox.faults("drop")
    payments.provider().cancel(order.ref, at_period_end=False, key="now")

    assert reconciling.compare(Payer.objects.get()) == 1
    assert reconciling.compare(Payer.objects.get()) == 0
    assert listener.orders == ["canceled"]
    assert buyer.known == {order.ref: "canceled"}


def test_a_bill_that_nobody_told_of_is_told_by_night(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    sandbox.faults("drop")
    order = buyer.buy()

    assert reconciling.compare(Payer.objects.get()) == 2
    assert sorted(listener.kinds) == ["bill.paid", "order.changed"]
    assert {news.bill.ref for news in listener.heard if news.bill} == {order.latest_invoice_ref}


def test_every_night_asks_for_orders_that_were_silent(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from pivotino.jobs.testing import run_all

    order = buyer.buy()
    sandbox.deliver()
    run_all()
    listener.heard.clear()
    sandbox.faults("drop")
    payments.provider().cancel(order.ref, key="later")
    jobs.compare_all()
    run_all()
    assert listener.heard == []

    Watermark.objects.update(seen_at=timezone.now() - timedelta(hours=21))
    jobs.compare_all()
    run_all()

    assert [news.order.cancel_at_period_end for news in listener.heard if news.order] == [True]


def test_delayed_messages_come_later_and_are_taken(buyer: Buyer, listener: Listener, sandbox: Sandbox) -> None:
    sandbox.faults("delay")
    buyer.buy()

    due = sandbox.ask("/control/outbox")[1]
    sandbox.deliver()

    assert "checkout.session.completed" not in due
    assert "checkout.completed" in listener.kinds
