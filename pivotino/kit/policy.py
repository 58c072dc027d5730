"""The content security policy, written once: it is the same on every page that does not ask for another."""

from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """What django-csp does, without putting the same words together for every answer."""

    _known: tuple[Any, str] = (None, "")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        asked = "_csp_nonce" in vars(request) or any(name.startswith("_csp") for name in vars(response))
        reported = getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
        if asked or reported or settings.DEBUG or "EXCLUDE_URL_PREFIXES" in settings.CONTENT_SECURITY_POLICY:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._plain())
        request.csp_nonce = None  # type: ignore[attr-defined]  # too late: the header is written
        return response

    def _plain(self) -> str:
        policy, words = self._known
        if policy is not settings.CONTENT_SECURITY_POLICY:
            words = build_policy()
            self._known = settings.CONTENT_SECURITY_POLICY, words
        return words
