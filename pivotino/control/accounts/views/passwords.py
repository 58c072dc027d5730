"""Choosing a password: the first own one, a forgotten one, another one."""

from typing import Any

from allauth.account.views import CompletePasswordResetView, ConfirmPasswordResetCodeView, PasswordResetView
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from pivotino.control.accounts import letters, limits, sessions
from pivotino.control.accounts.adapter import AFTERWARDS
from pivotino.control.accounts.forms import (
    ChangePasswordForm,
    ChosenPasswordForm,
    ForgotForm,
    FreshPasswordForm,
    OwnPasswordForm,
    ResetCodeForm,
)  # fmt: skip
from pivotino.control.accounts.guards import must_choose, signed_in
from pivotino.control.accounts.jobs import send_fresh_password
from pivotino.control.accounts.models import Account
from pivotino.control.accounts.queries import first_address
from pivotino.control.accounts.views.parts import Refusing
from pivotino.kit.ids import uuid7
from pivotino.ui.shortcuts import answer_to, render


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: Any) -> HttpResponse:
    """The only page a letter's password opens."""
    if not must_choose(request):
        return HttpResponseRedirect(reverse("accounts:home" if request.account else "accounts:sign_in"))
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = _safe(request, request.session.pop(AFTERWARDS, ""))
        _take_on(request, request.user, form.cleaned_data["password"])
        letters.send_notice("account/email/password_set", request.user)
        return HttpResponseRedirect(first_address(request.user) if wanted in ("", reverse("accounts:home")) else wanted)
    return render(request, "accounts/choose_password.html", {"form": form}, status=answer_to(form))


@signed_in
@sensitive_post_parameters("password", "now")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Any) -> HttpResponse:
    """Another password for somebody who is signed in."""
    form = ChangePasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        _take_on(request, request.user, form.cleaned_data["password"])
        letters.send_notice("account/email/password_changed", request.user)
        return HttpResponseRedirect(reverse("accounts:security"))
    return render(request, "accounts/change_password.html", {"form": form}, status=answer_to(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fresh(request: HttpRequest) -> HttpResponse:
    """Ask for another first password. The answer is the same for every address."""
    form = FreshPasswordForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/fresh_password.html", {"form": form, "sent": ""}, status=answer_to(form))
    email = form.cleaned_data["email"]
    try:
        limits.count_fresh_password(request, email)
    except limits.TooMany as refusal:
        form.add_error(None, refusal.message)
        return render(request, "accounts/fresh_password.html", {"form": form, "sent": ""}, status=429)
    account = Account.objects.filter(email=email, is_active=True, must_choose_password=True).first()
    if account:
        send_fresh_password.later(str(account.id), uuid7().hex, key=f"fresh:{account.id}")
    return render(request, "accounts/fresh_password.html", {"form": form, "sent": email})


class Forgot(Refusing, PasswordResetView):  # type: ignore[misc]
    """Ask for a code; whether the address is known shows only in the letter."""

    template_name = "accounts/forgot_password.html"
    form_class = ForgotForm


class ForgotCode(Refusing, ConfirmPasswordResetCodeView):  # type: ignore[misc]
    template_name = "accounts/code.html"
    form_class = ResetCodeForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"again": reverse("account_reset_password"), "purpose": "choose a new password"}
        return {**super().get_context_data(**kwargs), **more}


class ForgotNew(Refusing, CompletePasswordResetView):  # type: ignore[misc]
    """The new password, after the code."""

    template_name = "accounts/new_password.html"
    form_class = ChosenPasswordForm


@never_cache
def forgot_done(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_is_new.html")


def _take_on(request: Any, account: Account, password: str) -> None:
    """Give the account its password, sign out all other browsers and renew this one's key."""
    account.choose_password(password, keep_session=request.session.session_key)
    sessions.describe(request)
    update_session_auth_hash(request, account)


def _safe(request: HttpRequest, address: str) -> str:
    hosts = {request.get_host()}
    return address if url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure()) else ""
