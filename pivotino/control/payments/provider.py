"""What we want of a payment provider, in our own words. Nothing in the house but this room knows which one it is.

    provider().checkout(customer, lines, …)      a page of the provider's on which somebody pays; we only send them there
    provider().order(ref)                        what stands there now

What happens at the provider comes back as News. A room above listens with

    @on("bill.paid")
    def book(news: News) -> None: ...

and is called inside the transaction that claims the message, with the object as it stood when it was fetched again (never as
the message told it). A listener that raises makes the provider send the message again, and nothing of it is kept. The same
state may be told more than once: a listener compares with its own rows. It must not call the provider, and mails only through
`letters.send`, which waits for the commit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

Period = Literal["month", "year"]
OrderStatus = Literal["trialing", "active", "past_due", "unpaid", "canceled", "incomplete"]
BillStatus = Literal["draft", "open", "paid", "void", "uncollectible"]
NewsKind = Literal[
    "order.changed", "bill.finalized", "bill.paid", "bill.failed", "checkout.completed", "dispute.opened", "refunded",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that is paid for again and again. Amounts are in the smallest unit of the currency ("USD", upper case).

    `price_code` is ours and carries its version ("team.v2"): it comes back in orders and bills.
    """

    price_code: str
    name: str
    unit_minor: int
    currency: str
    quantity: int = 1
    period: Period = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who pays. `ref` is the provider's; `instance` and `account` are ours, and the only thing of ours that is told besides
    the name, the company and the address for receipts."""

    ref: str
    instance: UUID
    account: UUID | None = None
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A running agreement to pay for some lines every period. What the provider calls a subscription.

    `updated_at` is when we fetched it. `incomplete`: the first payment was not made (yet). `ended_at` is set once it is
    canceled for good; `cancel_at_period_end` says that it will end at `period_until`.
    """

    ref: str
    customer_ref: str
    status: OrderStatus
    lines: tuple[Line, ...]
    period_from: datetime
    period_until: datetime
    updated_at: datetime
    cancel_at_period_end: bool = False
    trial_until: datetime | None = None
    latest_invoice_ref: str = ""
    ended_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether it still is an agreement: neither ended nor never begun."""
        return self.status not in ("canceled", "incomplete")


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line of a bill. Credits for time that was paid already are negative. `from_` and `until` are days in UTC."""

    description: str
    quantity: int
    unit_minor: int
    amount_minor: int
    from_: date
    until: date
    price_code: str = ""
    is_proration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What the provider asked somebody to pay. `attempts` counts how often it tried; `next_attempt_at` is when it will again.

    `refunded_minor` is what went back. `hosted_url` is the provider's page of this bill, where it can be paid by hand.
    """

    ref: str
    customer_ref: str
    number: str
    status: BillStatus
    lines: tuple[BillLine, ...]
    subtotal_minor: int
    tax_minor: int
    total_minor: int
    paid_minor: int
    currency: str
    created_at: datetime
    order_ref: str = ""
    due_at: datetime | None = None
    paid_at: datetime | None = None
    hosted_url: str = ""
    attempts: int = 0
    next_attempt_at: datetime | None = None
    refunded_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a change would cost, before anybody says yes. `amount_due_now_minor` may be negative: a credit for the next bill."""

    lines: tuple[BillLine, ...]
    amount_due_now_minor: int
    next_total_minor: int
    next_at: datetime
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A visit to the provider's payment page."""

    ref: str
    url: str
    status: Literal["open", "complete", "expired"] = "open"
    customer_ref: str = ""
    order_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Money that went or may go back: a refund, or a card holder's dispute."""

    ref: str
    kind: Literal["refund", "dispute"]
    bill_ref: str
    amount_minor: int
    currency: str
    at: datetime
    status: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the provider sent, once its signature is proven. Only the names in it are believed; the rest is fetched again.

    `kind` is empty for what does not concern us. `body` is the message without anything personal, for the record.
    """

    ref: str
    type: str
    kind: NewsKind | Literal[""]
    subject_ref: str
    at: datetime
    body: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that happened at the provider. `instance_id` is whose bill it is.

    order.changed and checkout.completed carry `order`; bill.* carry `bill` (its `order_ref` names the order, whose own news
    come apart); refunded and dispute.opened carry `trouble` and `bill`. bill.finalized also tells of a bill that became void
    or uncollectible. `notice_ref` names the message; it is unique.
    """

    kind: NewsKind
    instance_id: UUID
    customer_ref: str
    at: datetime
    notice_ref: str
    order: Order | None = None
    bill: Bill | None = None
    trouble: Trouble | None = None


class BadSignature(Exception):
    """A message that was not signed by the provider, or too long ago. `why` is "signature" or "age"."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Refused for its {why}.")
        self.why = why


class PaymentProblem(Exception):
    """Something with a payment did not work. The message may be shown to the person who tried."""

    permanent = True


class ProviderDown(PaymentProblem):
    """The provider cannot be reached or is busy. It will pass; nothing was changed, or the same key repeats it safely."""

    permanent = False


class Declined(PaymentProblem):
    """The payment was refused. `code` is the provider's word for why."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class NeedsConfirmation(Declined):
    """The bank wants the card holder to confirm; that happens on the provider's page of the bill."""


class Unknown(PaymentProblem):
    """The provider knows no such thing."""


class Refused(PaymentProblem):
    """The provider found our request wrong. A fault of ours or of the set-up."""


class NotSetUp(PaymentProblem):
    """This installation has no payment provider."""


class AlreadyPays(PaymentProblem):
    """There is a running order already; it is changed, not ordered again."""


class Provider(Protocol):
    """What a provider can do for us. Every verb may raise ProviderDown; those that pay may raise Declined.

    `key` makes a verb safe to repeat: the same key is the same deed for at least a day.
    """

    name: str
    hosts: tuple[str, ...]  # whose pages people are sent to

    def customer(
        self, *, instance: UUID, account: UUID | None, name: str, email: str, company: str, key: str
    ) -> Customer:
        """Make somebody known there."""

    def call(self, customer_ref: str, *, name: str, email: str) -> None:
        """From now on they are called so there, and receipts go to this address. What was printed stays."""

    def checkout(
        self, customer_ref: str, lines: Sequence[Line], *, instance: UUID, trial_until: datetime | None = None,
        success_url: str, cancel_url: str, key: str,
    ) -> Checkout:  # fmt: skip
        """A payment page for a new order. Nothing is owed until somebody pays there."""

    def checkout_seen(self, ref: str) -> Checkout:
        """How a visit to the payment page ended."""

    def portal(self, customer_ref: str, *, return_url: str, key: str) -> str:
        """The address of the provider's page on which somebody changes how they pay and sees receipts."""

    def order(self, ref: str) -> Order: ...

    def orders(self, customer_ref: str) -> list[Order]:
        """All of them, ended ones included, newest first."""

    def bill(self, ref: str) -> Bill: ...

    def bills(self, customer_ref: str) -> list[Bill]:
        """Newest first."""

    def preview(self, order_ref: str, lines: Sequence[Line], *, at: datetime) -> Preview:
        """What `change` with the same words would cost."""

    def change(self, order_ref: str, lines: Sequence[Line], *, at: datetime, key: str) -> Order:
        """Pay for these lines from now on. What is dearer is billed at once for the days that are left, what is cheaper is
        credited. Raises Declined, and changes nothing, where that payment fails."""

    def cancel(self, order_ref: str, *, at_period_end: bool = True, key: str) -> Order: ...

    def resume(self, order_ref: str, *, key: str) -> Order:
        """Take back a cancellation at the period's end."""

    def expire(self, checkout_ref: str) -> None:
        """Nobody can pay on that page any more. One that is over already stays as it is."""

    def trouble(self, ref: str) -> Trouble:
        """A refund or a dispute."""

    def forget(self, customer_ref: str) -> None:
        """End every order at once and delete the person there. What the books must keep, the provider keeps."""

    def hear(self, body: bytes, signature: str) -> Message:
        """Read a message that was posted to us. Raises BadSignature."""

    def missed(self, since: datetime) -> list[Message]:
        """Everything that happened since then and could concern us, oldest first, whether it was delivered or not."""


Listener = Callable[[News], None]


@dataclass(frozen=True)
class Listeners:
    """Who wants to hear what."""

    by_kind: dict[str, list[Listener]] = field(default_factory=dict)

    def add(self, kind: str, listener: Listener) -> None:
        heard = self.by_kind.setdefault(kind, [])
        if listener not in heard:
            heard.append(listener)

    def tell(self, news: News) -> None:
        """Call everybody who listens, in the order in which they came. The first error comes out."""
        for listener in self.by_kind.get(news.kind, []):
            listener(news)


listeners = Listeners()


def on(*kinds: NewsKind) -> Callable[[Listener], Listener]:
    """Listen to news of these kinds. Put listeners into reactions.py and import it in AppConfig.ready()."""

    def keep(listener: Listener) -> Listener:
        for kind in kinds:
            listeners.add(kind, listener)
        return listener

    return keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an instance would pay if it subscribed now. The room above makes it; see `offers`."""

    lines: tuple[Line, ...]
    trial_until: datetime | None = None


# offer(instance_id, what) -> the lines. `what` is the value of the field "plan" of the form that was posted to payments:checkout.
# None: nothing of that name can be bought (the page answers 422).
OfferMaker = Callable[[UUID, str], Offer | None]
_offers: list[OfferMaker] = []


def offers(maker: OfferMaker) -> OfferMaker:
    """Register the one function that says what can be bought. Billing does, in its AppConfig.ready() by way of reactions.py."""
    _offers[:] = [maker]
    return maker


def offer_for(instance_id: UUID, what: str) -> Offer | None:
    """What the form's choice costs for this instance."""
    return _offers[0](instance_id, what) if _offers else None


_makers: list[Callable[[], Provider]] = []


def use(maker: Callable[[], Provider]) -> None:
    """Choose the provider of this installation; the room's AppConfig.ready() does."""
    _makers[:] = [maker]


def provider() -> Provider:
    """The provider of this installation."""
    return _makers[0]()
