"""Asking, showing that it was oneself, and following what becomes of it. A GET changes nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pivotino.control.accounts.networks import line_of
from pivotino.control.erasures.models import Erasure
from pivotino.control.exports import again
from pivotino.control.rights import asking, correcting, erasing, links, restricting
from pivotino.control.rights.forms import AskForm, CorrectionForm
from pivotino.control.rights.models import Demand, Kind
from pivotino.kit.limits import Limit, TooMany
from pivotino.ui.shortcuts import answer_to, render

FROM_ONE_SOURCE = Limit("rights-source", 10, per=60 * 60)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Ask. Strangers name an address and read the same page for every one; who is signed in shows again who they are."""
    account = request.account
    first = {"kind": request.GET.get("kind", ""), "receipt": request.GET.get("receipt", "")}
    form = AskForm(request.POST or None, own=account.email if account else "", initial=first)
    if request.method != "POST" or not form.is_valid():
        return render(request, "rights/new.html", {"form": form, "asked": False}, answer_to(form))
    said = form.cleaned_data
    try:
        FROM_ONE_SOURCE.hit(line_of(request))
    except TooMany as refusal:
        form.add_error(None, refusal.message)
        return render(request, "rights/new.html", {"form": form, "asked": False}, status=429)
    if account is None:
        asking.ask(said["kind"], said["email"], receipt=said["receipt"], network=line_of(request))
        return render(
            request, "rights/new.html", {"form": form, "asked": True, "objected": said["kind"] == Kind.OBJECTION}
        )
    if not again.is_proven(request):
        return again.prove(request, f"{reverse('rights:new')}?kind={said['kind']}&receipt={said['receipt']}")
    demand = asking.ask_signed_in(said["kind"], account, receipt=said["receipt"])
    if demand is None:
        return render(request, "rights/new.html", {"form": form, "asked": True, "objected": True})
    return HttpResponseRedirect(links.page_of(demand))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that was asked in the name of whoever reads this mail. One press says of one of them whether it was they."""
    address = links.address_of(token)
    if not address:
        return render(request, "rights/proof.html", {"address": ""}, status=404)
    if request.method == "POST":
        demand = get_object_or_404(Demand.objects.of(address), pk=_id(request.POST.get("demand", "")))
        if request.POST.get("mine") == "no":
            asking.disown(demand)
            return HttpResponseRedirect(request.path)
        else:
            return HttpResponseRedirect(links.page_of(asking.prove(demand)))
    mine = Demand.objects.of(address).going().filter(proved_at__isnull=False)
    seen = {"address": address, "asked": asking.asked_of(address), "going": [(one, links.page_of(one)) for one in mine]}
    return render(request, "rights/proof.html", seen)


@never_cache
@require_safe
def show(request: HttpRequest, sealed: str) -> HttpResponse:
    """One demand: how far it is, and what the person may do now."""
    demand = links.demand_of(sealed)
    return _page(request, demand, sealed) if demand else _unknown(request)


@never_cache
@require_POST
def confirm(request: HttpRequest, sealed: str) -> HttpResponse:
    """Yes to the plan of an erasure."""
    return _change(request, sealed, erasing.confirm)


@never_cache
@require_POST
def take_back(request: HttpRequest, sealed: str) -> HttpResponse:
    """No to an erasure, after all."""
    return _change(request, sealed, erasing.take_back)


@never_cache
@require_POST
def lift(request: HttpRequest, sealed: str) -> HttpResponse:
    """The restriction is over."""
    return _change(request, sealed, lambda demand: restricting.lift(demand.email))


@never_cache
@require_POST
def correct(request: Any, sealed: str) -> HttpResponse:
    """What is right, in their own words."""
    demand = links.demand_of(sealed)
    if demand is None or demand.kind != Kind.CORRECTION or not demand.is_going:
        return _unknown(request)
    form = _correction(request, demand, request.POST)
    if not form.is_valid():
        return _page(request, demand, sealed, form=form, status=422)
    email = form.cleaned_data.get("email", "")
    if email and email != demand.email:
        if request.account and not again.is_proven(request):
            return again.prove(request, links.page_of(demand))
        correcting.ask_new_address(demand, email)
        return _page(request, demand, sealed, asked_at=email)
    correcting.correct(demand, form.said)
    return HttpResponseRedirect(links.page_of(demand))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_address(request: HttpRequest, token: str) -> HttpResponse:
    """The reader of the new mailbox says that it is theirs."""
    found = links.new_address(token)
    if found is None:
        return _unknown(request)
    demand, email = found
    seen: dict[str, Any] = {"email": email, "taken": "", "done": False}
    if request.method != "POST":
        return render(request, "rights/new_address.html", seen)
    try:
        correcting.move_to(demand, email)
    except correcting.Taken as refusal:
        return render(request, "rights/new_address.html", {**seen, "taken": str(refusal)}, status=409)
    return render(request, "rights/new_address.html", {**seen, "done": True})


def _change(request: HttpRequest, sealed: str, verb: Any) -> HttpResponse:
    demand = links.demand_of(sealed)
    if demand is None:
        return _unknown(request)
    try:
        verb(demand)
    except erasing.NotPossible as refusal:
        return _page(request, demand, sealed, refusal=str(refusal), status=409)
    return HttpResponseRedirect(links.page_of(demand))


def _page(request: HttpRequest, demand: Demand, sealed: str, *, status: int = 200, **more: Any) -> HttpResponse:
    seen: dict[str, Any] = {
        "demand": demand,
        "sealed": sealed,
        "refusal": "",
        "asked_at": "",
        "restricted": None,
        "certificate": None,
        **more,
    }
    if demand.erasure_id:
        seen["certificate"] = (
            Erasure.objects.filter(pk=demand.erasure_id, done_at__isnull=False).exclude(sha256="").first()
        )
    elif demand.is_going and not demand.instance_id and demand.kind == Kind.ERASURE:
        seen["plan"] = erasing.plan(demand)
    elif demand.is_going and not demand.instance_id and demand.kind == Kind.CORRECTION:
        seen.setdefault("form", _correction(request, demand))
    elif demand.kind == Kind.RESTRICTION and demand.email:
        seen["restricted"] = restricting.standing(demand.email)
    return render(request, "rights/show.html", seen, status)


def _correction(request: Any, demand: Demand, typed: Any = None) -> CorrectionForm:
    may_move = correcting.may_move(demand, request.account)
    return CorrectionForm(typed, known=correcting.as_it_is(demand), may_move=may_move)


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "rights/unknown.html", {}, status=404)


def _id(text: str) -> str | None:
    from uuid import UUID

    try:
        return str(UUID(text))
    except ValueError:
        return None
