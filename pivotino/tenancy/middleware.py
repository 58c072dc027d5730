"""Requests to `/@slug/…` run inside that instance; the prefix becomes SCRIPT_NAME, so addresses reverse plainly."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import set_script_prefix

from pivotino.tenancy import registry
from pivotino.tenancy.context import inside
from pivotino.ui.shortcuts import render

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
        place = registry.find(slug)
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
