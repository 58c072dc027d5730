"""Bringing an export into an empty database: choose the file, see what is in it, say yes."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pivotino.control.accounts.guards import owner
from pivotino.control.exports import again, arriving, storing
from pivotino.control.exports.forms import ArrivalForm
from pivotino.control.exports.jobs import put_in_line
from pivotino.control.exports.models import Arrival
from pivotino.control.exports.queries import counted
from pivotino.tenancy.models import Instance
from pivotino.tenancy.packing import Refused
from pivotino.ui.shortcuts import answer_to, render, render_block

PAGE = "exports/arrival.html"


@owner
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Any, instance: Instance) -> HttpResponse:
    """The form, where the database is still empty."""
    why_not, form = arriving.why_not(instance), ArrivalForm()
    if request.method == "POST":
        form = ArrivalForm(request.POST, request.FILES)
        if why_not:
            form.is_valid()
            form.errors.clear()
            form.add_error(None, why_not)
        elif form.is_valid() and (arrival := _bring(request, instance, form)):
            return HttpResponseRedirect(reverse("exports:arrival", args=[instance.slug, arrival.pk]))
    page = {"instance": instance, "form": form, "why_not": why_not}
    return render(request, "exports/arrivals.html", page, answer_to(form))


@owner
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, instance: Instance, id: UUID) -> HttpResponse:
    """What is in the file; POST says yes to it."""
    arrival = get_object_or_404(Arrival.objects.select_related("instance"), pk=id, instance=instance)
    if not arrival.belongs_to(request.account.id):
        raise Http404
    here = reverse("exports:arrival", args=[instance.slug, arrival.pk])
    why_not = arriving.why_not(instance) if arrival.state == "checked" else ""
    if request.method == "POST" and arrival.state == "checked" and not why_not:
        if not again.is_proven(request):
            return again.prove(request, here)
        with transaction.atomic():
            arrival.note(applying_at=timezone.now())
            put_in_line(arrival)
        return HttpResponseRedirect(here)
    page = {
        "instance": instance, "arrival": arrival, "counts": counted(arrival.counts), "why_not": why_not,
        "proven": again.is_proven(request),
    }  # fmt: skip
    status = 422 if request.method == "POST" and why_not else 200
    if request.htmx:
        answer = render_block(request, PAGE, "progress", page)
        if arrival.state != "applying":
            answer["HX-Refresh"] = "true"
        return answer
    return render(request, PAGE, page, status)


def _bring(request: Any, instance: Instance, form: ArrivalForm) -> Arrival | None:
    try:
        return arriving.bring(instance, request.account.id, form.cleaned_data["file"].chunks())
    except Refused as refusal:
        form.add_error("file", str(refusal))
    except OSError as error:
        if error.errno not in storing.FULL:
            raise
        form.add_error("file", storing.NO_SPACE)
    return None
