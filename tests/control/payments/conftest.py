"""A payment provider that plays, a plan that can be bought, and a listener that writes down what it hears."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from pivotino.control.payments import provider as payments
from pivotino.control.payments.models import Payer, Visit, Watermark
from pivotino.control.payments.provider import Line, News, Offer, Order
from tests.cast import Instance, Person
from tests.sandbox.playing import Sandbox, sandbox, sandbox_server

__all__ = ["sandbox", "sandbox_server"]

TEAM = Line(price_code="team.v1", name="Team", unit_minor=1200, currency="USD", quantity=3)
BIGGER = Line(price_code="team.v1", name="Team", unit_minor=1200, currency="USD", quantity=5)
YEARLY = Line(
    price_code="team-year.v1", name="Team, yearly", unit_minor=12000, currency="USD", quantity=3, period="year"
)
KINDS: tuple[payments.NewsKind, ...] = (
    "order.changed", "bill.finalized", "bill.paid", "bill.failed", "checkout.completed", "dispute.opened", "refunded",
)  # fmt: skip


@dataclass
class Listener:
    """A room above: it hears everything, and breaks when told to."""

    heard: list[News] = field(default_factory=list)
    breaks: bool = False

    def listen(self, news: News) -> None:
        if self.breaks:
            raise RuntimeError("the room above broke")
        self.heard.append(news)

    @property
    def kinds(self) -> list[str]:
        return [news.kind for news in self.heard]

    @property
    def orders(self) -> list[str]:
        return [news.order.status for news in self.heard if news.order]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    """Only this one listens, and what the payments room itself does."""
    from pivotino.control.payments.reactions import let_nobody_pay_twice

    one = Listener()
    fresh = payments.Listeners()
    fresh.add("checkout.completed", let_nobody_pay_twice)
    for kind in KINDS:
        fresh.add(kind, one.listen)
    monkeypatch.setattr("pivotino.control.payments.taking.listeners", fresh)
    return one


@pytest.fixture
def on_offer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One plan can be bought."""
    before = list(payments._offers)
    payments.offers(lambda instance, what: Offer(lines=(TEAM,)) if what == "team" else None)
    yield
    payments._offers[:] = before


@dataclass
class Buyer:
    """Anna, who buys for Atap Suria."""

    person: Person
    browser: Client
    sandbox: Sandbox

    @property
    def instance(self) -> Instance:
        return self.person.instance

    def url(self, path: str) -> str:
        return f"/my/databases/{self.instance.slug}/{path}"

    def go(self, where: str = "checkout", **form: Any) -> Visit:
        """Press the button on our page; the visit it begins."""
        answer = self.browser.post(self.url(f"{where}/"), {"plan": "team", **form})
        assert answer.status_code == 303, answer.content
        return Visit.objects.get(pk=UUID(answer["Location"].strip("/").rpartition("/")[2]))

    def buy(self, card: str = "works") -> Order:
        """Go and pay. Nothing is told to us yet."""
        visit = self.go()
        status, where = self.sandbox.pay(visit.url, card)
        assert status == 303, where
        return self.order

    @property
    def order(self) -> Order:
        return payments.provider().orders(self.customer)[0]

    @property
    def customer(self) -> str:
        return Payer.objects.get(instance=self.instance).customer_ref

    @property
    def known(self) -> dict[str, str]:
        """What we know of orders: reference and status."""
        return dict(Watermark.objects.filter(kind="order").values_list("ref", "status"))


@pytest.fixture
def buyer(anna: Person, sandbox: Sandbox, listener: Listener, on_offer: None) -> Buyer:
    anna.take_seat()
    return Buyer(anna, anna.browser, sandbox)
