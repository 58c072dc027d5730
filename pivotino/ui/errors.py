"""Pages for when it goes wrong. They ask nothing of the database, so that they cannot fail for the same reason."""

import errno
import sys
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from pivotino.ui.shortcuts import toast

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FULL_WORDS = ("database or disk is full", "no space left on device", "disk full")
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
TOO_LARGE = "This is larger than we can take. Nothing was saved; what you typed is still here."
NO_ROOM = "There is no room left on the server, so this was not saved. What you saved before is safe. Your text is still here."
NO_ANSWER = (
    "Your data does not answer right now, so this was not saved. What you saved before is safe. Try again in a minute."
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What did not reach us whole; or all too whole."""
    if isinstance(exception, TOO_MUCH):
        return told(request, _page(413), TOO_LARGE)
    return _page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(404)


def broken(request: HttpRequest) -> HttpResponse:
    """Our fault; where it is the disk's or the database's, the page says so. The transaction is rolled back by now."""
    errors = list(_causes(sys.exc_info()[1]))
    if any(is_full(error) for error in errors):
        return told(request, _page(507), NO_ROOM)
    if any(isinstance(error, OperationalError | InterfaceError) for error in errors):
        return told(request, unreachable(request), NO_ANSWER)
    return _page(500)


def unreachable(request: HttpRequest) -> HttpResponse:
    """The database of the page does not answer, or is not there."""
    page = get_template("ui/unreachable.html").render({"reads": request.method in ("GET", "HEAD")})
    return HttpResponse(page, status=503, headers={"Retry-After": "20"})


def too_large_page() -> bytes:
    """What the server answers to a body that it does not even read to its end."""
    return _page(413).content


def closed(request: HttpRequest) -> HttpResponse:
    """While we are working on it. Whoever closes the door calls this from a middleware."""
    response = _page(503)
    response["Retry-After"] = "20"
    return response


def is_full(error: BaseException) -> bool:
    """Whether something was not written because the disk has no room for it."""
    if isinstance(error, OSError):
        return error.errno in FULL
    return isinstance(error, OperationalError) and any(words in str(error).lower() for words in FULL_WORDS)


def told(request: HttpRequest, response: HttpResponse, sentence: str) -> HttpResponse:
    """The page; htmx, which shows no page of an error, says the sentence."""
    return toast(response, sentence, bad=True) if request.headers.get("HX-Request") == "true" else response


def _causes(error: BaseException | None) -> Iterator[Any]:
    while error is not None:
        yield error
        error = error.__cause__


def _page(status: int) -> HttpResponse:
    return HttpResponse(get_template(f"ui/{status}.html").render({}), status=status)
