"""Where the contract is tried: the sandbox always, Stripe's test mode where STRIPE_TEST_KEY is set."""

import os
from collections.abc import Sequence
from typing import Any, Protocol
from uuid import uuid4

from pivotino.control.payments.provider import Line, Provider
from pivotino.control.payments.stripes import StripeProvider
from tests.sandbox.playing import SECRET, Sandbox

KEY = os.environ.get("STRIPE_TEST_KEY", "")
WORLDS = ["sandbox", *(["stripe"] if KEY else [])]


class World(Protocol):
    provider: Provider
    hosted: str  # where its pages begin

    def order(self, lines: Sequence[Line], *, fails_later: bool = False) -> tuple[str, str]:
        """A customer who has paid for these lines: references of customer and order."""


def customer(provider: Provider) -> str:
    """Somebody new."""
    made = provider.customer(
        instance=uuid4(),
        account=None,
        name="Anna",
        email="anna@atap.example",
        company="Atap Suria",
        key=f"customer-{uuid4()}",
    )
    return made.ref


class SandboxWorld:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.hosted = sandbox, sandbox.url
        self.provider: Provider = StripeProvider("sk_test_sandbox", sandbox.url, [SECRET])

    def order(self, lines: Sequence[Line], *, fails_later: bool = False) -> tuple[str, str]:
        who = customer(self.provider)
        page = self.provider.checkout(
            who,
            lines,
            instance=uuid4(),
            success_url="http://testserver/back",
            cancel_url="http://testserver/",
            key=str(uuid4()),
        )
        assert self.sandbox.pay(page.url, "later" if fails_later else "works")[0] == 303
        return who, self.provider.checkout_seen(page.ref).order_ref


class StripeWorld:
    """Its pages cannot be filled in by a test, so the order is made by the API, with cards that Stripe has for tests."""

    hosted = "https://"

    def __init__(self) -> None:
        self.real = StripeProvider(KEY, secrets=[SECRET])
        self.provider: Provider = self.real

    def order(self, lines: Sequence[Line], *, fails_later: bool = False) -> tuple[str, str]:
        who, api = customer(self.provider), self.real._v1
        card = api.payment_methods.attach("pm_card_visa", {"customer": who})
        items: Any = [{"price": self.real._price(line), "quantity": line.quantity} for line in lines]
        made = api.subscriptions.create({"customer": who, "items": items, "default_payment_method": card.id})
        if fails_later:
            bad = api.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": who})
            api.subscriptions.update(made.id, {"default_payment_method": bad.id})
        return who, made.id
