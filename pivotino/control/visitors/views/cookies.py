"""What cookies there are, what this browser agreed to, and changing it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.networks import line_of
from pivotino.control.privacy import register
from pivotino.control.visitors import cookies, recording, wording
from pivotino.control.visitors.consenting import choose, consents_of, remember
from pivotino.control.visitors.cookies import VISIT
from pivotino.control.visitors.forms import Choice
from pivotino.control.visitors.middleware import visit_of
from pivotino.control.visitors.models import Consent
from pivotino.kit.limits import Limit, TooMany
from pivotino.ui.shortcuts import answer_to, render

CHOOSING = Limit("consents", 300, per=3600)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The list, and the choice. A press leads back to the page it was made on."""
    form = Choice(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            CHOOSING.hit(line_of(request))
            return _chosen(request, form.wanted)
        except TooMany as refusal:
            form.add_error(None, refusal.message)
    consents = consents_of(request)
    ticked = (
        set(request.POST.getlist("granted"))
        if form.is_bound
        else {name for name in wording.OPTIONAL if consents.grants(name)}
    )
    seen = {
        "form": form, "consents": consents, "wording": wording.current(), "cookies": cookies.declared(), "ticked": ticked,
        "others": [row for row in register.in_force() if row.cookies],
    }  # fmt: skip
    return render(request, "visitors/cookies.html", seen, answer_to(form))


@never_cache
@require_safe
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """What was chosen, when, and about which words: for whoever knows the receipt."""
    consent = get_object_or_404(Consent, receipt=receipt.upper())
    return render(request, "visitors/receipt.html", {"consent": consent, "words": consent.wording})


def _chosen(request: HttpRequest, wanted: set[str]) -> HttpResponse:
    consent = choose(request, wanted)
    back = request.GET.get("back", "")
    here = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    answer = HttpResponseRedirect(back if here else reverse("visitors:cookies"), status=303)
    remember(answer, consent)
    if "statistics" not in consent.granted:
        visit = visit_of(request)
        if visit:
            recording.erase(visit)
        if VISIT in request.COOKIES:
            answer.delete_cookie(VISIT, samesite="Lax")
    return answer
