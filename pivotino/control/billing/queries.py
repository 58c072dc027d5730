"""What a database costs and how it stands, from our own rows alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pivotino.control.accounts.standing import Standing
from pivotino.control.billing.models import Arrears, Buyer
from pivotino.control.billing.wishes import Wish, people_in
from pivotino.control.subscriptions.models import Plan, Subscription
from pivotino.control.subscriptions.queries import entitlements
from pivotino.kit.days import date_phrase
from pivotino.tenancy import limits
from pivotino.tenancy.addresses import control_url
from pivotino.tenancy.freezing import Reason, reasons
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Place


@dataclass(frozen=True, kw_only=True)
class BilledLine:
    """One line of the order as it runs at the provider."""

    name: str
    unit_minor: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class NextBill:
    """The bill that comes next: when, over what, how much. `stale`: a change would bring other taxes."""

    at: datetime
    lines: tuple[BilledLine, ...]
    currency: str
    stale: bool = False

    @property
    def total_minor(self) -> int:
        return sum(line.unit_minor * line.quantity for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Book:
    """All that the page about plan and billing shows."""

    instance: Instance
    standing: Standing
    current: Subscription | None
    people: int
    seats: int
    history: list[Subscription]
    next_bill: NextBill | None = None
    arrears: Arrears | None = None
    buyer: Buyer | None = None
    is_leaving: bool = False
    extensions: tuple[Any, ...] = field(default=())

    @property
    def is_paid(self) -> bool:
        return bool(self.current and self.current.plan.is_paid)

    @property
    def ends_at(self) -> datetime | None:
        """When a paid plan ends that was cancelled."""
        return self.current.until if self.current and self.is_paid else None


def book(instance: Instance) -> Book:
    current, arrears = Subscription.objects.of(instance), Arrears.objects.of(instance)
    may = entitlements(instance)
    history = Subscription.objects.filter(instance_id=instance.pk).begun().select_related("plan").order_by("-number")
    return Book(
        instance=instance, standing=_standing(current, arrears), current=current, people=people_in(instance), seats=may.seats,
        history=list(history[:100]), next_bill=next_bill(instance), arrears=arrears, extensions=may.extensions,
        buyer=Buyer.objects.filter(instance_id=instance.pk).first(), is_leaving=Reason.LEAVING in reasons(instance),
    )  # fmt: skip


def next_bill(instance: Instance) -> NextBill | None:
    """The next bill of an instance, or None where none comes."""
    current = Subscription.objects.of(instance)
    if current is None or not current.plan.is_paid or current.paid_until is None or current.until is not None:
        return None
    ours = Wish.running(current).lines(Buyer.objects.filter(instance_id=instance.pk).first())
    told = current.billed or [[line.name, line.unit_minor, line.quantity] for line in ours]
    lines = tuple(BilledLine(name=name, unit_minor=minor, quantity=quantity) for name, minor, quantity in told)
    bill = NextBill(at=current.paid_until, lines=lines, currency=current.currency)
    return replace(bill, stale=bill.total_minor != sum(line.unit_minor * line.quantity for line in ours))


# How much all files of a database may take together.
FREE_BYTES, PAID_BYTES = 1 << 30, 50 << 30


def people_of_plan(place: Place) -> limits.People:
    """With how many people more may be invited, as an instance asks it."""
    may = entitlements(Instance(pk=place.id))
    if may.plan is None:  # where one company runs its own, there is no plan and no page of plans
        return limits.People()
    room = FREE_BYTES if may.plan.kind == "free" else PAID_BYTES
    more_at = control_url("billing:plan", slug=place.slug)
    return limits.People(most=may.seats, bytes_at_most=room, plan=may.plan.name, more_at=more_at)


def standings(ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """How several instances stand, in two queries."""
    ids = list(ids)
    current = {
        row.instance_id: row
        for row in Subscription.objects.current().filter(instance_id__in=ids).select_related("plan").order_by("number")
    }
    owed = {row.instance_id: row for row in Arrears.objects.open().filter(instance_id__in=ids)}
    return {id: _standing(current.get(id), owed.get(id)) for id in ids}


def _standing(current: Subscription | None, arrears: Arrears | None) -> Standing:
    plan = current.plan if current else None
    if arrears:
        return _owing(arrears, plan)
    if current is None or plan is None:
        return Standing(state="open", says="No plan; nothing is limited")
    if plan.kind == Plan.Kind.TRIAL and current.until:
        return Standing(state="trial", says=f"On trial until {_day(current.until)}", plan=plan.name)
    if plan.kind == Plan.Kind.FREE:
        return Standing(state="free", says="Free, for good", plan=plan.name)
    if current.until:
        return Standing(state="ending", says=f"Ends on {_day(current.until)}, then free", plan=plan.name)
    renews = f"Active, renews on {_day(current.paid_until)}" if current.paid_until else "Active"
    return Standing(state="active", says=renews, plan=plan.name)


def _owing(arrears: Arrears, plan: Plan | None) -> Standing:
    stage = Arrears.Stage
    says = {
        stage.TRYING.value: f"A payment failed; it is tried again until {_day(arrears.grace_from)}",
        stage.GRACE.value: f"Unpaid; read-only from {_day(arrears.read_only_from)}",
        stage.READ_ONLY.value: f"Read-only until it is paid; ends on {_day(arrears.ends_at)}",
        stage.ENDED.value: "Ended, because it stayed unpaid",
    }[arrears.stage]
    return Standing(state=arrears.stage, says=says, plan=plan.name if plan else "", trouble=True)


def _day(moment: datetime) -> str:
    return date_phrase(moment.date())
