"""Who may open a page outside of an instance."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from pivotino.tenancy.signed_in import SignedIn

View = TypeVar("View", bound=Callable[..., Any])


class AccountRequest(HttpRequest):
    """A request by somebody who is signed in and has a password of their own."""

    account: SignedIn


def signed_in(view: View) -> View:
    """Let only those in who are signed in. Whoever came with a letter's password has to choose an own one first."""

    @never_cache
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.account is not None:
            return view(request, *args, **kwargs)  # type: ignore[no-any-return]
        if must_choose(request):
            return HttpResponseRedirect(reverse("accounts:choose_password"))
        wanted = request.get_full_path() if request.method == "GET" else reverse("accounts:home")
        return HttpResponseRedirect(f"{reverse('accounts:sign_in')}?next={quote(wanted)}")

    return guarded  # type: ignore[return-value]


def must_choose(request: Any) -> bool:
    """True for a browser that a letter's password opened."""
    return bool(request.user.is_authenticated and request.user.must_choose_password)
