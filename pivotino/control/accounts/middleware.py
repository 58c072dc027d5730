"""Who is signed in, answered once a request by one joined query that is remembered for two seconds.

Other processes learn within that time that a browser was signed out.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from pivotino.control.accounts import second_steps
from pivotino.control.accounts.models import Session
from pivotino.tenancy.addresses import control_url
from pivotino.tenancy.signed_in import SignedIn

REMEMBERED_SECONDS = 2
_remembered: dict[str, tuple[float, SignedIn | None]] = {}


class AccountMiddleware:
    """Sets `request.account`: who is signed in on this browser, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        request.account = account_of(key) if key else None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """At the door of an instance that demands a second step: who has none sets one up first."""
        if request.account is None or not getattr(request, "instance", None):
            return None
        if second_steps.may_enter(request.account.id, request.instance.id):
            return None
        address = f"{control_url('accounts:security')}?needed={request.instance.slug}"
        if getattr(request, "htmx", False):
            return HttpResponse(status=401, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)


def account_of(key: str) -> SignedIn | None:
    """Who a session key belongs to, or None for an unknown, expired or closed one."""
    now = time.monotonic()
    kept = _remembered.get(key)
    if kept and kept[0] > now:
        return kept[1]
    row = (
        Session.objects.filter(session_key=key, expire_date__gt=timezone.now(), account__is_active=True)
        .values_list(
            "account_id", "account__name", "account__email", "account__is_staff", "account__must_choose_password"
        )
        .first()
    )
    found = (
        SignedIn(id=row[0], name=row[1], email=row[2], is_staff=row[3], session_key=key) if row and not row[4] else None
    )
    if len(_remembered) > 20_000:
        _remembered.clear()
    _remembered[key] = (now + REMEMBERED_SECONDS, found)
    return found


def forget(key: str | None = None) -> None:
    """Drop what this process remembers of one session, or of all: after a sign-in, a sign-out or a change of password."""
    if key:
        _remembered.pop(key, None)
    else:
        _remembered.clear()
        second_steps.forget()
