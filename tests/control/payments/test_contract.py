"""What every provider of ours must do. One suite, for the sandbox and for Stripe's test mode."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from pivotino.control.payments.provider import Declined, Line, Unknown
from tests.control.payments.conftest import BIGGER, TEAM, YEARLY
from tests.control.payments.worlds import WORLDS, SandboxWorld, StripeWorld, World, customer
from tests.sandbox.playing import Sandbox

EXTRA = Line(price_code="extra.v1", name="Extra room", unit_minor=500, currency="USD")


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest) -> World:
    if request.param == "stripe":
        return StripeWorld()
    sandbox: Sandbox = request.getfixturevalue("sandbox")
    return SandboxWorld(sandbox)


def key() -> str:
    return str(uuid4())


def test_a_checkout_is_a_page_of_the_providers_and_owes_nothing(world: World) -> None:
    who = customer(world.provider)

    page = world.provider.checkout(
        who, [TEAM], instance=uuid4(), success_url="https://crm.example/back", cancel_url="https://crm.example/", key=key()
    )  # fmt: skip

    assert page.url.startswith(world.hosted)
    assert world.provider.checkout_seen(page.ref).status == "open"
    assert world.provider.orders(who) == []
    assert world.provider.bills(who) == []


def test_the_same_key_is_the_same_checkout(world: World) -> None:
    who, one, instance = customer(world.provider), key(), uuid4()

    pages = [
        world.provider.checkout(who, [TEAM], instance=instance, success_url="https://a.example/", cancel_url="https://a.example/", key=one)
        for _ in range(2)
    ]  # fmt: skip

    assert pages[0].ref == pages[1].ref


def test_an_expired_checkout_is_expired_and_may_be_expired_again(world: World) -> None:
    page = world.provider.checkout(
        customer(world.provider), [TEAM], instance=uuid4(), success_url="https://a.example/", cancel_url="https://a.example/", key=key()
    )  # fmt: skip

    for _ in range(2):
        world.provider.expire(page.ref)

    assert world.provider.checkout_seen(page.ref).status == "expired"


def test_the_portal_is_a_page_of_the_providers(world: World) -> None:
    who, _ = world.order([TEAM])

    assert world.provider.portal(who, return_url="https://crm.example/", key=key()).startswith(world.hosted)


def test_an_order_reads_as_it_was_made(world: World) -> None:
    who, ref = world.order([TEAM, EXTRA])

    order = world.provider.order(ref)

    assert (order.ref, order.customer_ref, order.status, order.is_live) == (ref, who, "active", True)
    assert set(order.lines) == {TEAM, EXTRA}
    assert timedelta(days=27) < order.period_until - order.period_from < timedelta(days=32)
    assert (order.cancel_at_period_end, order.ended_at, order.trial_until) == (False, None, None)
    assert [one.ref for one in world.provider.orders(who)] == [ref]


def test_a_bill_reads_as_it_was_paid(world: World) -> None:
    who, ref = world.order([TEAM, EXTRA])

    bill = world.provider.bill(world.provider.order(ref).latest_invoice_ref)

    assert (bill.status, bill.total_minor, bill.paid_minor, bill.currency) == ("paid", 4100, 4100, "USD")
    assert (bill.order_ref, bill.customer_ref, bill.tax_minor, bill.refunded_minor) == (ref, who, 0, 0)
    assert {(line.price_code, line.quantity, line.unit_minor, line.amount_minor) for line in bill.lines} == {
        ("team.v1", 3, 1200, 3600), ("extra.v1", 1, 500, 500),
    }  # fmt: skip
    assert bill.number
    assert bill.hosted_url.startswith("http")
    assert bill.paid_at is not None
    assert [one.ref for one in world.provider.bills(who)] == [bill.ref]


@pytest.mark.parametrize(
    "lines", [[BIGGER], [TEAM, EXTRA], [EXTRA], [YEARLY]], ids=["more", "added", "other", "yearly"]
)
def test_a_preview_is_what_the_change_then_costs(world: World, lines: list[Line]) -> None:
    who, ref = world.order([TEAM])
    before, now = world.provider.order(ref), timezone.now()

    preview = world.provider.preview(ref, lines, at=now)
    order = world.provider.change(ref, lines, at=now, key=key())

    assert order.lines == tuple(lines)
    bills = world.provider.bills(who)
    newest = next(bill for bill in bills if bill.ref != before.latest_invoice_ref)
    assert newest.total_minor == preview.amount_due_now_minor
    assert preview.next_total_minor == sum(line.unit_minor * line.quantity for line in lines)
    assert preview.currency == "USD"
    assert abs(preview.next_at - order.period_until) < timedelta(minutes=1)
    assert sum(line.amount_minor for line in preview.lines) == preview.amount_due_now_minor


def test_a_preview_changes_nothing(world: World) -> None:
    who, ref = world.order([TEAM])
    before = world.provider.order(ref)

    world.provider.preview(ref, [BIGGER], at=timezone.now())

    after = world.provider.order(ref)
    assert (after.lines, after.latest_invoice_ref) == (before.lines, before.latest_invoice_ref)
    assert len(world.provider.bills(who)) == 1


def test_a_change_that_cannot_be_paid_changes_nothing(world: World) -> None:
    who, ref = world.order([TEAM], fails_later=True)

    with pytest.raises(Declined) as refused:
        world.provider.change(ref, [BIGGER], at=timezone.now(), key=key())

    assert refused.value.code
    assert world.provider.order(ref).lines == (TEAM,)
    assert [bill.status for bill in world.provider.bills(who) if bill.status != "void"] == ["paid"]


def test_the_same_key_changes_once(world: World) -> None:
    who, ref = world.order([TEAM])
    one, now = key(), timezone.now()
    world.provider.change(ref, [BIGGER], at=now, key=one)
    many = len(world.provider.bills(who))

    assert world.provider.order(ref).lines == (BIGGER,)
    assert many == 2


def test_an_order_ends_with_its_period_unless_taken_back(world: World) -> None:
    _, ref = world.order([TEAM])

    ending = world.provider.cancel(ref, key=key())
    going_on = world.provider.resume(ref, key=key())

    assert (ending.status, ending.cancel_at_period_end) == ("active", True)
    assert (going_on.status, going_on.cancel_at_period_end) == ("active", False)


def test_an_order_ends_at_once(world: World) -> None:
    who, ref = world.order([TEAM])

    ended = world.provider.cancel(ref, at_period_end=False, key=key())

    assert (ended.status, ended.is_live) == ("canceled", False)
    assert ended.ended_at is not None
    assert [one.status for one in world.provider.orders(who)] == ["canceled"]


@pytest.mark.parametrize("verb", ["order", "bill", "checkout_seen", "trouble"])
def test_what_does_not_exist_is_unknown(world: World, verb: str) -> None:
    refs = {"order": "sub_nothing", "bill": "in_nothing", "checkout_seen": "cs_test_nothing", "trouble": "re_nothing"}

    with pytest.raises(Unknown):
        getattr(world.provider, verb)(refs[verb])


def test_what_happened_can_be_asked_for_oldest_first(world: World) -> None:
    since = timezone.now() - timedelta(minutes=5)
    _, ref = world.order([TEAM])

    missed = world.provider.missed(since)

    mine = [message.kind for message in missed if message.subject_ref == ref]
    assert mine[0] == "order.changed"
    assert [message.at for message in missed] == sorted(message.at for message in missed)


def test_a_corrected_name_and_address_reach_the_provider_and_whom_it_forgot_it_does_not_know(world: World) -> None:
    who, _ = world.order([TEAM])

    for _ in range(2):
        world.provider.call(who, name="Nurul Ana", email="ana@new.example")

    told = world.provider._v1.customers.retrieve(who)  # type: ignore[attr-defined]
    assert (told.name, told.email) == ("Nurul Ana", "ana@new.example")
    world.provider.forget(who)
    with pytest.raises(Unknown):
        world.provider.call(who, name="Nurul Ana", email="ana@new.example")


def test_the_provider_can_forget(world: World) -> None:
    who, ref = world.order([TEAM])

    for _ in range(2):
        world.provider.forget(who)

    assert world.provider.order(ref).status == "canceled"
