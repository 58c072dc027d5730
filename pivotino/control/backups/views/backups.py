"""The backups of one database: what there is, and one more."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pivotino.control.accounts.guards import owner
from pivotino.control.backups import making
from pivotino.control.backups.jobs import put_in_line
from pivotino.control.backups.queries import ASKED_A_DAY, inventory, may_ask
from pivotino.jobs.trails import tell
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render

PAGE = "backups/index.html"


@owner
@require_safe
def index(request: HttpRequest, instance: Instance) -> HttpResponse:
    """What exists, until when, and how the last rehearsal went."""
    return render(request, PAGE, {"instance": instance, "inventory": inventory(instance), "refused": ""})


@owner
@require_POST
def create(request: Any, instance: Instance) -> HttpResponse:
    """Make one now."""
    if not may_ask(instance):
        said = f"You asked for {ASKED_A_DAY} backups today. The next one is made tonight by itself."
        return render(request, PAGE, {"instance": instance, "inventory": inventory(instance), "refused": said}, 422)
    put_in_line(making.ask_for(instance))
    tell(instance.pk, "backup.asked", account_id=request.account.id)
    return HttpResponseRedirect(reverse("backups:show", args=[instance.slug]))
