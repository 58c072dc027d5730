"""What a letter leads to: its links and its pictures. Neither tells who reads."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from pivotino.control.marketing.campaigning import CAMPAIGNS
from pivotino.control.marketing.models import Picture
from pivotino.letters.bulletins import links


@require_safe
def go(request: HttpRequest, token: str) -> HttpResponse:
    """On to what we once wrote a link to, and nowhere else. One more followed it; who, nobody notes."""
    found = links.read(token)
    if found is None:
        raise Http404
    if request.method == "GET":
        CAMPAIGNS.follow(*found)
    return links.leading_to(found[1])


@require_safe
def picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    return get_object_or_404(Picture, pk=pk).answer()
