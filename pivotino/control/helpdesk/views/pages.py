"""What the two ways to one's own tickets share: the thread, the answer below it, the two buttons at the end."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from pivotino.control.accounts.networks import line_of
from pivotino.control.helpdesk import verbs
from pivotino.control.helpdesk.files import FILES
from pivotino.control.helpdesk.forms import RatingForm, TextForm
from pivotino.control.helpdesk.models import Rating, Ticket
from pivotino.kit.limits import Limit, TooMany
from pivotino.tenancy.signed_in import SignedIn
from pivotino.ui.shortcuts import answer_to, render

FROM_ONE_NETWORK = Limit("helpdesk-network", 20, per=10 * 60)
FOR_ONE_TICKET = Limit("helpdesk-ticket", 30, per=60 * 60)


def thread(request: HttpRequest, template: str, ticket: Ticket, *, rate_at: str, file_at: str, account: SignedIn | None, to: Callable[[Ticket], str]) -> HttpResponse:  # fmt: skip
    """Read everything that was said and add to it. `to` is where the page of a ticket is found: it may be a new one."""
    form = TextForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            FROM_ONE_NETWORK.hit(line_of(request))
            FOR_ONE_TICKET.hit(ticket.number)
        except TooMany as refusal:
            form.add_error(None, refusal.message)
            return _show(request, template, ticket, form, rate_at, file_at, status=429)
        said = verbs.hear(ticket, form.cleaned_data["body"], account=account, files=form.cleaned_data["attached"])
        return HttpResponseRedirect(f"{to(said)}#end")
    return _show(request, template, ticket, form, rate_at, file_at)


def rated(request: HttpRequest, ticket: Ticket, back: str) -> HttpResponse:
    """Keep what they thought of it; a second press changes nothing."""
    form = RatingForm(request.POST)
    if form.is_valid():
        try:
            verbs.rate(ticket, form.is_good, form.cleaned_data["remark"])
        except verbs.NotPossible:
            pass  # it was opened again meanwhile, which the page says
    return HttpResponseRedirect(f"{back}#end")


def _show(request: HttpRequest, template: str, ticket: Ticket, form: TextForm, rate_at: str, file_at: str, status: int | None = None) -> HttpResponse:  # fmt: skip
    seen: dict[str, Any] = {
        "ticket": ticket, "form": form, "rate_at": rate_at, "file_at": file_at, "said": ticket.messages.public().prefetch_related(FILES),
        "rating": Rating.objects.filter(ticket=ticket).first(),
    }  # fmt: skip
    return render(request, template, seen, status or answer_to(form))
