"""The get-started form, its live address, and the page that says thank you."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pivotino.control.accounts.networks import line_of, network_of
from pivotino.control.accounts.papers import policy, terms
from pivotino.control.subscriptions.forms import StartForm, guesses
from pivotino.control.subscriptions.models import SignUp
from pivotino.control.subscriptions.queries import future_address, plan_for
from pivotino.control.subscriptions.registering import FOR_ONE_ADDRESS_HERE, FROM_ONE_NETWORK, register, send_letter
from pivotino.kit.limits import Limit, TooMany
from pivotino.ui.shortcuts import answer_to, render, render_block

PAGE, THANKS = "subscriptions/start.html", "subscriptions/thanks.html"
LOOKS = Limit("start-looks", 240, per=60)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Fill in, send, get a letter."""
    if request.method != "POST":
        answer = _show(request, StartForm(initial=_guesses(request)))
        patch_vary_headers(answer, ["Accept-Language"])
        return answer
    form = StartForm(request.POST)
    if not form.is_valid():
        return _show(request, form)
    try:
        FROM_ONE_NETWORK.hit(line_of(request))
        FOR_ONE_ADDRESS_HERE.hit(f"{form.cleaned_data['email']} {line_of(request)}")
    except TooMany as refusal:
        form.add_error(None, refusal.message)
        return _show(request, form, status=429)
    sign_up = register(form.cleaned_data, name=form.full_name, network=network_of(request))
    return HttpResponseRedirect(reverse("subscriptions:thanks", args=[sign_up.sealed]))


@never_cache
@require_safe
def address(request: HttpRequest) -> HttpResponse:
    """The line under the company's name, while it is typed."""
    try:
        LOOKS.hit(line_of(request))
    except TooMany:
        return HttpResponse(status=204)
    company = " ".join(request.GET.get("company", "")[:200].split())
    return render_block(request, PAGE, "address", {"address": future_address(company) if company else None})


@never_cache
@require_safe
def place(request: HttpRequest) -> HttpResponse:
    """Currency, clock and dial code of a country, once it is chosen."""
    form = StartForm(initial=guesses("", country=request.GET.get("country", "")))
    return render_block(request, PAGE, "place", {"form": form})


@never_cache
@require_safe
def thanks(request: HttpRequest, sealed: str) -> HttpResponse:
    """Check your mail; nothing came: once more in thirty seconds."""
    return _thank(request, SignUp.objects.seen(sealed), sealed)


@never_cache
@require_POST
def resend(request: HttpRequest, sealed: str) -> HttpResponse:
    """Send the letter again, at most every thirty seconds."""
    sign_up = SignUp.objects.seen(sealed)
    if sign_up is None or not send_letter(sign_up):
        return _thank(request, sign_up, sealed, status=429)
    return HttpResponseRedirect(reverse("subscriptions:thanks", args=[sealed]))


def _thank(request: HttpRequest, sign_up: SignUp | None, sealed: str, status: int = 200) -> HttpResponse:
    if sign_up is None or sign_up.is_expired:
        return HttpResponseRedirect(reverse("subscriptions:start"))
    return render(request, THANKS, {"sign_up": sign_up, "sealed": sealed}, status=status)


def _show(request: HttpRequest, form: StartForm, status: int | None = None) -> HttpResponse:
    company = form["company"].value() if form.is_bound and "company" not in form.errors else ""
    plan = plan_for(str(form["plan"].value() or ""))
    shown: dict[str, Any] = {
        "form": form, "plan": plan, "terms": terms(), "policy": policy(),
        "address": future_address(str(company)) if company else None,
    }  # fmt: skip
    return render(request, PAGE, shown, status=status or answer_to(form))


def _guesses(request: HttpRequest) -> dict[str, str]:
    return guesses(request.headers.get("Accept-Language", ""), plan=request.GET.get("plan", ""))
