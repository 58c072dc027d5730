"""What we know of this visit now, and deleting it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pivotino.control.visitors import measuring, recording
from pivotino.control.visitors.consenting import consents_of
from pivotino.control.visitors.cookies import VISIT
from pivotino.control.visitors.middleware import visit_of
from pivotino.control.visitors.models import Visit
from pivotino.ui.shortcuts import render


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The visit of this browser, with what still waits to be written. A press deletes it."""
    visit_id = visit_of(request)
    if request.method == "POST":
        if visit_id:
            recording.erase(visit_id)
        answer = HttpResponseRedirect(f"{reverse('visitors:you')}?deleted=1", status=303)
        answer.delete_cookie(VISIT, samesite="Lax")
        return answer
    if visit_id:
        recording.flush()
    visit = Visit.objects.filter(pk=visit_id).first() if visit_id else None
    seen = {
        "visit": visit,
        "consents": consents_of(request),
        "told": measuring.active(),
        "deleted": "deleted" in request.GET and visit is None,
    }
    return render(request, "visitors/you.html", seen)
