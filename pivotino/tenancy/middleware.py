"""Requests to `/@slug/…` run inside that instance; the prefix becomes SCRIPT_NAME, so addresses reverse plainly.

In a frozen instance whatever changes something is answered with 423 and the reason; what was typed comes back with it.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import set_script_prefix

from pivotino.tenancy import fencing, registry
from pivotino.tenancy.context import inside
from pivotino.tenancy.notices import Why, why
from pivotino.ui.shortcuts import render, toast

if TYPE_CHECKING:
    Response = HttpResponse | StreamingHttpResponse

ADDRESS = re.compile(r"^/@([a-z0-9][a-z0-9-]{0,39})(/.*|)$")


class InstanceMiddleware:
    """Finds the instance of a request and runs the rest of it inside; an unknown address is a plain 404."""

    def __init__(self, get_response: "Callable[[HttpRequest], HttpResponse]") -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = ADDRESS.match(request.path_info)
        if address is None:
            request.instance = None  # type: ignore[attr-defined]
            return self.get_response(request)
        slug, rest = address.groups()
        place = request.META.get("pivotino.place") or registry.find(slug)  # no header can be called so
        if place is None:
            return render(request, "ui/404.html", {}, status=404)
        request.instance = place  # type: ignore[attr-defined]
        request.urlconf = "config.urls_instance"
        request.path_info = rest or "/"
        request.META["SCRIPT_NAME"] = f"/@{slug}"
        # No text has the sign that ends texts, and PostgreSQL takes none with it; forms refuse it by themselves.
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "").replace("\x00", "")
        set_script_prefix(f"/@{slug}/")
        try:
            with inside(place):
                answer = self.get_response(request)
            # What is shown inside belongs to one member: no cache between may keep it.
            answer.headers.setdefault("Cache-Control", "private, no-store")
            return answer
        finally:
            set_script_prefix("/")


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Secrets, and what no person typed.
NEVER_SHOWN = re.compile(r"pass(word|phrase)|secret|token|code$|^id$|^version$", re.IGNORECASE)


class FrozenMiddleware:
    """Refuses what changes something in a frozen instance, for those who may be in it at all; so it stands after the one
    that finds the member. A write that the database itself refused is answered alike."""

    def __init__(self, get_response: "Callable[[HttpRequest], HttpResponse]") -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        place = request.instance
        if place is None or not place.frozen or request.method in SAFE or getattr(view, "changes_nothing", False):
            return None
        return refuse(request, why(place))

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        place = getattr(request, "instance", None)
        if place is None or not fencing.refused(error):
            return None
        registry.forget(place.slug)
        return refuse(request, why(place))


def refuse(request: Any, reason: Why) -> HttpResponse:
    """423 and why. A page without a script gets back what was typed; htmx keeps its form and says the sentence."""
    if request.headers.get("HX-Request") == "true":
        return toast(
            HttpResponse(reason.refusal, status=423, content_type="text/plain; charset=utf-8"), reason.refusal, bad=True
        )
    return render(request, "tenancy/frozen.html", {"why": reason, "typed": _typed(request)}, status=423)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What came with the form, by name, without what nobody should see on a screen."""
    if request.method != "POST":
        return []
    fields = ((name, " ".join(request.POST.getlist(name)).strip()) for name in request.POST)
    return [
        (name.replace("_", " ").capitalize(), text) for name, text in fields if text and not NEVER_SHOWN.search(name)
    ]
