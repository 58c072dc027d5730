"""Support sessions: asking for one, going in, uncovering a page, coming out. What is seen inside is the instance's own page."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.accounts.networks import address_of
from pivotino.control.staff.guards import staff
from pivotino.control.support import calling
from pivotino.control.support.forms import AskForm, WhyForm
from pivotino.control.support.models import End, Housecall
from pivotino.tenancy.addresses import instance_url
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import answer_to, render


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    """What is open first: mine, and what waits for a second one of us."""
    every = Housecall.objects.select_related("instance").prefetch_related("yeses")
    return render(request, "staff/sessions.html", {"open": every.open(), "over": every.exclude(ended_at=None)[:50]})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AccountRequest) -> HttpResponse:
    """Ask: which database, which ticket, why, and for what."""
    given = {name: request.GET[name] for name in ("database", "ticket") if name in request.GET}
    form = AskForm(request.POST or None, initial=given)
    if form.is_valid():
        said = dict(form.cleaned_data)
        instance = Instance.objects.living().filter(slug=said.pop("database")).first()
        try:
            if instance is None:
                raise calling.NotPossible("There is no database with this name.")
            return _to(calling.ask(instance, by=request.account, **said))
        except calling.NotPossible as refusal:
            form.add_error(None, str(refusal))
    return render(request, "staff/session_new.html", {"form": form}, answer_to(form))


@staff
@require_safe
def show(request: AccountRequest, id: UUID) -> HttpResponse:
    return _page(request, _call(id))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: AccountRequest, id: UUID, code: str) -> HttpResponse:
    """Begin, extend, agree as a second one of us, ask to change something."""
    call = _call(id)
    if code not in ("begin", "extend", "second", "changes"):
        raise Http404
    form = WhyForm(request.POST or None)
    if code in ("second", "changes") and not form.is_valid():
        return render(request, "staff/session_why.html", {"call": call, "form": form, "code": code}, answer_to(form))
    if request.method != "POST":
        raise Http404
    try:
        match code:
            case "begin":
                calling.begin(call, by=request.account, address=address_of(request))
                return HttpResponseRedirect(_entrance(call))
            case "extend":
                calling.extend(call, by=request.account)
            case "second":
                calling.second(call, by=request.account, why=form.cleaned_data["why"])
            case _:
                calling.ask_changes(call, by=request.account, reason=form.cleaned_data["why"])
    except calling.NotPossible as refusal:
        return _page(request, _call(id), str(refusal), 409)
    return _to(call)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def reveals(request: AccountRequest, id: UUID) -> HttpResponse:
    """Uncover one page, with a reason the customer reads."""
    call, path = _call(id), (request.POST or request.GET).get("path", "")[:200]
    form, refusal = WhyForm(request.POST or None), ""
    if form.is_valid():
        try:
            opened = calling.reveal(call, path, by=request.account, reason=form.cleaned_data["why"])
            return HttpResponseRedirect(f"/@{call.instance.slug}{opened.path}")
        except calling.NotPossible as error:
            refusal = str(error)
    seen = {"call": call, "form": form, "path": path, "refusal": refusal}
    return render(request, "staff/session_reveal.html", seen, 409 if refusal else answer_to(form))


@staff
@require_POST
def ending(request: AccountRequest, id: UUID) -> HttpResponse:
    """Anyone of us may end it: one's own, or a colleague's who forgot."""
    call = _call(id)
    calling.end(call, End.STAFF, by=request.account.name)
    return _to(call)


@staff
@require_safe
def standing(request: AccountRequest, id: UUID) -> HttpResponse:
    """Asked by an open page inside every few seconds: nothing while the session goes on, else the way out."""
    call = _call(id)
    if call.is_under_way and call.account_id == request.account.id:
        return HttpResponse(status=204)
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("staff:session", args=[id])})


def _call(id: UUID) -> Housecall:
    found: Housecall = get_object_or_404(
        Housecall.objects.select_related("instance").prefetch_related("yeses", "openings"), pk=id
    )
    return found


def _page(request: AccountRequest, call: Housecall, refusal: str = "", status: int = 200) -> HttpResponse:
    mine = call.account_id == request.account.id
    seen: dict[str, Any] = {"call": call, "mine": mine, "refusal": refusal, "entrance": _entrance(call)}
    return render(request, "staff/session.html", seen, status)


def _entrance(call: Housecall) -> str:
    """Where a guest goes in: to the record, or to the settings, which are open to all of them."""
    if call.record:
        return f"/@{call.instance.slug}{call.record}"
    return instance_url(call.instance.slug, "lifecycle:company")


def _to(call: Housecall) -> HttpResponse:
    return HttpResponseRedirect(reverse("staff:session", args=[call.pk]))
