"""Opening pages of an instance as its owner would, by the real way of a request, before anybody else does.

The instance's rooms say who walks and where. The walk only reads: its database is open for reading only.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.utils.module_loading import import_string

from pivotino.tenancy.context import inside
from pivotino.tenancy.places import Place
from pivotino.tenancy.signed_in import SignedIn

# From the one that knows htmx on: who is signed in was settled before.
SIGNED_IN_BEFORE = "django_htmx.middleware.HtmxMiddleware"
OURS = ("pivotino.", "django_htmx.", "django.middleware.common")
PLACE = "pivotino.place"

Walker = Callable[[], SignedIn | None]
Paths = Callable[[], list[str]]
_walker: list[Walker] = []
_paths: list[Paths] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One page of a walk."""

    path: str
    status: int
    milliseconds: int

    @property
    def is_well(self) -> bool:
        return self.status in (200, 302)


def walked_by(walker: Walker) -> None:
    """Say who walks: runs inside the instance, None where nobody is there to walk."""
    _walker[:] = [walker]


def leads_past(paths: Paths) -> None:
    """Say which pages are opened: runs inside the instance."""
    if paths not in _paths:
        _paths.append(paths)


def walk(place: Place) -> list[Seen]:
    """Open every page that was registered. An empty list where nobody is there who could."""
    frozen = replace(place, frozen=True)
    with inside(frozen):
        walker = _walker[0]() if _walker else None
        paths = [path for find in _paths for path in find()]
    return [_seen(frozen, walker, path) for path in paths] if walker else []


def _seen(place: Place, walker: SignedIn, path: str) -> Seen:
    begun = time.monotonic()
    host = settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost") if settings.ALLOWED_HOSTS else "localhost"
    from django.test import RequestFactory  # here, for it brings 2 MiB of test tools along

    request: Any = RequestFactory().get(
        f"/@{place.slug}{path}", headers={"Host": host}, secure=settings.SESSION_COOKIE_SECURE
    )
    request.META[PLACE] = place
    request.account = walker
    answer = _handler().get_response(request)
    return Seen(path=path, status=answer.status_code, milliseconds=round((time.monotonic() - begun) * 1000))


@lru_cache(maxsize=1)
def _handler() -> "_Inner":
    return _Inner()


class _Inner(BaseHandler):
    """Django's handler with the part of our middleware that comes after signing in."""

    _get_response: Any

    def __init__(self) -> None:
        super().__init__()
        chain = settings.MIDDLEWARE[settings.MIDDLEWARE.index(SIGNED_IN_BEFORE) :]
        handler: Any = convert_exception_to_response(self._get_response)
        self._view_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        for path in reversed([path for path in chain if path.startswith(OURS)]):
            made = import_string(path)(handler)
            if hasattr(made, "process_view"):
                self._view_middleware.insert(0, made.process_view)
            if hasattr(made, "process_exception"):
                self._exception_middleware.append(made.process_exception)
            handler = convert_exception_to_response(made)
        self._middleware_chain = handler
