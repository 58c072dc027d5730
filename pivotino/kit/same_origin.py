"""Forgery protection without tokens or cookies: the browser says where an unsafe request comes from.

    safe method                                     passes
    Sec-Fetch-Site: same-origin or none             passes
    Sec-Fetch-Site: anything else                   refused, unless Origin is trusted
    no Sec-Fetch-Site, Origin is this host          passes
    no Sec-Fetch-Site, Origin is trusted            passes
    no Sec-Fetch-Site, any other Origin ("null")    refused
    neither header, no session cookie               passes: no browser, nothing to ride on
    neither header, session cookie                  refused
    any, at a path in OPEN_TO_EVERY_ORIGIN          passes: the address itself holds the secret

Trusted are the origins in CSRF_TRUSTED_ORIGINS, written in full: no wildcards. Behind a proxy that ends TLS,
SECURE_PROXY_SSL_HEADER must be set, or this host's own Origin reads https where Django believes http.
"""

import logging
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseForbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

_log = logging.getLogger(__name__)

_PAGE = """<!doctype html>
<html lang="en">
<title>This did not come from our page</title>
<h1>This did not come from our page</h1>
<p>Your browser says another site sent it, or does not say who did. Nothing was changed.</p>
<p>Open the page again in Pivotino and try once more. An old browser may need an update.</p>
</html>
"""


class SameOriginMiddleware:
    """Refuses unsafe requests of other origins with 403, and tells Django's token check that it is not needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        if is_forged(request):
            return _refuse(request)
        return self.get_response(request)


def is_forged(request: HttpRequest) -> bool:
    """Whether the table above refuses this request."""
    if request.method in SAFE_METHODS:
        return False
    if any(re.fullmatch(path, request.path_info) for path in getattr(settings, "OPEN_TO_EVERY_ORIGIN", ())):
        return False
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site in ("same-origin", "none"):
        return False
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return False
    if site is not None:
        return True
    if origin is not None:
        return origin != f"{request.scheme}://{request.get_host()}"
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _refuse(request: HttpRequest) -> HttpResponse:
    _log.warning(
        "Refused a forged request: site=%r origin=%r",
        request.headers.get("Sec-Fetch-Site"),
        request.headers.get("Origin"),
    )
    return HttpResponseForbidden(_PAGE)
