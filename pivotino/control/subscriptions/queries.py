"""Small questions about plans and addresses."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from pivotino.control.subscriptions.models import Address, Plan
from pivotino.kit.fold import fold
from pivotino.kit.slugs import RESERVED

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
        plans = list(Plan.objects.published())
    return plans


def plan_for(code: str) -> Plan:
    """With which plan somebody begins who came for `code`: free stays free, everything else is tried first."""
    wanted = FREE if code == FREE else TRIAL
    return next(plan for plan in published_plans() if plan.code == wanted)


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
