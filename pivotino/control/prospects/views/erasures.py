"""One press in a letter, and we know nobody any more."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pivotino.control.prospects.forgetting import forget
from pivotino.control.prospects.models import Prospect
from pivotino.control.prospects.queries import FORGET
from pivotino.ui.shortcuts import render


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, sealed: str) -> HttpResponse:
    """Looking changes nothing; the press erases. The page is the same whether we hold somebody, held them, or never did."""
    if request.method != "POST":
        return render(request, "prospects/forget.html", {"done": False})
    try:
        id = signing.loads(sealed, salt=FORGET)
    except signing.BadSignature:
        id = None
    if id and (prospect := Prospect.objects.filter(pk=id).first()):
        forget(prospect.address)
    return render(request, "prospects/forget.html", {"done": True})
