"""Two looks at every answer: what it may set and load, and whether a public page was read."""

import logging
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from pivotino.control.accounts.networks import address_of
from pivotino.control.visitors import measuring, policing, recording
from pivotino.control.visitors.consenting import Consents, consents_of
from pivotino.control.visitors.cookies import VISIT
from pivotino.control.visitors.pages import STEPS, is_public, path_of

log = logging.getLogger(__name__)
Next = Callable[[HttpRequest], HttpResponseBase]
SILENCE_SECONDS = 30 * 60


class CookieMiddleware:
    """Sets `request.consent` and lets nothing out that was not declared and agreed to."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        consents = request.consent = Consents(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.COOKIES:
            policing.take_back(request, response, consents)
            policing.let_in(response, consents)
        if response.cookies or "Set-Cookie" in response.headers:
            policing.strip(response, consents)
        if is_public(request):
            patch_vary_headers(response, ["Cookie", "Sec-GPC"])
        return response


class VisitMiddleware:
    """Counts pages. Whatever goes wrong here, the page does not notice."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        try:
            note(request, response)
        except Exception:
            log.exception("A view was not counted.")
        return response


def note(request: HttpRequest, response: HttpResponseBase) -> None:
    """Put what was seen into the line of this process. The database is not asked."""
    match = request.resolver_match
    if match is None or response.status_code >= 400:
        return
    step = STEPS.get((match.view_name, request.method or ""), "")
    read = request.method == "GET" and response.status_code == 200 and is_public(request)
    read = read and response.headers.get("Content-Type", "").startswith("text/html")
    if not read and not (step and request.method == "POST" and response.status_code < 400):
        return
    visit = _visit(request, response) if read and consents_of(request).grants("statistics") else None
    recording.add(
        recording.Seen(
            path=path_of(request) if read else "", step=step, address=address_of(request), visit=visit,
            agent=request.headers.get("User-Agent", "")[:400], referrer=request.headers.get("Referer", "")[:400],
            host=request.get_host(), measured=visit is not None and measuring.active(),
        )
    )  # fmt: skip


def _visit(request: HttpRequest, response: HttpResponseBase) -> uuid.UUID:
    """The visit this page belongs to: the one of the cookie, or a new one."""
    visit = visit_of(request) or uuid.uuid4()
    response.set_cookie(
        VISIT, visit.hex, max_age=SILENCE_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return visit


def visit_of(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(hex=request.COOKIES.get(VISIT, ""))
    except ValueError:
        return None
