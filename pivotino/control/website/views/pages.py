"""The pages of the public site. None of them needs a person, a cookie or the database, but for prices and what customers say."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from pivotino.control.privacy.promises import register
from pivotino.control.subscriptions.queries import currencies, currency_for, listed_add_ons, published_plans
from pivotino.control.testimonials.models import Place
from pivotino.control.testimonials.showing import stories_or_none
from pivotino.control.website import example
from pivotino.kit import places
from pivotino.ui.shortcuts import render

# Three that a visitor can check on the spot.
SHOWN_AT_HOME = ("P06", "P39", "P03")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    known = register()
    proofs = [known.proof(promise) for promise in SHOWN_AT_HOME]
    scene = {"board": example.BOARD, "morning": example.MORNING, "typed": example.TYPED}
    stories = stories_or_none(Place.HOME, most=3)
    answer = page(request, "home", register=known, proofs=proofs, stories=stories, **scene)
    if stories:
        # Who takes their words back is gone from every cache at once.
        patch_cache_control(answer, no_store=True)
    return answer


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    return page(request, "how", road=example.ROAD, typed=example.TYPED)


@require_safe
def prices(request: HttpRequest) -> HttpResponse:
    """What it costs, in the currency of the country the browser's language speaks of, or in the chosen one."""
    plans = published_plans()
    free = [plan for plan in plans if plan.kind == "free"]
    paid = [plan for plan in plans if plan.kind == "paid"]
    country = places.guess_country(request.headers.get("Accept-Language", ""))
    currency = currency_for(country, request.GET.get("currency", "")[:3])
    answer = page(
        request, "prices", free=free, paid=paid, add_ons=listed_add_ons(), currency=currency, currencies=currencies()
    )
    patch_vary_headers(answer, ["Accept-Language"])
    return answer


@require_safe
def story(request: HttpRequest) -> HttpResponse:
    return page(request, "story", register=register())


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    return page(request, "security")


def page(request: HttpRequest, name: str, **more: Any) -> HttpResponse:
    canonical = settings.BASE_URL + request.path
    return render(request, f"website/{name}.html", {"operator": settings.OPERATOR, "canonical": canonical, **more})
