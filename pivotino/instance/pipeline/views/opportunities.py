"""One opportunity: its page or sheet, its facts, its outcome, its notes."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pivotino.instance.pipeline.answers import newest, pieces, refused, undo_url
from pivotino.instance.pipeline.forms import FACTS, ColumnForm, FactForm, NoteForm, ReopenForm, first_error
from pivotino.instance.pipeline.models import LostReason, Opportunity
from pivotino.instance.pipeline.refusals import Refusal, Stale
from pivotino.instance.pipeline.sheets import Sheet, fact_form, sheet_of, timeline_of
from pivotino.instance.pipeline.views import moves
from pivotino.ui.shortcuts import render, render_block, toast, trigger

PAGE = "pipeline/opportunity.html"


def _found(request: Any, id: UUID) -> Opportunity:
    """The opportunity, if this member may see it."""
    rows = Opportunity.objects.visible_to(request.member).select_related("stage", "owner", "contact__company")
    return get_object_or_404(rows, pk=id)


@require_GET
def show(request: Any, id: UUID) -> HttpResponse:
    """The sheet beside its board, the same as a page, or its parts for a sheet that heard of a change."""
    s = sheet_of(request, _found(request, id))
    if request.htmx and not request.htmx.history_restore_request:
        block = "renewed" if "parts" in request.GET else "sheet"
        return render_block(request, PAGE, block, {"s": s, "note_form": None})
    return render(request, PAGE, {"s": s, "note_form": None})


# --- facts


@require_http_methods(["GET", "POST"])
def fact(request: Any, id: UUID, name: str) -> HttpResponse:
    """One fact: as it is, as a field, or changed."""
    if name not in FACTS:
        raise Http404
    opportunity = _found(request, id)
    if request.method == "POST":
        return _change(request, opportunity, name)
    form = None if "show" in request.GET else fact_form(name, opportunity, by=request.member)
    return _one_fact(request, sheet_of(request, opportunity, editing=form), name)


def _one_fact(request: Any, s: Sheet, name: str, *, oob: bool = False, status: int = 200) -> HttpResponse:
    if not request.htmx:
        return render(request, PAGE, {"s": s, "note_form": None}, status=status)
    if name == "title":
        return render_block(request, PAGE, "one_head" if oob else "head_only", {"s": s}, status=status)
    return render_block(request, PAGE, "one_fact", {"s": s, "f": s.fact(name), "oob": oob}, status=status)


def _change(request: Any, opportunity: Opportunity, name: str) -> HttpResponse:
    form = fact_form(name, opportunity, by=request.member, data=request.POST)
    if not form.is_valid():
        return _again(request, opportunity, form, name, "", 422)
    try:
        event = _edit(opportunity, form, by=request.member)
    except Stale as stale:
        return _again(request, opportunity, form, name, f"{stale.message} What you typed is still here.", 409)
    except Refusal as refusal:
        return _again(request, opportunity, form, name, refusal.message, 422)
    return changed(request, opportunity, f"Changed {form.label.lower()}" if event else "", undo=undo_url(event))


def _edit(opportunity: Opportunity, form: FactForm, *, by: Any) -> Any:
    changes = form.changes()
    if "tags" in changes:
        return opportunity.tag(changes["tags"], by=by)
    return opportunity.edit(version=form.cleaned_data["version"], by=by, **changes)


def _again(request: Any, opportunity: Opportunity, form: FactForm, name: str, why: str, status: int) -> HttpResponse:
    """The field again with what was typed, and the version that is true now."""
    fresh = _found(request, opportunity.pk)
    if status == 409:
        data = {**form.data.dict(), "version": str(fresh.version)}  # type: ignore[attr-defined]
        form = fact_form(name, fresh, by=request.member, data=data)
        form.is_valid()
    s = sheet_of(request, fresh, editing=form, note=why)
    response = _one_fact(request, s, name, oob=True, status=status)
    if request.htmx:
        response.write(pieces(request, opportunity.pk))
        if not _in_sheet(request):
            toast(response, why or first_error(form), bad=True)
    return response


# --- outcomes


@require_POST
def outcome(request: Any, id: UUID) -> HttpResponse:
    """Won, or lost for a reason."""
    opportunity = _found(request, id)
    before = opportunity.stage_id
    try:
        if request.POST.get("kind") == "won":
            event = opportunity.win(by=request.member)
        else:
            event = opportunity.lose(
                reason=_reason(request), note=request.POST.get("note", "")[:2000], by=request.member
            )
    except Refusal as refusal:
        return _refused(request, opportunity, refusal)
    return changed(
        request,
        opportunity,
        f"Marked {opportunity.title} {opportunity.stage.name.lower()}",
        before,
        undo=undo_url(event),
    )


def _reason(request: Any) -> LostReason | None:
    key = ColumnForm.stage_named(request.POST.get("reason"))
    return LostReason.objects.filter(pk=key, retired_at=None).first() if key else None


@require_POST
def reopen(request: Any, id: UUID) -> HttpResponse:
    """Open it again, where needed with a later closing day."""
    opportunity = _found(request, id)
    before = opportunity.stage_id
    form = ReopenForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal(first_error(form))
        given = form.cleaned_data
        event = opportunity.reopen(by=request.member, stage=given["stage"], expected_closing=given["expected_closing"])
    except Refusal as refusal:
        return _refused(request, opportunity, refusal)
    return changed(
        request,
        opportunity,
        f"Opened {opportunity.title} again in {opportunity.stage.name}",
        before,
        undo=undo_url(event),
    )


@require_http_methods(["GET", "POST"])
def move(request: Any, id: UUID) -> HttpResponse:
    """Moved from its sheet, from a board or from a page of its own."""
    response = moves.moves(request, id)
    if request.method == "POST" and request.htmx and _in_sheet(request):
        response.write(_parts(request, _found(request, id)))
    return response


# --- notes, timeline, removal


@require_POST
def note(request: Any, id: UUID) -> HttpResponse:
    """A note for the team."""
    opportunity = _found(request, id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        response = render(request, PAGE, {"s": sheet_of(request, opportunity), "note_form": form}, status=422)
        return toast(HttpResponse("", status=422), first_error(form), bad=True) if request.htmx else response
    try:
        opportunity.write_note(form.cleaned_data["body"], by=request.member)
    except Refusal as refusal:
        return _refused(request, opportunity, refusal)
    event = newest(opportunity, request.member, "opportunity.noted")
    response = changed(request, opportunity, "Note added", undo=undo_url(event))
    return trigger(response, "pv:noted", {"id": str(opportunity.pk)}) if request.htmx else response


@require_GET
def timeline(request: Any, id: UUID) -> HttpResponse:
    """Earlier events, or the whole line under another filter."""
    opportunity = _found(request, id)
    s = sheet_of(request, opportunity, show=request.GET.get("show", ""))
    if "whole" in request.GET:
        return render_block(request, PAGE, "whole_line", {"s": s})
    before = ColumnForm.stage_named(request.GET.get("before"))
    line = timeline_of(opportunity, request.member, show=s.show, today=s.today, zone=s.zone, before=before)
    if not request.htmx:
        s.timeline = line
        return render(request, PAGE, {"s": s, "note_form": None})
    return render_block(request, PAGE, "earlier", {"s": s, "line": line})


@require_POST
def remove(request: Any, id: UUID) -> HttpResponse:
    """Off the board and out of every sum; Undo brings it back whole."""
    opportunity = _found(request, id)
    try:
        event = opportunity.remove(by=request.member)
    except Refusal as refusal:
        return _refused(request, opportunity, refusal)
    if not request.htmx:
        return HttpResponseRedirect(reverse("pipeline:board"))
    response = HttpResponse(pieces(request, opportunity.pk, stages=[opportunity.stage_id]))
    trigger(response, "pv:gone", {"id": str(opportunity.pk)})
    return toast(response, f"Deleted {opportunity.title}", undo=undo_url(event))


# --- answering


def changed(request: Any, opportunity: Opportunity, told: str, *stages: UUID, undo: str | None = None) -> HttpResponse:
    """The parts of the sheet and the pieces of the board that show it, and a toast where something happened."""
    if not request.htmx:
        return HttpResponseRedirect(reverse("pipeline:opportunity", args=[opportunity.pk]))
    body = _parts(request, opportunity) if _in_sheet(request) else ""
    response = HttpResponse(body + pieces(request, opportunity.pk, stages=stages))
    return toast(response, told, undo=undo) if told else response


def _parts(request: Any, opportunity: Opportunity) -> str:
    s = sheet_of(request, opportunity, said="Saved")
    return str(render_block(request, PAGE, "renewed", {"s": s}).content.decode())


def _in_sheet(request: Any) -> bool:
    """True where the browser shows this opportunity's sheet: its address is the current one."""
    return "/opportunities/" in (request.headers.get("HX-Current-URL") or "")


def _refused(request: Any, opportunity: Opportunity, refusal: Refusal) -> HttpResponse:
    if not request.htmx:
        return moves.new(request, _found(request, opportunity.pk), None, refusal.message)
    response = refused(request, refusal, opportunity)
    if _in_sheet(request):
        response.write(_parts(request, opportunity))
    return response


__all__ = ["changed", "fact", "move", "note", "outcome", "remove", "reopen", "show", "timeline"]
