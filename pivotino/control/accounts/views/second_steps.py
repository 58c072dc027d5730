"""Second steps: an app with codes, recovery codes, passkeys."""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator

from pivotino.control.accounts.forms import AddPasskeyForm, AgainForm, AppCodeForm, PasskeyAgainForm, SecondStepForm
from pivotino.control.accounts.guards import signed_in
from pivotino.control.accounts.networks import browser_of
from pivotino.control.accounts.views.parts import Refusing

only_signed_in = method_decorator(signed_in, name="dispatch")


@only_signed_in
class AddApp(Refusing, ActivateTOTPView):  # type: ignore[misc]
    template_name = "accounts/add_app.html"
    form_class = AppCodeForm


@only_signed_in
class RemoveApp(Refusing, DeactivateTOTPView):  # type: ignore[misc]
    template_name = "accounts/remove_app.html"


@only_signed_in
class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "accounts/recovery_codes.html"


@only_signed_in
class NewRecoveryCodes(Refusing, GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "accounts/new_recovery_codes.html"


@only_signed_in
class AddPasskey(Refusing, AddWebAuthnView):  # type: ignore[misc]
    template_name = "accounts/add_passkey.html"
    form_class = AddPasskeyForm

    def get_initial(self) -> dict[str, Any]:
        return {"name": browser_of(self.request)}


@only_signed_in
class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    template_name = "accounts/remove_passkey.html"
    success_url = reverse_lazy("accounts:security")

    def form_valid(self, form: Any) -> HttpResponse:
        """Who works for us keeps one: without it a stolen password could add the first."""
        if self.request.user.is_staff and self.get_queryset().count() == 1:
            refusal: HttpResponse = self.render_to_response(self.get_context_data(form=form, kept=True), status=409)
            return refusal
        answer: HttpResponse = super().form_valid(form)
        return answer


@only_signed_in
class PasswordAgain(Refusing, ReauthenticateView):  # type: ignore[misc]
    """Before something that matters: the password once more."""

    template_name = "accounts/again.html"
    form_class = AgainForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "by": "password"}


@only_signed_in
class CodeAgain(Refusing, CodeAgainView):  # type: ignore[misc]
    template_name = "accounts/again.html"
    form_class = SecondStepForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "by": "code"}


@only_signed_in
class PasskeyAgain(ReauthenticateWebAuthnView):  # type: ignore[misc]
    """The same for whoever has no password, or would rather not type it."""

    template_name = "accounts/again.html"
    form_class = PasskeyAgainForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(), **kwargs, "by": "passkey"}

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again with what was wrong; allauth would lead to the sign-in."""
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return answer
