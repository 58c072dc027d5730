"""Downloading an export: for the account that asked for it, after another proof, from anywhere in the file, and noted."""

import re
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from pivotino.control.accounts.guards import owner
from pivotino.control.accounts.networks import browser_of, network_of
from pivotino.control.exports import again, storing
from pivotino.control.exports.models import Download, Export
from pivotino.control.exports.sealing import unsealed
from pivotino.jobs.trails import tell
from pivotino.tenancy.models import Instance

PIECE = 1 << 18
# A download that was cut off may be gone on with for so long after the proof it began with.
GOES_ON_SECONDS = 12 * 60 * 60
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@owner
@require_safe
def show(request: Any, instance: Instance, id: UUID) -> HttpResponseBase:
    """The file, whole or from where a download was cut off."""
    export = get_object_or_404(Export.objects.select_related("instance"), pk=id, instance=instance)
    path = storing.path_of(instance.pk, export.pk)
    if not export.belongs_to(request.account.id) or export.state != "ready" or not path.exists():
        raise Http404
    span = _span(request, export)
    begun = f"export-{export.pk}"
    goes_on = span is not None and span[0] > 0 and time.time() - request.session.get(begun, 0) < GOES_ON_SECONDS
    if not (goes_on or again.is_proven(request)):
        return again.prove(request, reverse("exports:index", args=[instance.slug]))
    if span is not None and span[0] >= export.size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{export.size}"})
    first, last = span or (0, export.size - 1)
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse(content_type="application/zip")
    else:
        if not goes_on:
            request.session[begun] = time.time()
        Download.objects.create(
            export=export, account_id=request.account.id, network=network_of(request), browser=browser_of(request)[:80], first_byte=first
        )  # fmt: skip
        if not goes_on:
            tell(instance.pk, "export.taken_out", account_id=request.account.id, how=browser_of(request))
        answer = StreamingHttpResponse(_pieces(export, first, last), content_type="application/zip")
    about = {
        "Content-Length": str(last - first + 1), "Accept-Ranges": "bytes", "ETag": f'"{export.sha256}"',
        "Content-Disposition": f'attachment; filename="{export.file_name}"', "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    for name, value in about.items():
        answer.headers[name] = value
    if span is not None:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{export.size}"
    return answer


def _span(request: Any, export: Export) -> tuple[int, int] | None:
    """The first and last byte that are asked for; None for the whole file, also where the asked-for one was another."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or request.headers.get("If-Range", f'"{export.sha256}"') != f'"{export.sha256}"':
        return None
    first, last = asked.groups()
    if not first:
        return (max(0, export.size - int(last)), export.size - 1) if last and int(last) else None
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), export.size - 1) if last else export.size - 1


def _pieces(export: Export, first: int, last: int) -> Iterator[bytes]:
    with unsealed(storing.path_of(export.instance_id, export.pk), export.key) as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
