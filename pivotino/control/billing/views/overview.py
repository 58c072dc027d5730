"""What one database costs, and what it is."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import OwnerRequest, owner
from pivotino.control.billing.queries import book
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render


@owner
@require_safe
def show(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Plan, validity, what comes next, and the history."""
    return render(request, "billing/show.html", {"instance": instance, "book": book(instance)})
