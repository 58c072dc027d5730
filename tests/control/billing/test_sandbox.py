"""The whole way with the provider of the sandbox: buying, more people, a card that is declined, paying, leaving."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.billing.jobs import look_at_the_dates
from pivotino.control.billing.models import Arrears, Paper
from pivotino.control.billing.queries import book
from pivotino.control.payments.models import Visit
from pivotino.control.subscriptions.changing import go_free
from pivotino.jobs.testing import run_all
from pivotino.tenancy.freezing import Reason, reasons
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.sandbox.playing import Sandbox, sandbox, sandbox_server

__all__ = ["sandbox", "sandbox_server"]
pytestmark = pytest.mark.usefixtures("control")
AT = "/my/databases/atap-suria/"


class Shop:
    """Anna at her pages, and the provider at its own."""

    def __init__(self, team: Instance, browser: Browser, sandbox: Sandbox) -> None:
        self.team, self.browser, self.sandbox = team, browser, sandbox

    def hear(self) -> None:
        """Take everything the provider has to say, then do what was put in line."""
        while self.sandbox.waiting:
            assert set(self.sandbox.deliver()) == {200}
        run_all()

    def buy(self, seats: int, card: str = "works") -> None:
        look = self.browser.post(AT + "plan/", {"plan": "team-monthly", "seats": str(seats), "currency": "MYR"})
        what = re.search(r'name="plan" value="([^"]+)"', look.content.decode())
        assert what
        assert self.browser.post(AT + "checkout/", {"plan": what[1]}).status_code == 303
        status, page = self.sandbox.pay(Visit.objects.latest("pk").url, card)
        assert status == 303, page
        self.hear()

    def change(self, seats: int) -> Any:
        look = self.browser.post(AT + "plan/", {"plan": "team-monthly", "seats": str(seats), "currency": "MYR"})
        sealed = re.search(r'name="change" value="([^"]+)"', look.content.decode())
        assert sealed, look.content.decode()
        answer = self.browser.post(AT + "plan/change/", {"change": sealed[1]})
        self.hear()
        return answer

    @property
    def state(self) -> str:
        return book(self.team).standing.state


@pytest.fixture
def shop(team: Instance, anna: Person, sandbox: Sandbox) -> Shop:  # noqa: F811 - the fixture
    go_free(team)
    return Shop(team, anna.browser, sandbox)


@pytest.mark.promise("P14")
def test_buying_more_people_and_ending_are_on_our_books_as_the_provider_billed_them(shop: Shop) -> None:
    shop.buy(seats=4)
    seen = book(shop.team)
    assert (seen.standing.state, seen.seats) == ("active", 4)
    assert seen.next_bill is not None and seen.next_bill.total_minor == 4 * 3900
    assert list(Paper.objects.order_by("number").values_list("kind", "total_minor")) == [
        ("invoice", 15600),
        ("receipt", 15600),
    ]

    assert shop.change(seats=6).status_code == 302
    assert book(shop.team).seats == 6
    assert Paper.objects.filter(kind="invoice").count() == 2

    assert shop.browser.post(AT + "plan/end/").status_code == 302
    shop.hear()
    assert shop.state == "ending"
    assert shop.browser.post(AT + "plan/resume/").status_code == 302
    shop.hear()
    assert shop.state == "active"


@pytest.mark.promise("A25")
def test_a_card_that_is_declined_ends_read_only_and_a_payment_opens_again(shop: Shop) -> None:
    shop.buy(seats=3)
    start = timezone.now()
    shop.sandbox.faults("decline")
    shop.sandbox.advance(days=32)
    with time_machine.travel(start + timedelta(days=32), tick=False) as clock:
        shop.hear()
        assert shop.state == "past_due"
        for days in (8, 14):
            shop.sandbox.advance(days=days)
            clock.shift(timedelta(days=days))
            shop.hear()
            look_at_the_dates()
            run_all()
        assert (shop.state, reasons(shop.team)) == ("suspended", [Reason.UNPAID])
        assert shop.browser.get(AT + "export/").status_code in (200, 302)

        shop.sandbox.faults()
        status, page = shop.sandbox.pay(Arrears.objects.get().pay_at)
        assert status in (200, 303), page
        shop.hear()

        assert (shop.state, reasons(shop.team)) == ("active", [])
