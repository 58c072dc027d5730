"""What whoever opens a letter asks for: a picture, or where a link leads."""

from uuid import UUID

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from pivotino.instance.mailing.models import Mailing, Picture
from pivotino.instance.mailing.sending import ENGINE
from pivotino.instance.members.middleware import open_to_strangers
from pivotino.letters.bulletins import links
from pivotino.tenancy import fencing


@open_to_strangers
@require_safe
def picture(request: HttpRequest, id: UUID) -> HttpResponse:
    return get_object_or_404(Picture, pk=id).answer()


@open_to_strangers
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """On to where the letter leads; one more followed it, and nobody knows who. A company that may only read counts nothing."""
    found = links.read(token)
    if found is None or not Mailing.objects.filter(pk=found[0]).exists():
        raise Http404
    if request.method == "GET" and not request.instance.frozen:  # type: ignore[attr-defined]
        try:
            ENGINE.follow(*found)
        except DatabaseError as error:
            if not fencing.refused(error):
                raise
    return links.leading_to(found[1])
