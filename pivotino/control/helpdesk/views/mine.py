"""One's own questions, signed in. Nobody else sees them here: no colleague, no owner of the database they are about."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pivotino.control.accounts.guards import AccountRequest, signed_in
from pivotino.control.accounts.networks import line_of
from pivotino.control.accounts.papers import policy
from pivotino.control.helpdesk.asking import ask
from pivotino.control.helpdesk.files import download_of
from pivotino.control.helpdesk.forms import AskForm
from pivotino.control.helpdesk.links import whole
from pivotino.control.helpdesk.models import Source, Ticket
from pivotino.control.helpdesk.views import pages
from pivotino.kit.limits import TooMany
from pivotino.ui.shortcuts import answer_to, render

SHOWN = 100


@signed_in
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    own = Ticket.objects.of_person(request.account.id, request.account.email).filter(merged_into__isnull=True)
    return render(request, "helpdesk/mine.html", {"tickets": own[:SHOWN]})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AccountRequest) -> HttpResponse:
    form = AskForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "helpdesk/ask.html", {"form": form, "policy": policy()}, answer_to(form))
    try:
        pages.FROM_ONE_NETWORK.hit(line_of(request))
    except TooMany as refusal:
        form.add_error(None, refusal.message)
        return render(request, "helpdesk/ask.html", {"form": form, "policy": policy()}, status=429)
    ticket = ask(
        form.cleaned_data, email=request.account.email, name=request.account.name, account=request.account,
        source=Source.MY, notice=policy().version,
    )  # fmt: skip
    return HttpResponseRedirect(_address(ticket))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: AccountRequest, number: str) -> HttpResponse:
    return pages.thread(
        request, "helpdesk/my_ticket.html", _own(request, number), rate_at=reverse("helpdesk:my_rating", args=[number]), file_at=f"{reverse('helpdesk:my_ticket', args=[number])}files/",
        account=request.account, to=_address,
    )  # fmt: skip


@signed_in
@require_POST
def rate(request: AccountRequest, number: str) -> HttpResponse:
    ticket = _own(request, number)
    return pages.rated(request, ticket, _address(ticket))


@signed_in
@require_safe
def file(request: AccountRequest, number: str, id: UUID) -> HttpResponseBase:
    return download_of(_own(request, number), id)


def _own(request: AccountRequest, number: str) -> Ticket:
    ticket = Ticket.objects.of_person(request.account.id, request.account.email).filter(number=number).first()
    if ticket is None:
        raise Http404
    return whole(ticket)


def _address(ticket: Ticket) -> str:
    return reverse("helpdesk:my_ticket", args=[ticket.number])
