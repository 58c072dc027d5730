"""The same done to many chosen cards."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from pivotino.instance.pipeline import sweeping
from pivotino.instance.pipeline.answers import pieces, undo_url
from pivotino.instance.pipeline.forms import SweepForm, first_error
from pivotino.instance.pipeline.models import Opportunity
from pivotino.kit.days import date_phrase
from pivotino.ui.shortcuts import toast


@require_POST
def create(request: Any) -> HttpResponse:
    """Move, give, tag or plan; what refuses stays and says why. One undo for all of it."""
    form = SweepForm(request.POST)
    if not form.is_valid():
        return _refused(request, first_error(form))
    cards = [*Opportunity.objects.visible_to(request.member).select_related("stage").filter(pk__in=form.cards)]
    if not cards:
        return _refused(request, "Choose some cards first.")
    deed, told = _deed(form.cleaned_data, by=request.member)
    result = sweeping.sweep(cards, deed, told, by=request.member)
    if not request.htmx:
        return HttpResponseRedirect(reverse("pipeline:board"))
    response = HttpResponse(pieces(request, *(card.pk for card in cards), stages=result.stages))
    if result.stayed and result.event is None:
        return toast(response, _stayed(result.stayed), bad=True)
    if result.event is None:
        return toast(response, "Nothing was different")
    verb, _, rest = told.partition("{}")
    said = f"{verb}{sweeping.cards_said(result.event.data['count'])}{rest}"
    return toast(
        response, ". ".join([said, *([_stayed(result.stayed)] if result.stayed else [])]), undo=undo_url(result.event)
    )


def _deed(given: dict[str, Any], *, by: Any) -> tuple[sweeping.Deed, str]:
    match given["do"]:
        case "move":
            stage = given["stage"]
            return sweeping.moving(
                stage, by=by, reason=given["reason"], note=given["note"]
            ), f"Moved {{}} to {stage.name}"
        case "owner":
            owner = given["owner"]
            return sweeping.giving(owner, by=by), f"Gave {{}} to {owner.name if owner else 'nobody'}"
        case "tag":
            return sweeping.tagging(given["tags"], by=by), f"Tagged {{}} with {', '.join(given['tags'])}"
    kind, day = given["kind"], given["due_on"]
    words = dict(SweepForm.KINDS)[kind]
    return sweeping.planning(kind, day, by=by), f"Planned “{words}” on {{}} for {date_phrase(day)}"


def _stayed(why: list[str]) -> str:
    return why[0] if len(why) == 1 else f"{len(why)} stayed: {why[0]}"


def _refused(request: Any, why: str) -> HttpResponse:
    if not request.htmx:
        return HttpResponse(why, status=422, content_type="text/plain; charset=utf-8")
    return toast(HttpResponse("", status=422), why, bad=True)
