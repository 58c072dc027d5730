"""The register of what staff did."""

import csv

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import AccountRequest, owner
from pivotino.control.staff.guards import staff
from pivotino.control.staff.models import Deed, DeedTampered
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    """Newest first; every visit reads the whole chain again and says whether it holds."""
    try:
        count, wrong = Deed.objects.verify(), ""
    except DeedTampered as fault:
        count, wrong = Deed.objects.count(), str(fault)
    page = Paginator(Deed.objects.all(), 50).get_page(request.GET.get("page"))
    return render(request, "staff/deeds.html", {"page": page, "count": count, "wrong": wrong})


@owner
@require_safe
def about_mine(request: AccountRequest, instance: Instance) -> HttpResponse:
    """What staff did to one's own database, for its Business Owners."""
    page = Paginator(Deed.objects.about(instance), 50).get_page(request.GET.get("page"))
    return render(request, "staff/about_mine.html", {"instance": instance, "page": page})


@staff
@require_safe
def table(request: AccountRequest) -> HttpResponse:
    """All of it as CSV, oldest first."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="deeds.csv"'
    rows = csv.writer(answer)
    rows.writerow(["number", "at (UTC)", "by", "what", "why", "ticket", "database", "seal"])
    for deed in Deed.objects.order_by("number").iterator():
        shown = [deed.by, deed.what, deed.why, deed.ticket, deed.slug]
        rows.writerow([deed.number, deed.at.isoformat(), *(_harmless(text) for text in shown), deed.seal])
    return answer


def _harmless(text: str) -> str:
    """No cell may be read as a formula by a spreadsheet."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
