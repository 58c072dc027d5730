"""Taking one event back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from pivotino.instance.history.recording import CannotUndo, can_undo, take_back
from pivotino.instance.history.visibility import visible_events
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.shortcuts import render, toast, trigger


@require_POST
def create(request: MemberRequest, event_id: UUID) -> HttpResponse:
    """Take an event back: 204 and `pv:undone` {verb, kind, id} for htmx, 409 with the reason when it is too late.

    What was taken back can be done again: the toast offers it.
    """
    event = get_object_or_404(visible_events(request.member), pk=event_id)
    try:
        answer = take_back(event, by=request.member)
    except CannotUndo as refusal:
        return _refused(request, str(refusal))
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("history:index")
    again = reverse("history:undo", args=[answer.pk]) if can_undo(answer) else None
    told = {"verb": event.verb, "kind": event.subject_kind, "id": str(event.subject_id)}
    return trigger(toast(HttpResponse(status=204), "Taken back", undo=again), "pv:undone", told)


def _refused(request: MemberRequest, sentence: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return toast(HttpResponse(status=409), sentence, bad=True)
    return render(request, "history/refused.html", {"sentence": sentence}, status=409)
