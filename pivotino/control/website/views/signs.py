"""What machines read: where to report a weakness, what to crawl, which pages there are."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pivotino.control.testimonials.showing import are_there_any
from pivotino.ui.shortcuts import render

PAGES = (
    "website:home",
    "website:how",
    "website:prices",
    "website:story",
    "website:contact",
    "prospects:demo",
    "website:security",
    "privacy:promises",
    "privacy:policy",
    "privacy:terms",
)
SECURITY_TXT_LASTS = timedelta(days=180)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. It renews itself every day, so that it cannot lie expired."""
    expires = datetime.combine(timezone.now().date() + SECURITY_TXT_LASTS, time(), tzinfo=UTC)
    lines = [
        f"Contact: {_absolute('website:contact')}?about=security",
        f"Contact: mailto:{settings.OPERATOR.support}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, ms",
        f"Canonical: {_absolute('website:security_txt')}",
        f"Policy: {_absolute('website:security')}",
    ]
    return _text(lines)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /@",
        "Disallow: /my/",
        "Disallow: /tickets/",
        "",
        f"Sitemap: {_absolute('website:sitemap')}",
    ]
    return _text(lines)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    pages = [*PAGES, *(["testimonials:index"] if are_there_any() else [])]
    response = render(request, "website/sitemap.xml", {"addresses": [_absolute(name) for name in pages]})
    response["Content-Type"] = "application/xml; charset=utf-8"
    return response


def _absolute(name: str) -> str:
    return f"{settings.BASE_URL}{reverse(name)}"


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
