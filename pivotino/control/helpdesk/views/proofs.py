"""Was it you?"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pivotino.control.helpdesk import verbs
from pivotino.control.helpdesk.links import to_prove
from pivotino.ui.shortcuts import render


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the letter. Looking changes nothing: mail scanners look at everything."""
    ticket = to_prove(token)
    if ticket is None:
        return render(request, "helpdesk/proof.html", {"state": "unknown", "ticket": None}, status=404)
    if request.method == "POST":
        verbs.prove(ticket)
        return HttpResponseRedirect(request.path)
    answer = render(
        request, "helpdesk/proof.html", {"state": "proven" if ticket.proved_at else "ask", "ticket": ticket}
    )
    answer["Referrer-Policy"] = "no-referrer"
    return answer
