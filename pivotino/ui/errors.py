"""Pages for when it goes wrong. They ask nothing of the database, so that they cannot fail for the same reason."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(404)


def broken(request: HttpRequest) -> HttpResponse:
    return _page(500)


def closed(request: HttpRequest) -> HttpResponse:
    """While we are working on it. Whoever closes the door calls this from a middleware."""
    response = _page(503)
    response["Retry-After"] = "20"
    return response


def _page(status: int) -> HttpResponse:
    return HttpResponse(get_template(f"ui/{status}.html").render({}), status=status)
