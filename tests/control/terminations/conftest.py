"""What the tests of leaving share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pivotino.control.erasures import hooks
from pivotino.control.payments import provider as payments
from pivotino.control.payments.models import Payer, Watermark
from pivotino.tenancy.models import Instance
from tests.control.lives import whole_lives  # noqa: F401


@dataclass
class Till:
    """A provider that knows one order and remembers what it was asked."""

    order_now: payments.Order
    asked: list[str] = field(default_factory=list)
    down: bool = False
    hosts: tuple[str, ...] = ()
    name: str = "till"

    def order(self, ref: str) -> payments.Order:
        self._answer("order")
        return self.order_now

    def cancel(self, ref: str, *, at_period_end: bool = True, key: str) -> payments.Order:
        self._answer(f"cancel {ref}")
        self.order_now = replace(self.order_now, cancel_at_period_end=True)
        return self.order_now

    def resume(self, ref: str, *, key: str) -> payments.Order:
        self._answer(f"resume {ref}")
        self.order_now = replace(self.order_now, cancel_at_period_end=False)
        return self.order_now

    def call(self, customer_ref: str, *, name: str, email: str) -> None:
        self._answer(f"call {customer_ref}")

    def forget(self, customer_ref: str) -> None:
        self._answer(f"forget {customer_ref}")

    def _answer(self, what: str) -> None:
        if self.down:
            raise payments.ProviderDown("The payment provider cannot be reached.")
        if what != "order":
            self.asked.append(what)


@pytest.fixture
def till(atap: Instance) -> Iterator[Till]:
    """Atap Suria pays for a running order."""
    payer = Payer.objects.create(instance=atap, customer_ref="cus_1")
    Watermark.objects.create(ref="sub_1", payer=payer, kind=Watermark.Kind.ORDER, status="active", digest="x")
    now = timezone.now()
    order = payments.Order(
        ref="sub_1", customer_ref="cus_1", status="active", lines=(), period_from=now, period_until=now + timedelta(days=30), updated_at=now,
    )  # fmt: skip
    before: list[Callable[[], Any]] = list(payments._makers)
    made = Till(order)
    payments.use(lambda: made)  # type: ignore[arg-type, return-value]
    yield made
    payments._makers[:] = before


@pytest.fixture(autouse=True)
def _own_hooks() -> Iterator[None]:
    kept = list(hooks._holds)
    yield
    hooks._holds[:] = kept
