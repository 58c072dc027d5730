"""Small questions about plans and addresses."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from pivotino.control.subscriptions.models import Addition, AddOn, Address, Plan, Subscription
from pivotino.control.subscriptions.models.offering import FIRST
from pivotino.kit.fold import fold
from pivotino.kit.places import currency_of
from pivotino.kit.slugs import RESERVED
from pivotino.tenancy.models import Instance

TRIAL, FREE = "team-trial", "free"


@dataclass(frozen=True, slots=True)
class FutureAddress:
    """Where a company will be found, and in one sentence why it is not just its name."""

    slug: str
    shown: str
    why: str = ""


def published_plans() -> Sequence[Plan]:
    """What is on offer, in the order of the page. Loaded from the file where nothing has been loaded yet."""
    plans = list(Plan.objects.published())
    if not plans:
        Plan.objects.load()
        AddOn.objects.load()
        plans = list(Plan.objects.published())
    return plans


def plan_for(code: str) -> Plan:
    """With which plan somebody begins who came for `code`: free stays free, everything else is tried first."""
    wanted = FREE if code == FREE else TRIAL
    return next(plan for plan in published_plans() if plan.code == wanted)


def free_plan() -> Plan:
    """The free plan as it is offered now."""
    return next(plan for plan in published_plans() if plan.kind == Plan.Kind.FREE)


def trial_plan() -> Plan:
    """With what somebody tries as it is offered now."""
    return next(plan for plan in published_plans() if plan.kind == Plan.Kind.TRIAL)


def listed_add_ons() -> Sequence[AddOn]:
    """The add-ons everybody may order."""
    return list(AddOn.objects.published().filter(listed=True, kind=AddOn.Kind.EXTENSION))


def currencies() -> list[str]:
    """In which currencies every paid plan has a price."""
    offered = [plan.currencies for plan in published_plans() if plan.is_paid]
    return [code for code in (offered[0] if offered else []) if all(code in plan for plan in offered)]


def currency_for(country: str, wish: str = "") -> str:
    """In which currency we show prices: the wished one, else that of the country, else the first we have."""
    ours = currencies() or [FIRST]
    return next((code for code in (wish.upper(), currency_of(country) if country else "") if code in ours), ours[0])


@dataclass(frozen=True, kw_only=True)
class Entitlements:
    """What an instance may have by our own books. `seats` is with how many people more may be invited; 0 is any number."""

    plan: Plan | None
    seats: int
    extensions: tuple[AddOn, ...] = ()


def entitlements(instance: Instance) -> Entitlements:
    """What this instance may have now. Where no plan was ever begun nothing is limited."""
    current = Subscription.objects.of(instance)
    if current is None:
        return Entitlements(plan=None, seats=0)
    now = timezone.now()
    running = Addition.objects.filter(instance_id=instance.pk, since__lte=now).select_related("add_on")
    extensions = [row for row in running.filter(until__isnull=True) if row.add_on.kind == AddOn.Kind.EXTENSION]
    seats = current.seats or current.plan.seats_at_most
    more = sum(row.add_on.seats * row.quantity for row in extensions)
    return Entitlements(
        plan=current.plan, seats=seats + more if seats else 0, extensions=tuple(row.add_on for row in extensions)
    )


def future_address(company: str) -> FutureAddress:
    """The free address near a company's name, as the form shows it."""
    slug = Address.objects.suggest(company)
    plain = "-".join(fold(company).split())
    why = ""
    if plain in RESERVED:
        why = f"“{plain}” is kept for our own pages."
    elif slug.rpartition("-")[2].isdigit() and not plain.endswith(slug.rpartition("-")[2]):
        why = "The name alone is taken, or too close to a taken one."
    return FutureAddress(slug=slug, shown=shown(slug), why=why)


def shown(slug: str) -> str:
    """An address as people say it."""
    return f"{settings.BASE_URL.partition('://')[2]}/@{slug}/"
