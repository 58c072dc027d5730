"""Trying to leave with an export."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from pivotino.control.accounts.guards import owner
from pivotino.control.exports.jobs import put_in_line
from pivotino.control.exports.models import Export, Rehearsal
from pivotino.tenancy.models import Instance


@owner
@require_POST
def create(request: Any, instance: Instance, id: UUID) -> HttpResponse:
    """Put it in line, unless one is going on."""
    export = get_object_or_404(Export, pk=id, instance=instance)
    if export.state != "ready":
        raise Http404
    with transaction.atomic():
        open_one = export.rehearsals.filter(ended_at__isnull=True).first()
        put_in_line(open_one or Rehearsal.objects.create(export=export))
    return HttpResponseRedirect(reverse("exports:index", args=[instance.slug]))
