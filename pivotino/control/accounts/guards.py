"""Who may open a page outside of an instance."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from pivotino.control.accounts.models import Seat
from pivotino.control.accounts.places import Signpost, signposts
from pivotino.tenancy.signed_in import SignedIn

View = TypeVar("View", bound=Callable[..., Any])


class AccountRequest(HttpRequest):
    """A request by somebody who is signed in and has a password of their own."""

    account: SignedIn


class OwnerRequest(AccountRequest):
    """A request by a Business Owner about one database; `places` are the pages about it, for `accounts/database.html`."""

    places: list[Signpost]


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


def owner(view: View) -> View:
    """Let only a Business Owner of the database named `slug` in. Everybody else learns nothing: 404.

    The view gets `instance` instead of the slug; erased instances are gone.
    """

    @signed_in
    @wraps(view)
    def guarded(request: Any, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        seats = Seat.objects.filter(account_id=request.account.id, owner=True, instance__slug=slug)
        seat = seats.filter(instance__ready_at__isnull=False).select_related("instance").first()
        if seat is None or seat.instance.erased_at:
            raise Http404
        request.places = signposts(request, slug)
        return view(request, seat.instance, *args, **kwargs)  # type: ignore[no-any-return]

    return guarded  # type: ignore[return-value]


def must_choose(request: Any) -> bool:
    """True for a browser that a letter's password opened."""
    return bool(request.user.is_authenticated and request.user.must_choose_password)
