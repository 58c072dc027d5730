"""Our own rows follow what stands at the provider. Everything else in the house reads our rows."""

from django.db import transaction

from pivotino.control.billing import letters, owing
from pivotino.control.billing.models import Arrears
from pivotino.control.billing.wishes import Wish
from pivotino.control.payments.provider import Order
from pivotino.control.subscriptions.changing import go_free, keep_additions, take_on
from pivotino.control.subscriptions.models import NotOffered, Plan, Subscription
from pivotino.tenancy.freezing import Reason, reasons
from pivotino.tenancy.models import Instance


def follow(instance: Instance, order: Order) -> None:
    """Let the instance have what the order is for. The same order again changes nothing; an old one neither."""
    with transaction.atomic():
        Instance.objects.select_for_update().get(pk=instance.pk)
        if order.status == "canceled":
            _end(instance, order)
        elif order.status != "incomplete" and _take_on(instance, order):
            _settle(instance, order)


def leave_for_free(instance: Instance) -> None:
    """The owner goes on with the free plan at once; what is owed is let be, and nothing stays closed."""
    with transaction.atomic():
        go_free(instance)
        keep_additions(instance, {}, currency="")
        owing.catch_up(instance, how=Arrears.Settled.FREE)


def _settle(instance: Instance, order: Order) -> None:
    if order.status in ("past_due", "unpaid"):
        owing.fall_behind(instance, owing.Open.order(order))
    else:
        owing.catch_up(instance)


def _take_on(instance: Instance, order: Order) -> bool:
    try:
        wish = Wish.in_order(order)
    except NotOffered:
        return False  # an order of another shop on the same account at the provider
    before = Subscription.objects.of(instance)
    ends = order.period_until if order.cancel_at_period_end else None
    row = take_on(
        instance, wish.plan, currency=wish.currency, seats=wish.seats, until=ends, order_ref=order.ref,
        billed=[[line.name, line.unit_minor, line.quantity] for line in order.lines],
        paid_until=None if ends else (order.trial_until if order.status == "trialing" else None) or order.period_until,
    )  # fmt: skip
    keep_additions(instance, dict.fromkeys(wish.add_ons, 1), currency=wish.currency)
    if before is None or before.pk != row.pk:
        total = sum(line.unit_minor * line.quantity for line in order.lines)
        letters.plan_began(instance, row, total)
    # Who leaves has a letter with every date; the free plan does not go on there.
    leaves = Reason.LEAVING in reasons(instance)
    if ends and not leaves and (before is None or before.until != ends):
        letters.plan_ends(instance, row, ends)
    return True


def _end(instance: Instance, order: Order) -> None:
    """The order is over. Who still owes keeps the days that were told; everybody else goes on with the free plan."""
    current = Subscription.objects.of(instance)
    if current is None or current.order_ref != order.ref or Arrears.objects.of(instance):
        return
    if current.plan.kind == Plan.Kind.PAID:
        go_free(instance)
        keep_additions(instance, {}, currency="")
