"""My databases, my name, my security."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pivotino.control.accounts import middleware
from pivotino.control.accounts.forms import AccountForm
from pivotino.control.accounts.guards import AccountRequest, signed_in
from pivotino.control.accounts.models import InitialPassword
from pivotino.control.accounts.queries import doors, open_sessions
from pivotino.ui.shortcuts import answer_to, render


@signed_in
@require_safe
def home(request: AccountRequest) -> HttpResponse:
    """Choose among one's own databases; a single one opens at once."""
    found = doors(request.account.id)
    if len(found) == 1 and "all" not in request.GET:
        return HttpResponseRedirect(found[0].address)
    return render(request, "accounts/home.html", {"doors": found})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Any) -> HttpResponse:
    form = AccountForm(request.POST or None, initial={"name": request.account.name})
    if request.method == "POST" and form.is_valid():
        request.user.rename(form.cleaned_data["name"])
        middleware.forget()
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
    }  # fmt: skip
    return render(request, "accounts/security.html", seen)


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
