"""One file: sent out, its small picture, taken off its record. Whose it is is asked at every request."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pivotino.instance.files.carriers import Carrier, carrier_of
from pivotino.instance.files.models import File
from pivotino.kit.uploads import answer
from pivotino.tenancy import current, filing
from pivotino.ui.shortcuts import toast, trigger


@require_GET
def show(request: Any, id: UUID) -> HttpResponseBase:
    """The file, always as an attachment."""
    file, _ = _found(request, id, ready=True)
    return answer.download(_opened(file.stored), name=file.name, type=file.kind.type, size=file.size)


@require_GET
def small(request: Any, id: UUID) -> HttpResponseBase:
    """The small picture within our own pages."""
    file, _ = _found(request, id, ready=True)
    if not file.small:
        raise Http404
    if request.headers.get("If-None-Match") == f'"{file.small}"':
        return HttpResponseNotModified()
    return answer.shown(_opened(file.stored_small), mark=file.small)


@require_POST
def removal(request: Any, id: UUID) -> HttpResponse:
    """Take it off its record; the toast brings it back."""
    file, carrier = _found(request, id)
    event = file.remove(carrier, by=request.member)
    if not request.htmx:
        return HttpResponseRedirect(carrier.href)
    told = toast(HttpResponse(status=204), f"Removed {file.name}", undo=reverse("history:undo", args=[event.pk]))
    return trigger(told, "pv:filed", {"id": str(carrier.pk)})


def _found(request: Any, id: UUID, *, ready: bool = False) -> tuple[File, Carrier]:
    file = File.objects.kept().filter(pk=id).first()
    carrier = carrier_of(request.member, file.subject_kind, file.subject_id) if file else None
    if file is None or carrier is None or (ready and not file.is_ready):
        raise Http404
    return file, carrier


def _opened(name: str) -> Any:
    try:
        return filing.opened(current(), name)
    except FileNotFoundError as error:
        raise Http404 from error
