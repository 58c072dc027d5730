"""What we do when the payment provider tells something. The order and the bill were fetched again; we compare with our rows."""

import logging

from pivotino.control.billing import following, letters, owing, papers
from pivotino.control.billing.models import Arrears
from pivotino.control.billing.wishes import offer
from pivotino.control.payments.provider import News, offers, on
from pivotino.control.subscriptions.models import Subscription
from pivotino.tenancy.models import Instance

log = logging.getLogger("pivotino.billing")
offers(offer)


@on("order.changed", "checkout.completed")
def follow_the_order(news: News) -> None:
    """Plan, seats, end and arrears as they stand there."""
    if (instance := _whose(news)) and news.order:
        following.follow(instance, news.order)


@on("bill.finalized")
def write_the_invoice(news: News) -> None:
    if _whose(news) and news.bill:
        papers.write_invoice(news.instance_id, news.bill)


@on("bill.paid")
def take_the_money(news: News) -> None:
    """A receipt, and whoever was behind with this bill is not any more."""
    instance, bill = _whose(news), news.bill
    if instance is None or bill is None or bill.status != "paid":
        return
    if receipt := papers.write_receipt(instance.pk, bill):
        letters.receipt_came(instance, receipt)
    arrears = Arrears.objects.of(instance)
    if arrears and arrears.bill_ref == bill.ref:
        owing.catch_up(instance)


@on("bill.failed")
def note_the_failure(news: News) -> None:
    """A payment of the running order was refused. One that never began owes nothing."""
    instance, bill = _whose(news), news.bill
    if instance is None or bill is None or bill.status not in ("open", "uncollectible"):
        return
    current = Subscription.objects.of(instance)
    if current and current.order_ref and current.order_ref == bill.order_ref:
        papers.write_invoice(instance.pk, bill)
        owing.fall_behind(instance, owing.Open.bill(bill))


@on("refunded")
def write_the_credit_note(news: News) -> None:
    if (instance := _whose(news)) and news.bill and news.trouble:
        paper = papers.write_credit_note(instance.pk, news.bill, news.trouble)
        if paper:
            letters.credit_came(instance, paper)


@on("dispute.opened")
def tell_the_operator(news: News) -> None:
    """A card holder disputes a payment: that is for people. Nothing changes for the customer."""
    if news.trouble:
        log.warning("A payment of %s is disputed: %s", news.instance_id, news.trouble.ref)


def _whose(news: News) -> Instance | None:
    """The instance, while there is one: the provider goes on telling after an erasure."""
    return Instance.objects.filter(pk=news.instance_id, erased_at__isnull=True).first()
