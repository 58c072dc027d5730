"""Who is the member behind a request inside an instance."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from pivotino.instance.members.guests import host
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import member_of
from pivotino.tenancy.addresses import control_url
from pivotino.ui.shortcuts import render

View = TypeVar("View", bound=Callable[..., HttpResponse])


class MemberRequest(HttpRequest):
    """A request inside an instance, by one of its members."""

    member: Member


def open_to_strangers(view: View) -> View:
    """Mark a page inside an instance as open without membership: an invitation, an unsubscribe page."""
    view.open_to_strangers = True  # type: ignore[attr-defined]
    return view


class MemberMiddleware:
    """Sets `request.member`; a guest from the helpdesk is hosted. A stranger is sent to sign in; an account of another company sees a plain 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        request.member = None
        if request.instance is None:
            return None
        if request.account is not None:
            request.member = member_of(request.account.id)
        guest = getattr(request, "guest", None)
        if request.member is None and guest is not None:
            request.member = host(guest)
        if request.member is not None or getattr(view, "open_to_strangers", False):
            return None
        if request.account is None:
            return self._sign_in(request)
        return render(request, "ui/404.html", {}, status=404)

    def _sign_in(self, request: Any) -> HttpResponse:
        wanted = request.get_full_path() if request.method == "GET" else f"/@{request.instance.slug}/"
        address = f"{control_url('accounts:sign_in')}?next={quote(wanted)}"
        if request.htmx:
            return HttpResponse(status=401, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)
