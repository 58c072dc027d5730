"""Coming back from the provider's pages."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import AccountRequest, signed_in
from pivotino.control.accounts.models import Seat
from pivotino.control.payments.leaving import come_back
from pivotino.control.payments.models import Visit
from pivotino.control.payments.provider import PaymentProblem
from pivotino.ui.shortcuts import render


@signed_in
@require_safe
def show(request: AccountRequest) -> HttpResponse:
    """What came of it. Looking is safe to repeat: everything told here is told once."""
    visit = _visit(request)
    try:
        paid, heard = come_back(visit), True
    except PaymentProblem:
        paid, heard = False, False
    if visit.kind == Visit.Kind.PORTAL:
        return HttpResponseRedirect(reverse("billing:show", args=[visit.instance.slug]))
    return render(
        request, "payments/back.html", {"instance": visit.instance, "paid": paid, "heard": heard, "what": visit.what}
    )


def _visit(request: AccountRequest) -> Visit:
    try:
        id = UUID(request.GET.get("visit", ""))
    except ValueError:
        raise Http404 from None
    visit = Visit.objects.filter(pk=id).select_related("instance").first()
    mine = visit and Seat.objects.filter(account_id=request.account.id, owner=True, instance=visit.instance).exists()
    if visit is None or not mine or visit.instance.erased_at:
        raise Http404
    return visit
