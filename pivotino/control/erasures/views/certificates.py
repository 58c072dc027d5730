"""The certificate of an erasure: public under an address nobody can guess, and without a name in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from pivotino.control.erasures import hooks, signing
from pivotino.control.erasures.models import Erasure
from pivotino.control.erasures.signing import certificate
from pivotino.kit import signatures
from pivotino.tenancy.addresses import absolute, control_url
from pivotino.ui.shortcuts import render

# What a stranger types beside certificate.json and key.pem: neither line asks us anything.
SPLIT = """python3 -c '
import base64, json
c = json.load(open("certificate.json", encoding="utf-8"))
open("signed.txt", "w", encoding="utf-8").write(
    json.dumps(c["signed"], sort_keys=True, separators=(",", ":"), ensure_ascii=False))
open("signature.bin", "wb").write(base64.b64decode(c["signature"]))'"""
CHECK = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in signed.txt -sigfile signature.bin"


@require_safe
def show(request: HttpRequest, id: UUID) -> HttpResponse:
    """What went, what the law keeps, and the real dates on which the last backups go or went."""
    erasure = _find(id)
    said = {
        "erasure": erasure, "certificate": certificate(erasure), "genuine": signing.is_genuine(erasure),
        "copies": _copies(erasure), "signed_at": datetime.fromisoformat(erasure.signed["at"]) if erasure.signed else None,
        "fetch": _fetch(erasure), "split": SPLIT, "check": CHECK,
    }  # fmt: skip
    return render(request, "erasures/certificate.html", said)


@require_safe
def as_json(request: HttpRequest, id: UUID) -> HttpResponse:
    """The same as a file: what is signed, the signature, and the backups as they are now."""
    erasure = _find(id)
    known = erasure.signed
    said = {
        "signed": signing.told(erasure) if known else {"certificate": certificate(erasure), "sha256": erasure.sha256},
        "signature": known.get("signature", ""), "public_key": signatures.pem(known["public"]) if known else "", "backups": _backups(erasure),
    }  # fmt: skip
    answer = JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="certificate.json"'
    return answer


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public halves of all keys that ever signed a certificate here."""
    present, *before = [(id, signatures.pem(public)) for id, public in signing.keys().items()]
    return render(request, "erasures/keys.html", {"present": present, "before": before, "split": SPLIT, "check": CHECK})


@require_safe
def key(request: HttpRequest, id: str) -> HttpResponse:
    """One of them, as a file."""
    public = signing.keys().get(id)
    if public is None:
        raise Http404
    return HttpResponse(
        signatures.pem(public),
        content_type="application/x-pem-file",
        headers={"Content-Disposition": 'attachment; filename="key.pem"'},
    )


def _fetch(erasure: Erasure) -> str:
    if not erasure.signed:
        return ""
    file = absolute(control_url("erasures:certificate_json", id=erasure.pk))
    key = absolute(control_url("erasures:key", id=erasure.signed["key"]))
    return f"curl -o certificate.json {file}\ncurl -o key.pem {key}"


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
