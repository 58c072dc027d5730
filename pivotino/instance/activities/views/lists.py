"""The activities page, and today."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from pivotino.instance.activities import lists
from pivotino.ui.shortcuts import render, render_block


@require_GET
def index(request: Any) -> HttpResponse:
    """Four counters, and what is behind the chosen one by day."""
    page = lists.activities(
        request.member, show=request.GET.get("show", "all"), mine=request.GET.get("whose") == "mine"
    )
    return _answer(request, "activities/index.html", page)


@require_GET
def today(request: Any) -> HttpResponse:
    """What waits for this member today."""
    return _answer(request, "activities/today.html", lists.morning(request.member))


def _answer(request: Any, template: str, page: lists.Page) -> HttpResponse:
    if request.htmx and not request.htmx.history_restore_request:
        return render_block(request, template, "list", {"page": page})
    return render(request, template, {"page": page})
