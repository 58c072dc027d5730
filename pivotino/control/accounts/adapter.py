"""How allauth behaves in this house: our words, our letters, our limits, one way in."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as context_of
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from pivotino.control.accounts import entrance, letters, limits, middleware, noting, second_steps, sessions
from pivotino.control.accounts.models import Account
from pivotino.control.accounts.networks import address_of

AFTERWARDS = "afterwards"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up through allauth's own form: `subscriptions` does that."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed.",
        "email_password_mismatch": "This address and password do not fit together, or the password from the letter was used or is too old.",
        "enter_current_password": "This is not your current password.",
        "incorrect_code": "This is not the code. Check the newest letter.",
        "incorrect_password": "This is not your password.",
        "too_many_login_attempts": "Too many tries. Wait a few minutes, or let us mail you a code.",
        "rate_limited": "Too many tries. Wait a minute.",
    }  # fmt: skip

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        email, password = credentials.get("email", ""), credentials.get("password", "")
        try:
            limits.count_sign_in(request, email)
        except limits.TooMany as refusal:
            raise ValidationError(
                f"{refusal.message} Or let us mail you a code.", code="too_many_login_attempts"
            ) from None
        account = entrance.recognise(email, password)
        if account:
            limits.forget_sign_ins(request, email)
        else:
            noting.note_refusal(request, email)
        return account

    def reauthenticate(self, user: Account, password: str) -> bool:
        return self.authenticate(context_of.request, email=user.email, password=password) == user

    def login(self, request: HttpRequest, user: Account) -> None:
        before, is_first = request.session.session_key, user.last_login is None
        super().login(request, user)
        sessions.describe(request)
        noting.note_sign_in(request, user, is_first=is_first)
        middleware.forget(before)
        middleware.forget(request.session.session_key)

    def logout(self, request: HttpRequest) -> None:
        middleware.forget(request.session.session_key)
        super().logout(request)

    def post_login(self, request: HttpRequest, user: Account, **hooks: Any) -> HttpResponse:
        answer: HttpResponse = super().post_login(request, user, **hooks)
        if not user.must_choose_password:
            return answer
        request.session[AFTERWARDS] = answer["Location"]
        return HttpResponseRedirect(reverse("accounts:choose_password"))

    def set_password(self, user: Account, password: str) -> None:
        request = context_of.request
        mine = request.session.session_key if request is not None and request.user == user else None
        user.choose_password(password, keep_session=mine)

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        letters.send_for_allauth(template_prefix, email, context)

    def send_notification_mail(
        self, template_prefix: str, user: Account, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        letters.send_notice(template_prefix, user)
        if template_prefix in second_steps.ADDED:
            second_steps.end_older_sessions(context_of.request, user)


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors in our words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This is not the code of this moment. Wait for the next one and type that.",
    }

    def get_totp_issuer(self) -> str:
        return "Pivotino"

    def _get_site_name(self) -> str:
        return "Pivotino"

    def encrypt(self, text: str) -> str:
        """The secret of an app as it is stored: of no use to somebody who has the database and not the secret key."""
        return _locker().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _locker().decrypt(encrypted_text.encode()).decode()


def _locker() -> Fernet:
    key = hashlib.sha256(f"second steps:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
