"""The published description of an export."""

from functools import cache

import nh3
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markupsafe import Markup

from pivotino.tenancy.packing.describing import document
from pivotino.ui.shortcuts import render


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """FORMAT.md, as a page."""
    return render(request, "exports/format.html", {"text": _text()})


@cache
def _text() -> Markup:
    body = document().partition("\n")[2]
    return Markup(nh3.clean(MarkdownIt("commonmark", {"html": False}).enable("table").render(body)))  # noqa: S704 - cleaned
