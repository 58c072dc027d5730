"""An invited colleague without an account opens one; the invitation's letter has proven the address."""

from dataclasses import dataclass
from typing import Any, Self

from django.contrib.auth import login
from django.core import signing
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from pivotino.control.accounts import limits, middleware, noting, sessions
from pivotino.control.accounts.forms import JoinForm
from pivotino.control.accounts.models import Account, Consent
from pivotino.control.accounts.networks import line_of, network_of
from pivotino.control.accounts.papers import policy, terms
from pivotino.letters.suppression import is_put_away
from pivotino.tenancy import registry
from pivotino.ui.shortcuts import answer_to, render

DAYS = 30
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class BadPass(ValueError):
    """The pass is not ours, too old, or not whole."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """What the members room signed: whom it invites, to which instance, and where to go then."""

    email: str
    name: str
    slug: str
    back: str

    @classmethod
    def read(cls, text: str) -> Self:
        try:
            told = signing.loads(text, salt="join", max_age=DAYS * 86400)
            email, slug = str(told["email"]).strip().lower(), str(told["slug"])
        except (signing.BadSignature, KeyError, TypeError) as error:
            raise BadPass from error
        back = str(told.get("back") or f"/@{slug}/")
        if not back.startswith(f"/@{slug}/"):
            raise BadPass
        return cls(email=email, name=str(told.get("name") or ""), slug=slug, back=back)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Name, password, one yes to each text; then signed in and back to the invitation."""
    sealed = request.GET.get("pass", "")
    try:
        invited: Pass | None = Pass.read(sealed)
    except BadPass:
        invited = None
    if invited is None or is_put_away(invited.email):
        return render(request, "accounts/join_expired.html", status=410)
    if Account.objects.with_email(invited.email):
        return HttpResponseRedirect(_sign_in(invited))
    form = JoinForm(Account(email=invited.email), request.POST or None, initial={"name": invited.name})
    place = registry.find(invited.slug)
    shown = {
        "form": form,
        "invited": invited,
        "company": place.name if place else "",
        "terms": terms(),
        "policy": policy(),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/join.html", shown, status=answer_to(form))
    try:
        limits.JOINING.hit(line_of(request))
        account = _open(request, invited, name=form.cleaned_data["name"], password=form.cleaned_data["password"])
    except limits.TooMany as refusal:
        form.add_error(None, refusal.message)
        return render(request, "accounts/join.html", shown, status=429)
    except IntegrityError:  # the second of two presses
        return HttpResponseRedirect(_sign_in(invited))
    _sign_on(request, account)
    return HttpResponseRedirect(invited.back)


def _open(request: HttpRequest, invited: Pass, *, name: str, password: str) -> Account:
    with transaction.atomic():
        account = Account.objects.create_user(invited.email, password, name=name)
        account.open()
        Consent.objects.give(account=account, network=network_of(request), channel="invitation")
    return account


def _sign_on(request: Any, account: Account) -> None:
    login(request, account, backend=BACKEND)
    sessions.describe(request)
    noting.note_sign_in(request, account, is_first=True)
    middleware.forget(request.session.session_key)


def _sign_in(invited: Pass) -> str:
    return f"{reverse('accounts:sign_in')}?{urlencode({'next': invited.back, 'email': invited.email})}"
