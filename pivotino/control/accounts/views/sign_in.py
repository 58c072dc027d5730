"""Signing in and out: by password, by a code from a letter, by passkey, with a second step where one is set up."""

from typing import Any

from allauth.account.views import ConfirmLoginCodeView, LoginView, LogoutView, RequestLoginCodeView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from pivotino.control.accounts import noting
from pivotino.control.accounts.forms import (
    MailMeACodeForm,
    PasskeyForm,
    PasskeyStepForm,
    SecondStepForm,
    SignInCodeForm,
    SignInForm,
)
from pivotino.control.accounts.guards import must_choose
from pivotino.control.accounts.views.parts import Refusing, StartingAfresh


class SignIn(Refusing, StartingAfresh, LoginView):  # type: ignore[misc]
    """Address and password; the password may be the one from the letter."""

    template_name = "accounts/sign_in.html"
    form_class = SignInForm

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if must_choose(request):
            return HttpResponseRedirect(reverse("accounts:choose_password"))
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"login": self.request.GET.get("email", "")[:254]}


class MailMeACode(Refusing, StartingAfresh, RequestLoginCodeView):  # type: ignore[misc]
    """Ask for a code; whether the address is known shows only in the letter."""

    template_name = "accounts/mail_me_a_code.html"
    form_class = MailMeACodeForm


class SignInCode(Refusing, ConfirmLoginCodeView):  # type: ignore[misc]
    """Type the code from the letter."""

    template_name = "accounts/code.html"
    form_class = SignInCodeForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "again": reverse("account_request_login_code"),
            "purpose": "sign in",
        }


class SecondStep(AuthenticateView):  # type: ignore[misc]
    """The code from the app, a recovery code, or a passkey."""

    template_name = "accounts/second_step.html"
    form_class = SecondStepForm
    webauthn_form_class = PasskeyStepForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = set(Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True))
        return {**super().get_context_data(**kwargs), "has_app": "totp" in kinds, "has_passkey": "webauthn" in kinds}

    def form_invalid(self, form: Any) -> HttpResponse:
        noting.note_stop(self.request, form.user)
        answer: HttpResponse = super().form_invalid(form)
        answer.status_code = 422
        return answer


@method_decorator(never_cache, name="dispatch")
class SignOut(LogoutView):  # type: ignore[misc]
    """GET asks, POST does it."""

    template_name = "accounts/sign_out.html"


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]
    """GET brings the challenge, POST the answer to it."""

    form_class = PasskeyForm


def closed(request: HttpRequest) -> HttpResponse:
    """Where allauth sends a closed account."""
    return HttpResponseRedirect(reverse("accounts:sign_in"))
