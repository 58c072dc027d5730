"""All personal information we keep, table by table."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from pivotino.control.privacy.data_map import data_map
from pivotino.ui.shortcuts import render


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Drawn from the code that keeps it, so it cannot say less."""
    return render(
        request,
        "privacy/data.html",
        {"found": data_map(), "keeping": None if settings.SINGLE else reverse("retention:keeping")},
    )
