"""The forms of the entrance."""

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from allauth.account.forms import (
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
)
from allauth.account.forms import ReauthenticateForm as PasswordAgain
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from pivotino.control.accounts import limits
from pivotino.control.accounts.fields import LineField, MailField
from pivotino.control.accounts.models import Account
from pivotino.kit.passwords import LONGEST

CODE = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


def counted(count: Callable[[HttpRequest, str], None], email: str) -> None:
    """Count a try; one too many stands beside the field, with how long to wait."""
    try:
        count(context.request, email)
    except limits.TooMany as refusal:
        raise forms.ValidationError(refusal.message, code="too_many") from None


class SignInForm(LoginForm):  # type: ignore[misc]
    """Address and password. What was typed stays, except the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = MailField(label="Email")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"] = forms.CharField(
            label="Password", strip=False, max_length=LONGEST, error_messages={"required": "Type your password."},
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )  # fmt: skip
        self.order_fields(["login", "password"])


class MailMeACodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Ask for a code to sign in with."""

    email = MailField(label="Email")

    def clean_email(self) -> str:
        counted(limits.count_code, self.cleaned_data["email"])
        return str(super().clean_email())


class ForgotForm(ResetPasswordForm):  # type: ignore[misc]
    """Ask for a code to choose a new password with."""

    email = MailField(label="Email")

    def clean_email(self) -> str:
        counted(limits.count_code, self.cleaned_data["email"])
        return str(super().clean_email())


class SignInCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    code = forms.CharField(label="Code", max_length=40, widget=forms.TextInput(attrs=CODE))


class ResetCodeForm(ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    code = forms.CharField(label="Code", max_length=40, widget=forms.TextInput(attrs=CODE))


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]
    code = forms.CharField(label="Code", max_length=20, widget=forms.TextInput(attrs=DIGITS))

    def clean_code(self) -> str:
        counted(limits.count_step, self.user.email)
        code = str(super().clean_code())
        limits.forget_steps(context.request, self.user.email)
        return code


class AppCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    code = forms.CharField(label="Code from the app", max_length=20, widget=forms.TextInput(attrs=DIGITS))


class AgainForm(PasswordAgain):  # type: ignore[misc]
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@contextmanager
def read_with_care() -> Iterator[None]:
    """What a browser says a passkey answered may be anything; the reader of passkeys trips over some of it."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error) as fault:
        raise forms.ValidationError("This passkey could not be read. Try again.", code="unreadable") from fault


class PasskeyForm(LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey alone."""

    def clean_credential(self) -> Any:
        with read_with_care():
            return super().clean_credential()


class PasskeyStepForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""

    def clean_credential(self) -> Any:
        with read_with_care():
            return super().clean_credential()


class PasskeyAgainForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey shown once more."""

    def clean_credential(self) -> Any:
        with read_with_care():
            return super().clean_credential()


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey and what it is called."""

    def clean(self) -> Any:
        with read_with_care():
            return super().clean()


class FreshPasswordForm(forms.Form):
    """Ask for another letter with a first password."""

    email = MailField(label="Email")


class OwnPasswordForm(forms.Form):
    """One field for a new password: it can be shown, so it need not be typed twice."""

    password = forms.CharField(
        label="New password", strip=False, max_length=LONGEST,
        help_text="At least 12 characters. Four words that have nothing to do with you, or one from your password manager.",
        error_messages={"required": "Type the password you want to use."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": "12", "passwordrules": "minlength: 12;"}),
    )  # fmt: skip

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password


class ChosenPasswordForm(OwnPasswordForm):
    """The same, where allauth asks for it after a code."""

    def __init__(self, *args: Any, user: Account, temp_key: str = "", **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)

    def save(self) -> None:
        from allauth.account.internal.flows.password_reset import reset_password

        reset_password(self.account, self.cleaned_data["password"])


class ChangePasswordForm(OwnPasswordForm):
    """A new password for somebody who knows the old one."""

    now = forms.CharField(
        label="Current password", strip=False, max_length=LONGEST, error_messages={"required": "Type your current password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    field_order = ["now", "password"]

    def clean_now(self) -> str:
        typed: str = self.cleaned_data["now"]
        if not self.account.check_password(typed):
            raise forms.ValidationError("This is not your current password.")
        return typed


class AccountForm(forms.Form):
    """Your name, as letters greet you."""

    name = LineField(label="Name", what="name", max_length=160, autocomplete="name")


class JoinForm(OwnPasswordForm):
    """An invited colleague: name, password, and one yes to each text."""

    name = LineField(label="Your name", what="name", max_length=160, autocomplete="name")
    terms = forms.BooleanField(
        label="I agree to the terms", error_messages={"required": "Without the terms we cannot open an account."}
    )
    grown = forms.BooleanField(
        label="I am 13 or older", error_messages={"required": "We can only open an account for people of 13 or older."}
    )
    field_order = ["name", "password", "terms", "grown"]

    def clean_password(self) -> str:
        self.account.name = cast(str, self.cleaned_data.get("name", ""))
        return super().clean_password()
