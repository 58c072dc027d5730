"""Who may open the console: staff, under their own name, with a second step behind them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpResponse

from pivotino.control.accounts.guards import AccountRequest, signed_in
from pivotino.ui.shortcuts import render

View = TypeVar("View", bound=Callable[..., Any])


def staff(view: View) -> View:
    """Let staff in who came with a second step; tell those without one how to get it. For everybody else it is not there."""

    @signed_in
    @wraps(view)
    def guarded(request: AccountRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.account.is_staff:
            raise Http404
        if not came_with_second_step(request):
            return render(request, "staff/second_step.html", {}, status=403)
        return view(request, *args, **kwargs)  # type: ignore[no-any-return]

    return guarded  # type: ignore[return-value]


def came_with_second_step(request: Any) -> bool:
    """True where this very sign-in used an app's code, a recovery code or a passkey."""
    methods = request.session.get("account_authentication_methods") or []
    return any(method.get("method") == "mfa" for method in methods)


def came_with_passkey(request: Any) -> bool:
    """True where this very sign-in used a passkey: what no letter and no telephone call can be talked out of."""
    methods = request.session.get("account_authentication_methods") or []
    return any(method.get("type") == "webauthn" for method in methods)
