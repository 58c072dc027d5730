"""Every piece in every state, for those who build it."""

from itertools import product

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from pivotino.ui.samples import Sample
from pivotino.ui.shortcuts import render

COPIES = list(product(("roomy", "compact"), ("light", "dark")))


def index(request: HttpRequest) -> HttpResponse:
    if not _may_look(request):
        raise Http404
    return render(request, "ui/gallery.html", {"copies": [Sample(theme, density) for density, theme in COPIES]})


def _may_look(request: HttpRequest) -> bool:
    return bool(settings.DEBUG or getattr(getattr(request, "account", None), "is_staff", False))
