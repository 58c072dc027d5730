"""What customers say, for everybody. Nothing of it may be kept anywhere: it is gone when it is taken back."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from pivotino.control.testimonials import showing
from pivotino.control.testimonials.models import Place, Publication, Wording
from pivotino.ui.shortcuts import render

unkept = cache_control(no_store=True)


@unkept
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    seen = {"stories": showing.stories(Place.CUSTOMERS), "canonical": settings.BASE_URL + request.path}
    return render(request, "testimonials/index.html", seen)


@unkept
@require_safe
def picture(request: HttpRequest, id: UUID) -> HttpResponse:
    """The picture beside words that are shown now."""
    shown = Publication.objects.current().filter(consent__wording_id=id).select_related("consent__wording").first()
    if shown is None or not shown.wording.places or shown.wording.said.digest != shown.consent.digest:
        raise Http404
    return picture_of(shown.wording)


def picture_of(wording: Wording | None) -> HttpResponse:
    if wording is None or not wording.picture:
        raise Http404
    return HttpResponse(bytes(wording.picture), content_type="image/jpeg")
