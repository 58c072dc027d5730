"""One ticket, for whoever reads the letters about it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pivotino.control.helpdesk.files import download_of
from pivotino.control.helpdesk.links import ticket_of, token_of
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.helpdesk.views import pages


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The link in our letters: without signing in, this one ticket and nothing else."""
    ticket = _ticket(token)
    answer = pages.thread(
        request, "helpdesk/ticket.html", ticket, rate_at=reverse("helpdesk:rating", args=[token]), file_at=f"{reverse('helpdesk:ticket', args=[token])}files/", account=None, to=address_of,
    )  # fmt: skip
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_POST
def rate(request: HttpRequest, token: str) -> HttpResponse:
    ticket = _ticket(token)
    return pages.rated(request, ticket, address_of(ticket))


@never_cache
@require_safe
def file(request: HttpRequest, token: str, id: UUID) -> HttpResponseBase:
    return download_of(_ticket(token), id)


def address_of(ticket: Ticket) -> str:
    return reverse("helpdesk:ticket", args=[token_of(ticket)])


def _ticket(token: str) -> Ticket:
    ticket = ticket_of(token)
    if ticket is None:
        raise Http404
    return ticket
