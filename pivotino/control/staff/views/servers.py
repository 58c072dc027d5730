"""How old what this machine runs is."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.staff.guards import staff
from pivotino.kit import patches
from pivotino.ui.shortcuts import render


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    return render(request, "staff/servers.html", {"ages": patches.look()})
