"""Asking for a demo, on a plain page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.networks import line_of
from pivotino.control.accounts.papers import policy
from pivotino.control.prospects import asking
from pivotino.control.prospects.forms import DemoForm, demo_guesses
from pivotino.kit.limits import Limit, TooMany
from pivotino.ui.shortcuts import answer_to, render

FROM_ONE_NETWORK = Limit("demo-network", 10, per=10 * 60)
FOR_ONE_ADDRESS = Limit("demo-address", 4, per=24 * 60 * 60)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Fill in, send, get a letter."""
    if request.method != "POST":
        answer = _show(request, DemoForm(initial=demo_guesses(request.headers.get("Accept-Language", ""))))
        patch_vary_headers(answer, ["Accept-Language"])
        return answer
    form = DemoForm(request.POST)
    if not form.is_valid():
        return _show(request, form)
    try:
        FROM_ONE_NETWORK.hit(line_of(request))
        FOR_ONE_ADDRESS.hit(form.cleaned_data["email"])
    except TooMany as refusal:
        form.add_error(None, refusal.message)
        return _show(request, form, status=429)
    asking.ask(form.cleaned_data, notice=policy().version)
    return HttpResponseRedirect(reverse("prospects:demo_asked"))


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same for everybody: look into your mail."""
    return render(request, "prospects/demo_asked.html", {})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """The press in the letter. Looking changes nothing: mail scanners look at everything."""
    row = asking.with_token(token)
    if row is None:
        return render(request, "prospects/demo_proof.html", {"state": "unknown"}, status=404)
    if request.method == "POST":
        asking.prove(row)
        return HttpResponseRedirect(request.path)
    state = "proven" if row.proven_at else "ask"
    return render(request, "prospects/demo_proof.html", {"state": state, "asking": row})


def _show(request: HttpRequest, form: DemoForm, status: int | None = None) -> HttpResponse:
    return render(request, "prospects/demo.html", {"form": form, "policy": policy()}, status or answer_to(form))
