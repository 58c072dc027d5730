"""What customers say of us: written down, asked about, put up and taken down. Each act is a deed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.erasures.persons import RESTRICTED, is_restricted
from pivotino.control.staff.forms import Reason, TestimonialForm
from pivotino.control.staff.guards import staff
from pivotino.control.staff.models import Deed
from pivotino.control.testimonials import agreeing
from pivotino.control.testimonials.models import Publication, Road, Testimonial, Wording
from pivotino.control.testimonials.views.stories import picture_of
from pivotino.ui.shortcuts import answer_to, render

FORM = "staff/testimonial_form.html"


@dataclass(frozen=True)
class Act:
    """One thing staff may do to a testimonial."""

    label: str
    says: str
    danger: bool = False


ACTS = {
    "ask": Act("Ask for a yes", "Mails the exact text and places. Nothing changes by opening the letter."),
    "publish": Act("Put it up", "Shows the version they said yes to, in the places they agreed to, until their yes runs out."),
    "withdraw": Act("Take it back for them", "They told us to, by phone or in person. It goes at once, and they get a receipt.", danger=True),
    "drop": Act("Drop it", "Our own wish. What is shown goes; nobody is told.", danger=True),
}  # fmt: skip


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    found = Testimonial.objects.order_by("-begun_at").prefetch_related("wordings__consents")
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    shown = {row.testimonial_id: row for row in Publication.objects.current().select_related("consent")}
    rows = [(one, one.newest, state_of(one, shown.get(one.pk))) for one in page]
    return render(request, "staff/testimonials.html", {"page": page, "rows": rows})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AccountRequest) -> HttpResponse:
    form = TestimonialForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, FORM, {"form": form, "testimonial": None}, answer_to(form))
    with transaction.atomic():
        made = agreeing.draft(
            form.said, email=form.cleaned_data["email"], picture=form.drawn, by=request.account.name
        )  # fmt: skip
        _deed(request, "draft", form, made.testimonial)
    return _to(made.testimonial)


@staff
@require_safe
def show(request: AccountRequest, id: UUID) -> HttpResponse:
    """Every version, its yes, and what may be done now."""
    return _page(request, get_object_or_404(Testimonial, pk=id))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AccountRequest, id: UUID) -> HttpResponse:
    """A new version, which needs a yes of its own."""
    testimonial = get_object_or_404(Testimonial, pk=id, ended_at__isnull=True)
    form = TestimonialForm(
        request.POST or None, request.FILES or None, before=testimonial.newest
    )  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        return render(request, FORM, {"form": form, "testimonial": testimonial}, answer_to(form))
    try:
        with transaction.atomic():
            agreeing.revise(testimonial, form.said, picture=form.drawn, by=request.account.name)
            _deed(request, "revise", form, testimonial)
    except agreeing.NotPossible as refusal:
        form.add_error(None, str(refusal))
        return render(request, FORM, {"form": form, "testimonial": testimonial}, status=409)
    return _to(testimonial)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: AccountRequest, id: UUID, code: str) -> HttpResponse:
    """Ask why, then do it; the deed and its effect are one."""
    testimonial = get_object_or_404(Testimonial, pk=id)
    if code not in ACTS:
        raise Http404
    form = Reason(request.POST or None)
    seen = {"form": form, "testimonial": testimonial, "act": ACTS[code], "refusal": ""}
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/testimonial_act.html", seen, answer_to(form))
    try:
        with transaction.atomic():
            _do(code, testimonial, by=request.account.name)
            _deed(request, code, form, testimonial)
    except agreeing.NotPossible as refusal:
        return render(request, "staff/testimonial_act.html", {**seen, "refusal": str(refusal)}, status=409)
    return _to(testimonial)


@staff
@require_safe
def picture(request: AccountRequest, id: UUID, wording: UUID) -> HttpResponse:
    return picture_of(Wording.objects.filter(testimonial_id=id, pk=wording).first())


def state_of(one: Testimonial, shown: Publication | None) -> str:
    """In a word: where it stands."""
    if one.ended_at:
        return str(one.get_end_display())
    newest = one.newest
    if shown and newest and shown.consent.wording_id == newest.pk:
        return "Shown, asked to renew" if shown.renewal_asked_at else "Shown"
    before = ", an older version is shown" if shown else ""
    if newest and newest.consent:
        return f"They said yes{before}"
    return f"{'Asked' if one.question else 'Draft'}{before}"


def _do(code: str, testimonial: Testimonial, *, by: str) -> None:
    match code:
        case "ask":
            agreeing.ask(testimonial)
        case "publish":
            agreeing.publish(testimonial, by=by)
        case "withdraw":
            agreeing.withdraw(testimonial, how=Road.STAFF)
        case _:
            agreeing.drop(testimonial)


def _page(request: AccountRequest, testimonial: Testimonial) -> HttpResponse:
    newest, shown = testimonial.newest, testimonial.publication
    versions = [(one, one.consent) for one in testimonial.wordings.all()]
    seen = {
        "testimonial": testimonial, "state": state_of(testimonial, shown), "versions": versions, "shown": shown,
        "offered": _offered(testimonial, newest, shown), "restricted": RESTRICTED if is_restricted(testimonial.email) else "",
    }  # fmt: skip
    return render(request, "staff/testimonial.html", seen)


def _offered(testimonial: Testimonial, newest: Wording | None, shown: Publication | None) -> list[tuple[str, Act]]:
    if testimonial.ended_at or newest is None:
        return []
    codes = ["drop"]
    if newest.asked_at:
        codes.insert(0, "withdraw")
    if newest.consent and (shown is None or shown.consent.wording_id != newest.pk):
        codes.insert(0, "publish")
    if not newest.asked_at:
        codes.insert(0, "ask")
    return [(code, ACTS[code]) for code in codes]


def _deed(request: AccountRequest, what: str, form: Any, testimonial: Testimonial) -> None:
    newest = testimonial.newest
    Deed.objects.keep(
        by=request.account.name, account_id=request.account.id, what=f"testimonial {what}", why=form.cleaned_data["why"],
        ticket=form.cleaned_data["ticket"], facts={"testimonial": str(testimonial.pk), "version": newest.number if newest else 0},
    )  # fmt: skip


def _to(testimonial: Testimonial) -> HttpResponse:
    return HttpResponseRedirect(reverse("staff:testimonial", kwargs={"id": testimonial.pk}))
