"""My databases, my name, my security."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pivotino.control.accounts import correcting, middleware
from pivotino.control.accounts.forms import AccountForm
from pivotino.control.accounts.guards import AccountRequest, signed_in
from pivotino.control.accounts.models import InitialPassword, SecondStepRule, SignIn
from pivotino.control.accounts.queries import doors, open_sessions
from pivotino.control.accounts.standing import standings
from pivotino.ui.shortcuts import answer_to, render


@signed_in
@require_safe
def home(request: AccountRequest) -> HttpResponse:
    """Choose among one's own databases; a single one opens at once."""
    found = doors(request.account.id)
    if len(found) == 1 and "all" not in request.GET:
        return HttpResponseRedirect(found[0].address)
    stand = standings(door.id for door in found if door.id)
    return render(request, "accounts/home.html", {"doors": found, "stand": stand})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Any) -> HttpResponse:
    form = AccountForm(request.POST or None, initial={"name": request.account.name})
    if request.method == "POST" and form.is_valid():
        correcting.correct(request.user, name=form.cleaned_data["name"])
        return HttpResponseRedirect(reverse("accounts:settings"))
    return render(
        request, "accounts/settings.html", {"form": form, "doors": doors(request.account.id)}, answer_to(form)
    )


@signed_in
@require_safe
def security(request: AccountRequest) -> HttpResponse:
    """Password, second step, passkeys, and every browser that is signed in."""
    factors = Authenticator.objects.filter(user_id=request.account.id)
    by_kind = {factor.type: factor for factor in factors if factor.type != Authenticator.Type.WEBAUTHN}
    passkeys = [factor.wrap() for factor in factors if factor.type == Authenticator.Type.WEBAUTHN]
    first = InitialPassword.objects.filter(account_id=request.account.id, used_at__isnull=False).first()
    seen = {
        "app": by_kind.get("totp"), "codes": by_kind.get("recovery_codes"), "passkeys": passkeys, "first_password": first,
        "sessions": open_sessions(request.account.id), "this": request.account.session_key,
        "sign_ins": SignIn.objects.recent().filter(account_id=request.account.id)[:100],
        "needed": _asked_by(request) if not (passkeys or by_kind.get("totp")) else None,
    }  # fmt: skip
    return render(request, "accounts/security.html", seen)


def _asked_by(request: AccountRequest) -> SecondStepRule | None:
    """The database of mine that lets nobody in without a second step, if I came from its door."""
    rules = SecondStepRule.objects.filter(instance__seats__account_id=request.account.id)
    return rules.filter(instance__slug=request.GET.get("needed", "")[:40]).select_related("instance").first()


@signed_in
@require_POST
def end_session(request: AccountRequest, reference: str) -> HttpResponse:
    """Sign another browser out."""
    found = [session for session in open_sessions(request.account.id) if session.reference == reference]
    if not found:
        raise Http404
    found[0].delete()
    middleware.forget(found[0].session_key)
    return HttpResponseRedirect(reverse("accounts:security"))


@signed_in
@require_POST
def end_other_sessions(request: Any) -> HttpResponse:
    """Sign every other browser out."""
    request.user.end_sessions(keep=request.account.session_key)
    return HttpResponseRedirect(reverse("accounts:security"))
