"""A browser that agreed tells how long a page was in sight."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from pivotino.control.visitors import recording
from pivotino.control.visitors.consenting import consents_of
from pivotino.control.visitors.forms import PingForm
from pivotino.control.visitors.middleware import visit_of


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Nothing is answered, and nothing is kept for a browser that did not agree."""
    visit, form = visit_of(request), PingForm(request.POST)
    if not form.is_valid():
        return HttpResponse("A ping carries a page and whole seconds.", status=422, content_type="text/plain")
    if visit and consents_of(request).grants("statistics"):
        recording.add(recording.Ping(visit, form.cleaned_data["path"], form.cleaned_data["seconds"]))
    return HttpResponse(status=204)
