"""Moving a card: by hand, by key, by the menu, or on a page of its own without script."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pivotino.instance.history.models import Event
from pivotino.instance.pipeline import pages
from pivotino.instance.pipeline.answers import pieces, refused, undo_url
from pivotino.instance.pipeline.forms import MoveForm, first_error
from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.instance.pipeline.refusals import Refusal
from pivotino.instance.pipeline.totals import together
from pivotino.ui.shortcuts import render, toast


@require_http_methods(["GET", "POST"])
def moves(request: Any, id: UUID) -> HttpResponse:
    return create(request, id) if request.method == "POST" else new(request, _found(request, id))


def new(request: Any, opportunity: Opportunity, form: MoveForm | None = None, refusal: str = "") -> HttpResponse:
    """A page that asks where to; for a browser without script."""
    context = {
        "o": opportunity, "stages": Stage.objects.all(), "families": pages.families(), "form": form, "refusal": refusal,
        "to": reverse("pipeline:moves", args=[opportunity.pk]), "back": reverse("pipeline:board"),
    }  # fmt: skip
    return render(request, "pipeline/move.html", context, status=422 if refusal else 200)


def create(request: Any, id: UUID) -> HttpResponse:
    """Put a card into a stage, between its new neighbours; a refusal answers with the truth."""
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _refused(request, _found(request, id), Refusal(first_error(form)), form)
    given = form.cleaned_data
    try:
        with together(whole=True):
            if (opportunity := Opportunity.held(id, by=request.member)) is None:
                raise Http404
            stage_before = opportunity.stage_id
            event = opportunity.move_to(
                given["stage"], after=given["after"], before=given["before"], version=given["version"], by=request.member,
                reason=given["reason"], note=given["note"],
            )  # fmt: skip
    except Refusal as refusal:
        return _refused(request, _found(request, id), refusal, form)
    return moved(request, opportunity, stage_before, event)


def moved(request: Any, opportunity: Opportunity, stage_before: UUID, event: Event) -> HttpResponse:
    """The two heads, the card, and how to take it back."""
    if not request.htmx:
        return HttpResponseRedirect(reverse("pipeline:opportunity", args=[opportunity.pk]))
    body = pieces(request, opportunity.pk, stages=[stage_before, opportunity.stage_id])
    told = f"Moved {opportunity.title}" + (
        "" if stage_before == opportunity.stage_id else f" to {opportunity.stage.name}"
    )
    return toast(HttpResponse(body), told, undo=undo_url(event))


def _refused(request: Any, opportunity: Opportunity, refusal: Refusal, form: MoveForm) -> HttpResponse:
    if not request.htmx:
        return new(request, opportunity, form, refusal.message)
    wanted = form.cleaned_data.get("stage")
    return refused(request, refusal, opportunity, opportunity.stage_id, *([wanted.pk] if wanted else []))


def _found(request: Any, id: UUID) -> Opportunity:
    opportunity = Opportunity.seen(id, by=request.member)
    if opportunity is None:
        raise Http404
    return opportunity
