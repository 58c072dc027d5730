"""The forms of the entrance."""

from typing import Any, cast

from allauth.account.forms import (
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
)
from allauth.account.forms import ReauthenticateForm as PasswordAgain
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.password_validation import validate_password

from pivotino.control.accounts.fields import LineField, MailField
from pivotino.control.accounts.models import Account
from pivotino.kit.passwords import LONGEST

CODE = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


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


class ForgotForm(ResetPasswordForm):  # type: ignore[misc]
    """Ask for a code to choose a new password with."""

    email = MailField(label="Email")


class SignInCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    code = forms.CharField(label="Code", max_length=40, widget=forms.TextInput(attrs=CODE))


class ResetCodeForm(ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    code = forms.CharField(label="Code", max_length=40, widget=forms.TextInput(attrs=CODE))


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]
    code = forms.CharField(label="Code", max_length=20, widget=forms.TextInput(attrs=DIGITS))


class AppCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    code = forms.CharField(label="Code from the app", max_length=20, widget=forms.TextInput(attrs=DIGITS))


class AgainForm(PasswordAgain):  # type: ignore[misc]
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


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
