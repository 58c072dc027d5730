"""Orders of authorities: what is kept for them, what is handed over, and who of us said yes."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.accounts.models import Account
from pivotino.control.matters import counting, disclosing, holding, letters, opening, reaching
from pivotino.control.matters.models import Disclosure, Hold, Matter
from pivotino.control.staff import legal
from pivotino.control.staff.guards import staff
from pivotino.control.staff.legal import DisclosureForm, HoldForm, ItemForm, MatterForm, NotPossible, SortForm
from pivotino.control.staff.models import Usage
from pivotino.kit.csvs import csv_lines
from pivotino.ui.shortcuts import answer_to, render

FORM = "staff/legal_form.html"


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    """Open matters first, and how near we are to needing an officer."""
    contacts = sum(Usage.objects.filter(name="contacts").values_list("value", flat=True))
    seen = {
        "matters": Matter.objects.prefetch_related("legal_holds", "disclosures")[:200], "subjects": counting.subjects(contacts),
        "alone": not Account.objects.filter(is_staff=True, is_active=True).exclude(pk=request.account.id).exists(),
    }  # fmt: skip
    return render(request, "staff/matters.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AccountRequest) -> HttpResponse:
    form = MatterForm(request.POST or None, by=request.account)
    if request.method != "POST" or not form.is_valid():
        return form_page(
            request,
            form,
            title="A new order",
            intro="As it stands on the paper. Nothing is held and nothing leaves yet.",
            back=reverse("staff:matters"),
        )
    said = dict(form.cleaned_data)
    reviewer = said.pop("reviewer")
    with transaction.atomic():
        matter = opening.open_matter(said, reviewer=reviewer, by=request.account)
        legal.keep("matter open", matter, why=said["instrument"], by=request.account)
    return _to(matter)


@staff
@require_safe
def show(request: AccountRequest, id: UUID) -> HttpResponse:
    matter = get_object_or_404(Matter, pk=id)
    holds = [(one, legal.offered(legal.OF_HOLDS, one)) for one in matter.legal_holds.prefetch_related("records")]
    seen = {"matter": matter, "holds": holds, "offered": legal.offered(legal.OF_MATTERS, matter)}
    return render(request, "staff/matter.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: AccountRequest, id: UUID, code: str) -> HttpResponse:
    matter = get_object_or_404(Matter, pk=id)
    return act_on(request, matter, legal.OF_MATTERS, code, f"matter {code}", _address(matter))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: AccountRequest, id: UUID) -> HttpResponse:
    """One of us asks; another has to confirm."""
    matter = get_object_or_404(Matter.objects.open(), pk=id)
    form = HoldForm(request.POST or None)
    said: dict[str, Any] = {
        "title": "Keep something",
        "intro": f"For {matter}. Somebody else has to confirm it.",
        "back": _address(matter),
    }
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, **said)
    told = form.cleaned_data
    try:
        with transaction.atomic():
            made = holding.ask(
                matter, by=request.account, instance=told["slug"], email=told["email"], records=told["records"]
            )
            legal.keep("hold ask", made, why=told["why"], by=request.account)
    except NotPossible as refusal:
        form.add_error("records", str(refusal))
        return form_page(request, form, **said)
    return _to(matter)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def hold_acts(request: AccountRequest, id: UUID, code: str) -> HttpResponse:
    one = get_object_or_404(Hold.objects.select_related("matter"), pk=id)
    return act_on(request, one, legal.OF_HOLDS, code, f"hold {code}", _address(one.matter))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def disclose(request: AccountRequest, id: UUID) -> HttpResponse:
    matter = get_object_or_404(Matter.objects.open(), pk=id)
    form = DisclosureForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return form_page(
            request,
            form,
            title="Hand something over",
            intro=f"For {matter}. Next you choose the fields.",
            back=_address(matter),
        )
    with transaction.atomic():
        made = disclosing.begin(
            matter, by=request.account, instance=form.cleaned_data["slug"], email=form.cleaned_data["email"]
        )
        legal.keep("disclosure begin", made, why=form.cleaned_data["why"], by=request.account)
    return HttpResponseRedirect(_address(made))


@staff
@require_safe
def disclosure(request: AccountRequest, id: UUID) -> HttpResponse:
    one = get_object_or_404(Disclosure.objects.select_related("matter"), pk=id)
    chooses = one.state == "being prepared"
    seen = {
        "one": one, "offered": legal.offered(legal.OF_DISCLOSURES, one), "sorts": SortForm(reaching.sorts(one)) if chooses else None,
        "draft": next(letters.drafts(one), None), "mine": str(one.approved_id) == str(request.account.id),
    }  # fmt: skip
    return render(request, "staff/disclosure.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: AccountRequest, id: UUID) -> HttpResponse:
    """Choose fields of one sort of record. Nothing is ticked before."""
    one = get_object_or_404(Disclosure, pk=id, prepared_at__isnull=True, refused_at__isnull=True)
    sort = reaching.sort(one, request.GET.get("kind", ""))
    if sort is None:
        raise Http404
    form = ItemForm(request.POST or None, sort=sort)
    if request.method != "POST" or not form.is_valid():
        return form_page(
            request,
            form,
            title=sort.kind,
            intro="Only what the order names. Everything else stays here.",
            back=_address(one),
        )
    said = form.cleaned_data
    rows = {name: said[name] for name in ("ids", "about", "by_dates")}
    try:
        disclosing.choose(one, by=request.account, kind=sort.kind, fields=said["fields_"], **rows)
    except NotPossible as refusal:
        return _no(request, str(refusal), _address(one))
    return HttpResponseRedirect(_address(one))


@staff
@require_POST
def no_item(request: AccountRequest, id: UUID, item: UUID) -> HttpResponse:
    one = get_object_or_404(Disclosure, pk=id)
    try:
        disclosing.take_out(one, item, by=request.account)
    except NotPossible as refusal:
        return _no(request, str(refusal), _address(one))
    return HttpResponseRedirect(_address(one))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def disclosure_acts(request: AccountRequest, id: UUID, code: str) -> HttpResponse:
    one = get_object_or_404(Disclosure.objects.select_related("matter"), pk=id)
    return act_on(request, one, legal.OF_DISCLOSURES, code, f"disclosure {code}", _address(one))


@staff
@require_POST
def package(request: AccountRequest, id: UUID) -> HttpResponseBase:
    """The package, once, for whoever approved it."""
    one = get_object_or_404(Disclosure.objects.select_related("matter"), pk=id)
    try:
        with transaction.atomic():
            file = disclosing.take(one, by=request.account)
            legal.keep(
                "disclosure take", one, why=f"The package of {one.matter}, SHA-256 {one.sha256}", by=request.account
            )
    except NotPossible as refusal:
        return _no(request, str(refusal), _address(one))
    answer = StreamingHttpResponse(disclosing.pieces(file), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{one.name}"'
    answer["Content-Length"] = one.bytes
    return answer


@staff
@require_safe
def register(request: AccountRequest) -> HttpResponse:
    """The list of disclosures the law asks for, as CSV. Who it was about stands in it: for us, not for outside."""
    header = ["matter", "authority", "instrument", "about", "fields", "prepared by", "approved by", "made (UTC)", "sha256", "handed to", "how", "handed over (UTC)", "told (UTC)", "refused because"]  # fmt: skip
    rows = (
        [
            str(one.matter), one.matter.authority, one.matter.instrument, str(one),
            "; ".join(f"{item.kind}: {', '.join(item.fields)}" for item in one.items.all()), one.prepared_by, one.approved_by, _iso(one.made_at),
            one.sha256, one.handed_to, one.handed_how, _iso(one.handed_at), _iso(one.told_at), one.refused_why,
        ]
        for one in Disclosure.objects.select_related("matter").prefetch_related("items")
    )  # fmt: skip
    answer = HttpResponse("".join(csv_lines(header, rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="disclosures.csv"'
    return answer


def act_on(request: AccountRequest, one: Any, acts: Any, code: str, what: str, back: str) -> HttpResponse:
    """Ask why, then do it."""
    act = legal.offered(acts, one).get(code)
    if act is None:
        raise Http404
    form = act.form(request.POST or None, initial=dict(act.begins(one)))
    seen = {"act": act, "form": form, "one": one, "back": back, "refusal": ""}
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/legal_act.html", seen, answer_to(form))
    try:
        legal.do(what, act, one, form, by=request.account)
    except legal.REFUSALS as refusal:
        return render(request, "staff/legal_act.html", {**seen, "refusal": str(refusal)}, status=409)
    return HttpResponseRedirect(back)


def form_page(request: AccountRequest, form: Any, **said: Any) -> HttpResponse:
    return render(request, FORM, {"form": form, **said}, answer_to(form))


def _no(request: AccountRequest, refusal: str, back: str) -> HttpResponse:
    return render(request, "staff/legal_no.html", {"refusal": refusal, "back": back}, status=409)


def _address(one: Matter | Disclosure) -> str:
    return reverse("staff:matter" if isinstance(one, Matter) else "staff:disclosure", kwargs={"id": one.pk})


def _to(matter: Matter) -> HttpResponse:
    return HttpResponseRedirect(_address(matter))


def _iso(moment: Any) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
