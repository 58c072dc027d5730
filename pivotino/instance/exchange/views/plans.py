"""How a file is read: its columns, its words, its first rows."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from pivotino.instance.exchange import plans, starting
from pivotino.instance.exchange.fields import Kind
from pivotino.instance.exchange.forms import PlanForm
from pivotino.instance.exchange.models import Import, NotNow
from pivotino.instance.exchange.pages import STEPS, address_of, preview
from pivotino.instance.exchange.reading import UnreadableSheet
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.shortcuts import render, render_block

PAGE = "exchange/plan.html"


@require_http_methods(["GET", "POST"])
def show(request: MemberRequest, id: UUID) -> HttpResponse:
    """The plan of one import. A change is kept at once; `propose` goes on to the proposal."""
    one = imported(request, id)
    if one.state in ("reading", "refused"):
        return waiting(request, one, one.state == "reading")
    if not one.may_change:
        return redirect(address_of(one))
    try:
        sheet = plans.sheet_of(one)
        form = PlanForm(one, request.member, request.POST or None)
        if request.method == "POST" and _kept(one, form):
            if "propose" in request.POST and one.state == "open":
                starting.start_proposing(one)
            if not request.htmx or one.state != "open":  # type: ignore[attr-defined]
                return redirect(address_of(one))
            form = PlanForm(one, request.member)
            sheet = plans.sheet_of(one)
        context = {
            "one": one, "form": form, "steps": STEPS, "samples": plans.samples(sheet), "doubts": sheet.doubts(),
            "preview": preview(sheet, one.mapping, request.member),
            "sheet": sheet, "is_products": one.is_of is Kind.PRODUCTS, "may_name": request.member.sees_all or one.is_of is not Kind.MEMBERS,
        }  # fmt: skip
    except UnreadableSheet as refusal:
        return render(request, "exchange/refused.html", {"one": one, "sentence": str(refusal)}, status=410)
    status = 422 if form.errors else 200
    if request.htmx:  # type: ignore[attr-defined]
        return render_block(request, PAGE, "plan", context, status=status)
    return render(request, PAGE, context, status=status)


@require_POST
def destroy(request: MemberRequest, id: UUID) -> HttpResponse:
    """Put away an import that wrote nothing."""
    one = imported(request, id)
    try:
        starting.discard(one)
    except NotNow as refusal:
        return render(request, "exchange/refused.html", {"one": one, "sentence": str(refusal)}, status=409)
    return redirect("exchange:index")


@require_POST
def again(request: MemberRequest, id: UUID) -> HttpResponse:
    """Try again what broke on our side."""
    one = imported(request, id)
    starting.try_again(one)
    return redirect(address_of(one))


def _kept(one: Import, form: PlanForm) -> bool:
    """Keep what was chosen; False where a choice cannot be."""
    if form.kind_changed:
        starting.change_kind(one, Kind(form.data["kind"]))
        return True
    if not form.is_valid():
        return False
    if form.chosen().to_plain() != one.plan:
        starting.keep_plan(one, form.chosen())
    return True


def imported(request: MemberRequest, id: UUID) -> Import:
    """The import behind an address, if this member may see it."""
    rows = Import.objects.visible_to(request.member).select_related("uploaded_by", "applied_by")
    found: Import = get_object_or_404(rows, pk=id)
    return found


def waiting(request: MemberRequest, one: Import, busy: bool, **more: Any) -> HttpResponse:
    """The page of work that goes on, or of a file that could not be read. htmx looks again until it is done."""
    if request.htmx:  # type: ignore[attr-defined]
        if not busy:
            return HttpResponse(headers={"HX-Redirect": address_of(one)})
        return render_block(request, "exchange/waiting.html", "progress", {"one": one, **more})
    if not busy:
        return render(request, "exchange/refused.html", {"one": one, "sentence": one.problem})
    return render(request, "exchange/waiting.html", {"one": one, "steps": STEPS, **more})
