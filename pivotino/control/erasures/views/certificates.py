"""The certificate of an erasure: public under an address nobody can guess, and without a name in it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from pivotino.control.erasures import hooks
from pivotino.control.erasures.models import Erasure
from pivotino.control.erasures.steps import certificate, fingerprint
from pivotino.ui.shortcuts import render


@require_safe
def show(request: HttpRequest, id: UUID) -> HttpResponse:
    """What went, what the law keeps, and the real dates on which the last backups go or went."""
    erasure = _find(id)
    said = {
        "erasure": erasure, "certificate": certificate(erasure), "genuine": fingerprint(erasure) == erasure.sha256,
        "copies": _copies(erasure),
    }  # fmt: skip
    return render(request, "erasures/certificate.html", said)


@require_safe
def as_json(request: HttpRequest, id: UUID) -> HttpResponse:
    """The same for machines: the list as it was sealed, its fingerprint, and the backups as they are now."""
    erasure = _find(id)
    said = {"sealed": certificate(erasure), "sha256": erasure.sha256, "backups": _backups(erasure)}
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})


def _backups(erasure: Erasure) -> list[dict[str, Any]]:
    return [
        {"taken_at": copy.taken_at, "until": copy.until, "removed_at": copy.removed_at} for copy in _copies(erasure)
    ]


def _find(id: UUID) -> Erasure:
    done = Erasure.objects.filter(done_at__isnull=False)
    return get_object_or_404(done.exclude(sha256=""), pk=id)


def _copies(erasure: Erasure) -> list[hooks.Copy]:
    """Of a person those of our own books that were taken before: later ones do not hold them."""
    found = hooks.copies_of(erasure.instance_id)
    until = erasure.done_at if erasure.kind == Erasure.Kind.PERSON else None
    return [copy for copy in found if until is None or copy.taken_at < until]
