"""The register of what staff did."""

import json
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import AccountRequest, owner
from pivotino.control.staff import anchoring
from pivotino.control.staff.guards import staff
from pivotino.control.staff.models import Deed, DeedTampered
from pivotino.kit.csvs import csv_lines
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render

COLUMNS = (
    "number",
    "at",
    "by",
    "on_behalf",
    "what",
    "where",
    "why",
    "ticket",
    "purpose",
    "slug",
    "subject_id",
    "facts",
    "seal",
)


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    """Newest first; every visit reads the whole chain again and says whether it holds."""
    try:
        count, wrong = anchoring.verify_own(), ""
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
    return HttpResponse(
        csv_lines(COLUMNS, _rows()), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="deeds.csv"'},
    )  # fmt: skip


def _rows() -> Iterator[list[object]]:
    for deed in Deed.objects.order_by("number").iterator():
        told = deed.told
        yield [told[name] for name in COLUMNS[:-2]] + [json.dumps(told["facts"] or told["closed"]), deed.seal]
