"""The files of one record: shown, and added to."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from pivotino.instance.files.carriers import Carrier, carrier_of
from pivotino.instance.files.jobs import look_again
from pivotino.instance.files.letters import tell_owners
from pivotino.instance.files.models import File, State
from pivotino.instance.files.shown import files_of
from pivotino.kit.limits import Limit, TooMany
from pivotino.kit.uploads import Harmful, Refused, clean_name, read, take
from pivotino.kit.uploads.names import ending_of
from pivotino.ui.shortcuts import render

AT_ONCE = 20
AN_HOUR = Limit("files", 600, per=3600)


@require_http_methods(["GET", "POST"])
def of(request: Any, sort: str, id: UUID) -> HttpResponse:
    """The list with the form by itself, for browsers without script; and what that form, or the queue, sends."""
    carrier = carrier_of(request.member, sort, id)
    if carrier is None:
        raise Http404
    if request.method == "POST":
        return create(request, carrier)
    return render(request, "files/index.html", {"files": files_of(carrier), "refused": []})


def create(request: Any, carrier: Carrier) -> HttpResponse:
    """Keep each file that may be kept; of the others say why. The queue sends one at a time and reads one sentence."""
    sent = request.FILES.getlist("file")[:AT_ONCE]
    refused, unread = [] if sent else [("", "Choose a file first.")], ""
    for file in sent:
        try:
            unread = _add(request, carrier, file)
        except Refused as refusal:
            refused.append((clean_name(file.name or ""), str(refusal)))
        except TooMany:
            refused.append((clean_name(file.name or ""), "That were very many files in an hour. Go on a little later."))
    if request.htmx:
        told = refused[0][1] if refused else unread
        return HttpResponse(told, status=422 if refused else 201, content_type="text/plain; charset=utf-8")
    if refused:
        return render(request, "files/index.html", {"files": files_of(carrier), "refused": refused}, status=422)
    return HttpResponseRedirect(carrier.href)


def _add(request: Any, carrier: Carrier, sent: Any) -> str:
    """Keep one; says what of its words could not be looked through."""
    AN_HOUR.hit(str(request.member.pk))
    by, name = request.member, sent.name or ""
    try:
        taken = take(read(sent), name)
    except Harmful as harm:
        ending = ending_of(clean_name(name))
        tell_owners(File.quarantine(carrier, clean_name(name), ending, sent.size, harm.found, by=by))
        raise
    file = File.attach(carrier, taken, by=by, id=_id(request))
    if file.state == State.WAITING:
        look_again.later(str(file.pk), key=f"look:{file.pk}")
    return taken.unread


def _id(request: Any) -> UUID | None:
    """The id the queue gave the file, so that one that was sent twice is kept once."""
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return None
