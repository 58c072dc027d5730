"""A letter in a frame beside the editor: its style attributes and our pictures, no script, and nothing that leaves the frame."""

from collections.abc import Callable

from csp.decorators import csp, csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_sameorigin

LETTER = {
    "default-src": "'none'", "style-src": "'unsafe-inline'", "img-src": "'self'", "frame-ancestors": "'self'", "base-uri": "'none'",
    "form-action": "'none'", "sandbox": "allow-same-origin allow-popups",
}  # fmt: skip

# For the view of the editor's page, which holds the frame. django-csp's types know only views without arguments.
frames: Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]] = csp_update({"frame-src": ["'self'"]})  # type: ignore[assignment]


def framed(request: HttpRequest, html: str) -> HttpResponseBase:
    """The answer of a preview: call it from a view that may be seen by whoever writes the letter."""

    @xframe_options_sameorigin
    @csp(LETTER)
    def page(request: HttpRequest) -> HttpResponse:
        answer = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
        answer["Cache-Control"] = "no-store"
        return answer

    return page(request)
