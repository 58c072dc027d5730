"""What somebody wants to subscribe to, before they have it; and the lines a bill would have for it."""

import re
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from pivotino.control.accounts.models import Seat
from pivotino.control.billing.models import Buyer
from pivotino.control.billing.taxes import is_tax, tax_of, with_tax
from pivotino.control.payments.provider import Line, Offer, Order, Period
from pivotino.control.subscriptions.models import Addition, AddOn, NotOffered, Plan, Subscription
from pivotino.control.subscriptions.queries import listed_add_ons, published_plans
from pivotino.tenancy.models import Instance

_TEXT = re.compile(r"(?P<plan>[\w-]+)\.(?P<currency>[A-Z]{3})\.(?P<seats>\d{1,5})(?P<more>(\+[\w-]+)*)", re.ASCII)
_CODE = re.compile(r"(?P<code>[\w-]+)\.v(?P<version>\d+)\.(?P<currency>[a-z]{3})(\.year)?", re.ASCII)
MOST_SEATS = 10_000


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A paid plan in one currency, for so many people, with these extensions."""

    plan: Plan
    currency: str
    seats: int = 1
    add_ons: tuple[AddOn, ...] = field(default=())

    @classmethod
    def read(cls, text: str, *, keeps: "Wish | None" = None) -> Self:
        """What a form sent. Who has a plan or an add-on `keeps` it in the version they took, on offer or not.

        Raises NotOffered where that cannot be bought now.
        """
        told = _TEXT.fullmatch(text)
        if told is None:
            raise NotOffered("This plan is not on offer.")
        plan = keeps.plan if keeps and keeps.plan.code == told["plan"] else _on_offer(told["plan"])
        if plan is None or told["currency"] not in plan.prices:
            raise NotOffered("This plan is not on offer.")
        wanted = [code for code in told["more"].split("+") if code]
        known = {add_on.code: add_on for add_on in listed_add_ons()}
        known |= {add_on.code: add_on for add_on in (keeps.add_ons if keeps else ())}
        add_ons = tuple(known[code] for code in wanted if code in known and told["currency"] in known[code].prices)
        if len(add_ons) != len(set(wanted)) or not 1 <= int(told["seats"]) <= MOST_SEATS:
            raise NotOffered("This is not on offer.")
        return cls(plan=plan, currency=told["currency"], seats=int(told["seats"]), add_ons=add_ons)

    @classmethod
    def in_order(cls, order: Order) -> Self:
        """What an order at the provider is for. Raises NotOffered where no line is a plan of ours."""
        plan, currency, seats, add_ons = None, "", 1, []
        for line in order.lines:
            told = _CODE.fullmatch(line.price_code)
            if told is None or is_tax(line.price_code):
                continue
            known = {"code": told["code"], "version": int(told["version"])}
            if found := Plan.objects.filter(**known).first():
                plan, currency, seats = found, told["currency"].upper(), line.quantity
            elif more := AddOn.objects.filter(**known).first():
                add_ons.append(more)
        if plan is None:
            raise NotOffered(f"The order {order.ref} has no plan of ours.")
        return cls(plan=plan, currency=currency, seats=seats if plan.per_seat else 0, add_ons=tuple(add_ons))

    @classmethod
    def running(cls, subscription: Subscription) -> Self:
        """What is paid for already, in the versions that were taken."""
        rows = Addition.objects.filter(instance_id=subscription.instance_id, until__isnull=True).select_related(
            "add_on"
        )
        add_ons = tuple(row.add_on for row in rows if row.add_on.kind == AddOn.Kind.EXTENSION)
        return cls(plan=subscription.plan, currency=subscription.currency, seats=subscription.seats, add_ons=add_ons)

    @property
    def text(self) -> str:
        """How a form carries it."""
        return "+".join([f"{self.plan.code}.{self.currency}.{self.seats}", *(add_on.code for add_on in self.add_ons)])

    @property
    def months(self) -> int:
        return 12 if self.plan.period == Plan.Period.YEAR else 1

    def lines(self, buyer: Buyer | None) -> tuple[Line, ...]:
        """What each period costs, taxes included."""
        period: Period = "year" if self.plan.period == Plan.Period.YEAR else "month"
        people = self.seats if self.plan.per_seat else 1
        plan = Line(
            price_code=self.plan.price_code(self.currency), name=f"{self.plan.name}, {'by the year' if period == 'year' else 'by the month'}",
            unit_minor=self.plan.price(self.currency), currency=self.currency, quantity=people, period=period,
        )  # fmt: skip
        more = [
            Line(price_code=add_on.price_code(self.currency) + (".year" if period == "year" else ""), name=add_on.name, currency=self.currency, period=period,
                 unit_minor=add_on.price(self.currency) * self.months)
            for add_on in self.add_ons
        ]  # fmt: skip
        return with_tax([plan, *more], tax_of(buyer))


def _on_offer(code: str) -> Plan | None:
    return next((plan for plan in published_plans() if plan.code == code and plan.is_paid), None)


def people_in(instance: Instance) -> int:
    """How many people can sign in to this instance."""
    return Seat.objects.filter(instance_id=instance.pk).count()


def offer(instance_id: UUID, what: str) -> Offer | None:
    """What the payment page is made of; None for what cannot be bought. Days of a trial that are left are kept."""
    instance = Instance.objects.living().filter(pk=instance_id).first()
    try:
        wish = Wish.read(what)
    except NotOffered:
        return None
    if instance is None or (wish.plan.per_seat and wish.seats < people_in(instance)):
        return None
    current = Subscription.objects.of(instance)
    trial_until = current.until if current and current.is_trial else None
    return Offer(lines=wish.lines(Buyer.objects.filter(instance=instance).first()), trial_until=trial_until)
