"""How we speak with Stripe, or with the sandbox that answers like it: time limits, repeats, and its errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from pivotino.control.payments.provider import (
    Declined,
    NeedsConfirmation,
    PaymentProblem,
    ProviderDown,
    Refused,
    Unknown,
)

# Seconds to connect, and to answer. A person waits; a webhook is sent again.
PATIENCE = (3.05, 10.0)
REPEATS = 1
DOWN = "The payment provider does not answer. Nothing was changed. Try again in a few minutes."
WRONG = "The payment provider did not understand us. Nothing was changed. We have been told."
# Codes with which Stripe says that the card holder has to confirm.
CONFIRM = frozenset({"authentication_required", "subscription_payment_intent_requires_action"})


def connect(key: str, url: str = "") -> stripe.StripeClient:
    """A client of its own; nothing global but that no figures about this machine are sent along."""
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key, base_addresses={"api": url} if url else None, max_network_retries=REPEATS,
        http_client=stripe.RequestsClient(timeout=PATIENCE),
    )  # fmt: skip


@contextmanager
def asking() -> Iterator[None]:
    """Errors of the library come out as ours."""
    try:
        yield
    except stripe.StripeError as error:
        raise _ours(error) from error


def _ours(error: stripe.StripeError) -> PaymentProblem:
    status, code = error.http_status or 0, error.code or ""
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError) or status >= 500 or status in (0, 409, 429):
        return ProviderDown(DOWN)
    if status == 402:
        message = error.user_message or "The payment was refused."
        return NeedsConfirmation(message, code) if code in CONFIRM else Declined(message, code)
    if status == 404 or code == "resource_missing":
        return Unknown(WRONG)
    return Refused(WRONG)
