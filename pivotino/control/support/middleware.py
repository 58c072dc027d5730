"""Guests at the door of an instance: who may open what, written down first, read only and covered.

Nothing here trusts a view. Before it runs, the address is looked up in the table and the page is written down in three books;
then the view runs on a connection that cannot write, through views of the database that cover what it says. A page that
breaks under its covers is refused, as is whatever is no page: a file, a stream, a list for a spreadsheet.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from pivotino.control.support.calling import guest_of, name_of, write_down
from pivotino.control.support.models import Housecall, Opening
from pivotino.tenancy import inside
from pivotino.tenancy.addresses import control_url
from pivotino.tenancy.places import Place
from pivotino.ui.shortcuts import render, toast

log = logging.getLogger(__name__)
SAFE = frozenset({"GET", "HEAD"})
What = Opening.What


class GuestMiddleware:
    """Sets `request.guest`, and runs the request of a guest as one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        place, account = request.instance, request.account  # type: ignore[attr-defined]
        request.guest = None  # type: ignore[attr-defined]
        if place is None or account is None or not account.is_staff:
            return self.get_response(request)
        call = Housecall.objects.select_related("instance").of_guest(account, place)
        return self.get_response(request) if call is None else self._receive(request, place, call)

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        """A page that cannot be drawn under its covers shows nothing; where nothing is covered it breaks as it would for all."""
        if getattr(request, "guest", None) is None or not request.guest.covered:
            return None
        log.warning("%s cannot be shown covered: %s", request.resolver_match.view_name, type(error).__name__)
        return refuse(request, "This page cannot be shown while it is covered.")

    def _receive(self, request: Any, place: Place, call: Housecall) -> HttpResponse:
        path, changes = request.path_info, request.method not in SAFE
        name = name_of(path)
        refusal = call.why_not(name, path, changes=changes) if name else "There is no such page."
        if refusal:
            write_down(call, What.REFUSED, name, path)
            request.guest = self._guest(call, path, covered=True)
            return refuse(request, refusal)
        covered = not call.is_revealed(path)
        request.guest = self._guest(call, path, covered=covered, writes=changes)
        write_down(call, What.CHANGED if changes else What.LOOKED if covered else What.READ, name, path)
        here = place if changes else place.behind_veils if covered else place.read_only
        with inside(here):
            answer = self.get_response(request)
        if answer.streaming or not _is_page(answer):
            answer.close()
            write_down(call, What.REFUSED, name, path)
            return refuse(request, "Only pages are shown to the helpdesk: no files and no lists to take away.")
        return answer

    def _guest(self, call: Housecall, path: str, **more: Any) -> Any:
        at = {"id": call.pk}
        return guest_of(
            call, ending=control_url("staff:session_end", **at), standing=control_url("staff:session_standing", **at),
            revealing=f"{control_url('staff:session_reveal', **at)}?path={path}" if call.may_reveal else "", **more,
        )  # fmt: skip


def refuse(request: Any, sentence: str) -> HttpResponse:
    """403 and why, without anything of the customer's."""
    if request.headers.get("HX-Request") == "true":
        return toast(HttpResponse(sentence, status=403, content_type="text/plain; charset=utf-8"), sentence, bad=True)
    return render(request, "support/refused.html", {"sentence": sentence, "guest": request.guest}, status=403)


def _is_page(answer: HttpResponse) -> bool:
    kind = answer.headers.get("Content-Type", "text/html")
    return kind.startswith(("text/html", "text/plain")) and "Content-Disposition" not in answer.headers
