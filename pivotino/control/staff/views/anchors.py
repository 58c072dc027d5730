"""The daily roots of all trails, for everybody: who keeps a copy can prove that a trail was written anew."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.staff.models import Anchor
from pivotino.ui.shortcuts import render


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    return render(
        request, "staff/anchors.html", {"page": Paginator(Anchor.objects.all(), 60).get_page(request.GET.get("page"))}
    )


@require_safe
def text(request: HttpRequest) -> HttpResponse:
    """All of them, oldest first: a day and its root a line, as in the file on our server."""
    lines = "".join(f"{one}\n" for one in Anchor.objects.order_by("number"))
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")
