"""The door of a machine that runs one company, the first run, and the check of the machine."""

from typing import Any

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pivotino.control.accounts import middleware, sessions
from pivotino.control.accounts.networks import line_of
from pivotino.control.hosting.checks import findings
from pivotino.control.hosting.forms import FirstRunForm, TestLetterForm
from pivotino.control.hosting.founding import AlreadyFounded, Company, found_company, is_right, the_instance
from pivotino.control.hosting.letters import TestLetter
from pivotino.kit import places
from pivotino.kit.ids import uuid7
from pivotino.kit.limits import Limit, TooMany
from pivotino.letters import send
from pivotino.ui.shortcuts import answer_to, render

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TRIES = Limit("first-run", 30, per=600)


@never_cache
@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """Into the company's database; before there is one, say where the link is."""
    instance = the_instance()
    if instance is not None:
        return HttpResponseRedirect(f"/@{instance.slug}/")
    return render(request, "hosting/waiting.html", {})


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: HttpRequest, token: str) -> HttpResponse:
    """The machine's fitness, and a form that founds the company. The link works until it did."""
    _let_in(request, token)
    country = places.guess_country(request.headers.get("Accept-Language", ""))
    guess = {"country": country, "currency": places.currency_of(country)}
    form = FirstRunForm(request.POST or None, initial=guess)
    if request.method != "POST" or not form.is_valid():
        return _show(request, token, form, answer_to(form))
    said = form.cleaned_data
    company = Company(
        company=said["company"], country=said["country"], currency=said["currency"], zone=places.zone_of(said["country"]),
        name=said["name"], email=said["email"], password=said["password"],
    )  # fmt: skip
    try:
        account = found_company(company)
    except AlreadyFounded:
        return HttpResponseRedirect("/")
    login(request, account, backend=BACKEND)
    sessions.describe(request)
    middleware.forget(request.session.session_key)
    return HttpResponseRedirect("/")


@never_cache
@require_POST
def letters(request: HttpRequest, token: str) -> HttpResponse:
    """Send the test letter; the page says where it goes."""
    _let_in(request, token)
    form = TestLetterForm(request.POST)
    sent = ""
    if form.is_valid():
        sent = form.cleaned_data["email"]
        send(TestLetter(to=sent), key=f"test-letter:{uuid7()}")
    return _show(request, token, FirstRunForm(initial={"email": sent}), answer_to(form), letter=form, sent=sent)


def _show(request: HttpRequest, token: str, form: FirstRunForm, status: int, **more: Any) -> HttpResponse:
    seen = {"form": form, "token": token, "findings": findings(), "letter": TestLetterForm(), "sent": "", **more}
    return render(request, "hosting/first_run.html", seen, status=status)


def _let_in(request: HttpRequest, token: str) -> None:
    try:
        TRIES.hit(line_of(request))
    except TooMany:
        raise Http404 from None
    if the_instance() is not None or not is_right(token):
        raise Http404
