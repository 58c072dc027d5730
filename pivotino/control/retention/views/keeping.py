"""How long we keep what: for everybody, and for the owner of one database."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import owner
from pivotino.control.backups.rotation import rotation
from pivotino.control.retention import queries
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every class with its days, what will go and what went; backups as they really are."""
    seen = {"groups": queries.by_whom(), "copies": queries.copies(), "longest": rotation().longest.days}
    return render(request, "retention/keeping.html", seen)


@owner
@require_safe
def mine(request: HttpRequest, instance: Instance) -> HttpResponse:
    """What will go of this database within fourteen days."""
    return render(request, "retention/mine.html", {"instance": instance, "going": queries.going_of(instance)})
