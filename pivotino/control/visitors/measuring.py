"""Telling Google Analytics of pages: off, unless the operator set it up, the register's thirty days are over, and a visitor agreed.

Our server tells it, in the terms of its Measurement Protocol. No script of it runs and no cookie of it is set, so the content policy
stays as it is, and what it learns is what stands here: the page, the country, the kind of browser, a number of that one visit.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from pivotino.control.privacy import register

log = logging.getLogger(__name__)
HOST, AT_ONCE, PATIENCE = "google-analytics.com", 25, 5.0


class View(NamedTuple):
    """One page of a visit that agreed."""

    visit: UUID
    path: str
    country: str
    browser: str


def active() -> bool:
    """Whether visits are told to it now."""
    return bool(settings.GOOGLE_ANALYTICS) and HOST in register.hosts()


def tell(views: Iterable[View]) -> None:
    """Each visit in one message, or two. What does not arrive is not told again."""
    visits: dict[UUID, list[View]] = defaultdict(list)
    for view in views:
        visits[view.visit].append(view)
    if not visits or not active():
        return
    for visit, pages in visits.items():
        for start in range(0, len(pages), AT_ONCE):
            try:
                _post(_message(visit, pages[start : start + AT_ONCE]))
            except (URLError, OSError) as error:
                log.warning("Google Analytics was not told of a visit (%s).", type(error).__name__)
                return


def _message(visit: UUID, pages: list[View]) -> dict[str, Any]:
    number = salted_hmac("pivotino.visitors.measuring", visit.hex, algorithm="sha256").hexdigest()
    country = pages[0].country
    return {
        "client_id": f"{int(number[:8], 16)}.{int(number[8:16], 16)}",
        "consent": {"ad_user_data": "DENIED", "ad_personalization": "DENIED"},
        "device": {"browser": pages[0].browser},
        **({"user_location": {"country_id": country}} if len(country) == 2 else {}),
        "events": [
            {
                "name": "page_view",
                "params": {
                    "page_location": f"{settings.BASE_URL}{page.path}",
                    "session_id": str(int(number[16:24], 16)),
                    "engagement_time_msec": 1,
                },
            }
            for page in pages
        ],
    }


def _post(message: dict[str, Any]) -> None:
    measurement, _, secret = settings.GOOGLE_ANALYTICS.partition(":")
    asked = urlencode({"measurement_id": measurement, "api_secret": secret})
    address = f"{settings.GOOGLE_ANALYTICS_URL}?{asked}"
    request = Request(address, json.dumps(message).encode(), {"Content-Type": "application/json"})  # noqa: S310 - ours
    with urlopen(request, timeout=PATIENCE):  # noqa: S310 - ours
        pass
