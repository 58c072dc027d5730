"""The policy and the terms: the one in force, any version of old, what changed, and the sealed file itself."""

import re
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from pivotino.control.accounts.models import Consent
from pivotino.control.privacy import comparison, register
from pivotino.control.privacy.documents import (
    LANGUAGES,
    Document,
    Kind,
    Language,
    NoSuchVersion,
    before,
    coming,
    current,
    version,
    versions,
)
from pivotino.control.privacy.languages import NAMES, WORDS, day_in, language_of
from pivotino.control.privacy.models import Announcement
from pivotino.ui.shortcuts import render

LINK = re.compile(r'<a href="(/[^"#?]*)[^"]*">(.*?)</a>', re.DOTALL)


@require_safe
def index(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Every version, and the comparison of two of them: `?old=2021-06-30&new=2026-11-23`."""
    language = language_of(request)
    known = versions(kind, language)
    new = _asked(request, "new", kind) or known[0]
    old = _asked(request, "old", kind) or before(new)
    passages = comparison.compare(old, new) if old and old != new else []
    page = {
        "kind": kind, "versions": known, "old": old, "new": new, "passages": passages, "current": current(kind, language),
        **_spoken(language, reverse(f"privacy:{kind}_versions")),
    }  # fmt: skip
    return render(request, "privacy/versions.html", page)


@require_safe
def show(request: HttpRequest, kind: Kind, effective_on: date | None = None) -> HttpResponse:
    language = language_of(request)
    document = _document(kind, effective_on, language)
    now = current(kind, language)
    page = {
        "document": document,
        "html": _linked(document),
        "in_force": document == now,
        "later": document.effective_on > now.effective_on,
        "next": coming(kind, language),
        "agreed": _agreed(request, document, now),
        "operator": settings.OPERATOR,
        **(_helpers() if kind == "policy" else {}),
        **_spoken(language, reverse(f"privacy:{kind}") if effective_on is None else request.path),
    }
    return render(request, f"privacy/{kind}.html", page)


@require_safe
def source(request: HttpRequest, kind: Kind, effective_on: date) -> HttpResponse:
    """Byte for byte what the fingerprint was taken of."""
    text = _document(kind, effective_on, language_of(request)).text
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _spoken(language: Language, path: str) -> dict[str, Any]:
    """The words of the page in its language, and the same page in the others."""
    return {
        "language": language,
        "words": WORDS[language],
        "day": partial(day_in, language=language),
        "suffix": _suffix(language),
        "elsewhere": [(one, NAMES[one], f"{path}{_suffix(one)}") for one in LANGUAGES],
        "canonical": f"{settings.BASE_URL}{path}{_suffix(language)}",
        "site": settings.BASE_URL,
    }


def _suffix(language: Language) -> str:
    return "" if language == "en" else f"?lang={language}"


def _agreed(request: HttpRequest, document: Document, now: Document) -> Document | None:
    """The older version that whoever is signed in said yes to, on the page of the one in force."""
    account = getattr(request, "account", None)
    if account is None or document != now:
        return None
    yes = Consent.objects.filter(account_id=account.id, document=document.kind).order_by("-at").first()
    if yes is None or yes.version >= document.version:
        return None
    known = versions(document.kind, document.language)
    return next((one for one in known if one.version == yes.version), None)


def _helpers() -> dict[str, object]:
    """Those who work for us, now and soon."""
    return {
        "processors": register.in_force(),
        "coming": Announcement.objects.filter(kind="register").coming(),
        "beside": register.beside_the_register(),
        "analytics": register.measuring(),
    }


def _document(kind: Kind, effective_on: date | None, language: Language) -> Document:
    if effective_on is None:
        return current(kind, language)
    try:
        return version(kind, effective_on, language)
    except NoSuchVersion as missing:
        raise Http404(str(missing)) from missing


def _asked(request: HttpRequest, name: str, kind: Kind) -> Document | None:
    """A day nobody published on is answered with the page, not with an error."""
    try:
        return version(kind, date.fromisoformat(request.GET.get(name, "")), language_of(request))
    except (ValueError, NoSuchVersion):
        return None


def _linked(document: Document) -> Markup:
    """The text, with plain words in place of links to rooms that are not here: one company's own machine lacks a few."""

    def kept(found: re.Match[str]) -> str:
        try:
            resolve(found[1])
        except Resolver404:
            return found[2]
        return found[0]

    return Markup(LINK.sub(kept, document.html))  # noqa: S704 - a sealed document of ours
