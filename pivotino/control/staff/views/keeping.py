"""What goes when: upcoming, past, and what is held."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.retention import queries
from pivotino.control.staff.guards import staff
from pivotino.ui.shortcuts import render


@staff
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(
        request, "staff/keeping.html", {"classes": queries.classes(), "copies": queries.copies(), "log": queries.log()}
    )
