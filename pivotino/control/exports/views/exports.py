"""Asking for an export, seeing how far it is, and who took what when."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pivotino.control.accounts.guards import owner
from pivotino.control.exports import again, making
from pivotino.control.exports.jobs import put_in_line
from pivotino.control.exports.models import Export
from pivotino.control.exports.queries import exports_of
from pivotino.jobs.trails import tell
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render, render_block

PAGE = "exports/index.html"


@owner
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Any, instance: Instance) -> HttpResponse:
    """The exports of this database; the page looks again by itself while one is being made."""
    here = reverse("exports:index", args=[instance.slug])
    if request.method == "POST":
        if not again.is_proven(request):
            return again.prove(request, here)
        with transaction.atomic():
            put_in_line(Export.objects.request(instance, request.account.id))
            tell(instance.pk, "export.asked", account_id=request.account.id)
        return HttpResponseRedirect(here)
    shown = exports_of(instance, request.account.id)
    page = {
        "instance": instance, "exports": shown, "busy": any(one.is_busy for one in shown), "proven": again.is_proven(request),
    }  # fmt: skip
    if request.htmx:
        return render_block(request, PAGE, "list", page)
    return render(request, PAGE, page)


@owner
@require_POST
def destroy(request: Any, instance: Instance, id: UUID) -> HttpResponse:
    """Remove a file before its days are over."""
    export = get_object_or_404(Export, pk=id, instance=instance, ready_at__isnull=False, swept_at__isnull=True)
    making.put_away(export)
    return HttpResponseRedirect(reverse("exports:index", args=[instance.slug]))
