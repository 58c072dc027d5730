"""Who may open the console: staff, under their own name, in a browser that showed a passkey today."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from allauth.mfa.models import Authenticator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from pivotino.control.accounts.guards import AccountRequest, must_choose, signed_in
from pivotino.ui.shortcuts import render

View = TypeVar("View", bound=Callable[..., Any])
# A passkey counts for a day's work, then it is shown again.
COUNTS_SECONDS = 12 * 60 * 60


def staff(view: View) -> View:
    """Let staff in who showed a passkey; tell those who did not what to do. For everybody else it is not there."""

    @signed_in
    def guarded(request: AccountRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.account.is_staff:
            raise Http404
        if not came_with_passkey(request):
            has_one = Authenticator.objects.filter(
                user_id=request.account.id, type=Authenticator.Type.WEBAUTHN
            ).exists()
            return render(request, "staff/passkey_first.html", {"has_one": has_one, "wanted": wanted(request)}, 403)
        return view(request, *args, **kwargs)  # type: ignore[no-any-return]

    @wraps(view)
    def door(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.account is None and not must_choose(request):
            return HttpResponseRedirect(f"{reverse('staff:sign_in')}?next={quote(wanted(request))}")
        return guarded(request, *args, **kwargs)

    return door  # type: ignore[return-value]


def wanted(request: Any) -> str:
    """Where somebody goes who has shown a passkey: to the page that was asked for, if it can be asked for again."""
    return request.get_full_path() if request.method == "GET" else reverse("staff:home")


def came_with_passkey(request: Any) -> bool:
    """True where a passkey was shown in this browser lately: what no letter and no telephone call can be talked out of."""
    since = time.time() - COUNTS_SECONDS
    methods = request.session.get("account_authentication_methods") or []
    return any(method.get("type") == "webauthn" and method.get("at", 0) > since for method in methods)
