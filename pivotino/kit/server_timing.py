"""How long the answer took, told to the browser's developer tools."""

from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponseBase


class ServerTiming:
    """Middleware, outermost: adds `Server-Timing: app;dur=12.3` (milliseconds until the answer begins)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        response = self.get_response(request)
        response["Server-Timing"] = f"app;dur={(perf_counter() - began) * 1000:.1f}"
        return response
