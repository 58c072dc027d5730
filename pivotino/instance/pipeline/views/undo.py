"""Taking several new cards back at once, as they were added at once."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, take_back
from pivotino.instance.pipeline.answers import pieces
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.quickline import MAX_LINES
from pivotino.tenancy import atomic
from pivotino.ui.shortcuts import toast


@require_POST
def many(request: Any) -> HttpResponse:
    """Take back the adding of these cards; all of them, or none."""
    cards = [card for text in request.GET.getlist("card")[:MAX_LINES] if (card := _id(text))]
    mine = Opportunity.objects.visible_to(request.member).filter(pk__in=cards)
    stages = set(mine.values_list("stage_id", flat=True))
    events = Event.objects.filter(subject_id__in=mine.values("pk"), verb="opportunity.created", by=request.member)
    try:
        with atomic():
            for event in list(events):
                take_back(event, by=request.member)
    except CannotUndo as refusal:
        return toast(HttpResponse("", status=409), str(refusal), bad=True)
    return toast(HttpResponse(pieces(request, *cards, stages=stages)), f"Took {len(cards)} cards back")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
