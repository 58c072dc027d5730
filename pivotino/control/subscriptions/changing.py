"""Moving an instance from one plan to another. Rows are closed and opened, never rewritten: they are the history."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pivotino.control.subscriptions.models import Addition, AddOn, NotOffered, Plan, Subscription
from pivotino.control.subscriptions.queries import free_plan, trial_plan
from pivotino.tenancy.models import Instance

_A_MOMENT = timedelta(microseconds=1)


@contextmanager
def alone(instance: Instance) -> Iterator[None]:
    """One at a time changes what an instance has."""
    with transaction.atomic():
        Instance.objects.select_for_update().get(pk=instance.pk)
        yield


def take_on(
    instance: Instance, plan: Plan, *, account_id: UUID | None = None, currency: str = "", seats: int = 0,
    paid_until: datetime | None = None, until: datetime | None = None, order_ref: str = "", billed: list[list[Any]] | None = None,
) -> Subscription:  # fmt: skip
    """From now on the instance has this plan. What it has already is kept; with an end, the free plan follows.

    A new date of the next bill, or an end, is no new stretch: it is noted in the one that runs.
    """
    with alone(instance):
        now = timezone.now()
        before = Subscription.objects.of(instance)
        _forget_the_future(instance, now)
        if before and (before.plan_id, before.currency, before.seats) == (plan.pk, currency, seats):
            row = before
            row.until, row.paid_until, row.order_ref, row.billed = until, paid_until, order_ref, billed or []
            row.save(update_fields=["until", "paid_until", "order_ref", "billed"])
        else:
            row = _begin(instance, plan, before, now)
            row.account_id = account_id or (before.account_id if before else None)
            row.currency, row.seats, row.until = currency, seats, until
            row.paid_until, row.order_ref, row.billed = paid_until, order_ref, billed or []
            row.save(force_insert=True)
        if until:
            _free_from(row, until)
        return row


def go_free(instance: Instance) -> Subscription:
    """From now on the free plan. Nobody is put out and nothing is taken away."""
    return take_on(instance, free_plan())


def give(instance: Instance, promotion: AddOn, *, by: str, why: str) -> Addition:
    """Give days of trial: the running trial ends later, or a new one begins on the free plan.

    Raises NotOffered for an instance that pays already.
    """
    with alone(instance):
        now, days = timezone.now(), timedelta(days=promotion.duration_days)
        current = Subscription.objects.of(instance)
        if current and current.plan.is_paid:
            raise NotOffered("Who pays already has all of it; a promotion is for a trial or the free plan.")
        begins = current.until if current and current.is_trial and current.until else now
        trial = current.plan if current and current.is_trial else trial_plan()
        take_on(instance, trial, until=begins + days)
        return Addition.objects.create(
            instance=instance, add_on=promotion, since=begins, until=begins + days, by=by, why=why
        )


def keep_additions(instance: Instance, wanted: dict[AddOn, int], *, currency: str) -> None:
    """The extensions an instance pays for from now on, each with how many; others end."""
    with alone(instance):
        now = timezone.now()
        running = Addition.objects.filter(instance_id=instance.pk, until__isnull=True).select_related("add_on")
        same = {row.add_on_id for row in running if wanted.get(row.add_on) == row.quantity and row.currency == currency}
        for row in running:
            if row.add_on_id not in same:
                row.until = max(now, row.since + _A_MOMENT)
                row.save(update_fields=["until"])
        for add_on, quantity in wanted.items():
            if add_on.pk not in same:
                Addition.objects.create(
                    instance=instance, add_on=add_on, quantity=quantity, currency=currency, since=now
                )


def _begin(instance: Instance, plan: Plan, before: Subscription | None, now: datetime) -> Subscription:
    """The next stretch, right where the one before it ends."""
    if before is None:
        return Subscription(instance=instance, plan=plan, number=1, since=now)
    moment = max(now, before.since + _A_MOMENT)
    before.until = moment
    before.save(update_fields=["until"])
    return Subscription(instance=instance, plan=plan, number=before.number + 1, since=moment)


def _free_from(row: Subscription, moment: datetime) -> None:
    Subscription.objects.create(
        instance_id=row.instance_id, account_id=row.account_id, plan=free_plan(), number=row.number + 1, since=moment
    )


def _forget_the_future(instance: Instance, now: datetime) -> None:
    """What was only planned has not happened."""
    Subscription.objects.filter(instance_id=instance.pk, since__gt=now).delete()
