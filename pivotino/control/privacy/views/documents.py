"""The policy and the terms: the one in force, any version of old, what changed, and the sealed file itself."""

from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from pivotino.control.privacy import comparison, register
from pivotino.control.privacy.documents import Document, Kind, NoSuchVersion, before, current, version, versions
from pivotino.control.privacy.models import Announcement
from pivotino.ui.shortcuts import render


@require_safe
def index(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Every version, and the comparison of two of them: `?old=2021-06-30&new=2026-11-23`."""
    known = versions(kind)
    new = _asked(request, "new", kind) or known[0]
    old = _asked(request, "old", kind) or before(new)
    passages = comparison.compare(old, new) if old and old != new else []
    page = {"kind": kind, "versions": known, "old": old, "new": new, "passages": passages, "current": current(kind)}
    return render(request, "privacy/versions.html", page)


@require_safe
def show(request: HttpRequest, kind: Kind, effective_on: date | None = None) -> HttpResponse:
    document = _document(kind, effective_on)
    page = {
        "document": document,
        "in_force": document == current(kind),
        "operator": settings.OPERATOR,
        **(_helpers() if kind == "policy" else {}),
        "canonical": settings.BASE_URL + reverse(f"privacy:{kind}"),
    }
    return render(request, f"privacy/{kind}.html", page)


@require_safe
def source(request: HttpRequest, kind: Kind, effective_on: date) -> HttpResponse:
    """Byte for byte what the fingerprint was taken of."""
    return HttpResponse(_document(kind, effective_on).text, content_type="text/plain; charset=utf-8")


def _helpers() -> dict[str, object]:
    """Those who work for us, now and soon."""
    return {
        "processors": register.in_force(),
        "coming": Announcement.objects.filter(kind="register").coming(),
        "beside": register.beside_the_register(),
        "analytics": register.measuring(),
    }


def _document(kind: Kind, effective_on: date | None) -> Document:
    if effective_on is None:
        return current(kind)
    try:
        return version(kind, effective_on)
    except NoSuchVersion as missing:
        raise Http404(str(missing)) from missing


def _asked(request: HttpRequest, name: str, kind: Kind) -> Document | None:
    """A day nobody published on is answered with the page, not with an error."""
    try:
        return version(kind, date.fromisoformat(request.GET.get(name, "")))
    except (ValueError, NoSuchVersion):
        return None
