"""The record of processing, for those who answer to an authority: all of it, with what is due."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.privacy import record
from pivotino.control.privacy.views.records import file, table
from pivotino.control.staff.guards import staff
from pivotino.ui.shortcuts import render

NAME = "record-of-processing"


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    """Our own as controller first, then what we do for customers."""
    due = [one for one in record.activities().values() if one.due <= timezone.now().date()]
    return render(request, "staff/record.html", {"lines": record.by_activity(record.ours(used=True)), "due": due})


@staff
@require_safe
def as_table(request: AccountRequest) -> HttpResponse:
    return table(record.ours(used=True), NAME)


@staff
@require_safe
def as_file(request: AccountRequest) -> HttpResponse:
    return file(record.ours(used=True), NAME)
