"""Unsubscribing, by a person or by a mail program, and choosing what one gets."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pivotino.letters import preferences
from pivotino.letters.stopping import Stop, read
from pivotino.ui.shortcuts import render

# What the page may ask for. Anything else is a mail program's one press.
DEEDS = ("all", "choose", "undo")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One address for both. Looking changes nothing, for mail scanners look at everything; a POST acts at once.

    The answer is 200 and the same whether the token is known, used or made up.
    """
    stop = read(token)
    if request.method == "POST":
        return render(request, "letters/stopped.html", {"deed": _do(stop, _sent(request))})
    return render(request, "letters/preferences.html", {"now": preferences.preferences(stop)})


def _do(stop: Stop | None, sent: QueryDict) -> str:
    deed = sent.get("do", "")
    if deed == "all":
        preferences.stop_all(stop, how="link")
    elif deed == "choose":
        preferences.choose(stop, sent.getlist("topic"))
    elif deed == "undo":
        preferences.undo(stop)
    else:
        preferences.stop_topic(stop, how="one-click" if "List-Unsubscribe" in sent else "link")
    return deed if deed in DEEDS else "stop"


def _sent(request: HttpRequest) -> QueryDict:
    """The form; a body that cannot be read is still a press."""
    try:
        return request.POST
    except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent):
        return QueryDict()
