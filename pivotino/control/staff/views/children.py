"""Reports about children: looked at within a working day, put away at once, decided by another."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.children.models import Report
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.staff import legal
from pivotino.control.staff.guards import staff
from pivotino.control.staff.views.matters import act_on
from pivotino.ui.shortcuts import render


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    open_first = [*Report.objects.open().order_by("due_at"), *Report.objects.filter(done_at__isnull=False)[:100]]
    return render(request, "staff/children.html", {"reports": open_first})


@staff
@require_safe
def show(request: AccountRequest, id: UUID) -> HttpResponse:
    one = get_object_or_404(Report, pk=id)
    ticket = Ticket.objects.filter(number=one.ticket).first()
    seen = {"one": one, "ticket": ticket, "offered": legal.offered(legal.OF_CHILDREN, one)}
    return render(request, "staff/child.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: AccountRequest, id: UUID, code: str) -> HttpResponse:
    one = get_object_or_404(Report, pk=id)
    back = reverse("staff:child", kwargs={"id": one.pk})
    return act_on(request, one, legal.OF_CHILDREN, code, f"child {code}", back)
