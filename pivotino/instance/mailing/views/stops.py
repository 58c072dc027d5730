"""Who wants none of this company's mailings, and the public page on which they say so."""

from uuid import UUID

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pivotino.instance.contacts.models import Contact
from pivotino.instance.mailing import stopping
from pivotino.instance.mailing.models import How, Sender, Stop
from pivotino.instance.mailing.models.stops import lift, mark_of, stop, take_back
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest, open_to_strangers
from pivotino.instance.members.queries import company
from pivotino.tenancy import fencing, inside
from pivotino.tenancy.freezing import changes_nothing
from pivotino.ui.shortcuts import render

DEEDS = ("all", "this", "undo")
SHOWN = 500


@require_GET
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    """Everybody who is left alone: by their own wish, because nobody reads there, or because a colleague noted it."""
    stops = list(Stop.objects.select_related("audience")[:SHOWN])
    key, wanted = Sender.ours().key, {one.mark for one in stops}
    names: dict[str, Contact] = {}
    for contact in Contact.objects.kept().exclude(email="").only("pk", "name", "email").iterator() if stops else ():
        if (mark := mark_of(contact.email, key)) in wanted:
            names.setdefault(mark, contact)
    told = {id for one in stops for id in one.flagged}
    noted = [
        contact for contact in Contact.objects.kept().filter(do_not_mail=True)[:SHOWN] if str(contact.pk) not in told
    ]
    rows = [(one, names.get(one.mark)) for one in stops]
    return render(request, "mailing/stops.html", {"rows": rows, "noted": noted, "tab": "stops"})


@require_POST
@owners_only
def destroy(request: MemberRequest, id: UUID) -> HttpResponse:
    """Try an address again that had come back. What people wished is theirs to take back."""
    lift(get_object_or_404(Stop, pk=id, how=How.BOUNCE), by=request.member)
    return redirect("mailing:stops")


@changes_nothing  # It does, and by right: whoever wants no more letters may say so while the company may only read.
@open_to_strangers
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One address for a person and a mail program. Looking changes nothing, for mail scanners look at everything; a POST acts.

    The answer is the same whether the token is known, used or made up. Where the database is being taken elsewhere nothing can be
    kept for a moment: then 503, and a mail program asks again by itself.
    """
    place = request.instance.writable  # type: ignore[attr-defined]
    try:
        with inside(place):
            wish = stopping.read(token)
            deed = _do(wish, _sent(request)) if request.method == "POST" else ""
            return _page(request, deed, wish)
    except DatabaseError as error:
        if not fencing.refused(error):
            raise
        answer = _page(request, "later", None)
        answer.status_code, answer["Retry-After"] = 503, "120"
        return answer


def _page(request: HttpRequest, deed: str, wish: stopping.Wish | None) -> HttpResponse:
    sender = Sender.ours()
    stopped = [one for one in wish.stops if one.how != How.BOUNCE] if wish and not deed else []
    context = {"deed": deed, "sender": sender, "who": sender.name or company().name, "stopped": bool(stopped)}
    return render(request, "mailing/unsubscribe.html", context)


def _do(wish: stopping.Wish | None, sent: QueryDict) -> str:
    """One press of a mail program stops everything of this company; on the page people may choose less."""
    deed = sent.get("do", "")
    deed = deed if deed in DEEDS else "all"
    if wish is None:
        return deed
    how = How.ONE_CLICK if "List-Unsubscribe" in sent else How.LINK
    if deed == "undo":
        take_back(wish.mark, audience=wish.audience)
    else:
        stop(wish.mark, audience=wish.audience if deed == "this" else None, how=how)
    return deed


def _sent(request: HttpRequest) -> QueryDict:
    """The form; a body that cannot be read is still a press."""
    try:
        return request.POST
    except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent):
        return QueryDict()
