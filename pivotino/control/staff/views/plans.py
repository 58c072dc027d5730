"""Plans and add-ons as they are on offer and were. A change is a new version; whoever has the old one keeps it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.staff.forms import AddOnForm, PlanForm, Reason
from pivotino.control.staff.guards import staff
from pivotino.control.staff.models import Deed
from pivotino.control.subscriptions import catalogue
from pivotino.control.subscriptions.models import AddOn, Plan
from pivotino.ui.shortcuts import answer_to, render

KINDS = {"plan": (Plan, PlanForm), "add-on": (AddOn, AddOnForm)}


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    """Every version ever, those on offer first."""
    seen = {
        "plans": Plan.objects.order_by("-published", "place", "code", "-version"),
        "add_ons": AddOn.objects.order_by("-published", "place", "code", "-version"),
    }
    return render(request, "staff/plans.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AccountRequest, kind: str, code: str = "") -> HttpResponse:
    """A new version of what has this code, or something new. Nothing that somebody has is touched."""
    model, make = _kind(kind)
    before = model.objects.filter(code=code).order_by("-version").first() if code else None
    if code and before is None:
        raise Http404
    form = make(request.POST or None, before=before)
    if request.method == "POST" and form.is_valid():
        try:
            _publish(request, kind, form)
            return HttpResponseRedirect(reverse("staff:plans"))
        except ValidationError as refusal:
            form.add_error(None, refusal)
    return render(request, "staff/plan.html", {"form": form, "before": before, "kind": kind}, answer_to(form))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def destroy(request: AccountRequest, kind: str, code: str) -> HttpResponse:
    """Nobody can begin with it any more."""
    model, _ = _kind(kind)
    row = model.objects.filter(code=code, published=True).first()
    if row is None:
        raise Http404
    form = Reason(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/retire.html", {"form": form, "row": row, "kind": kind}, answer_to(form))
    retire = catalogue.retire_plan if kind == "plan" else catalogue.retire_add_on
    _deed(request, "retire", form.cleaned_data, code=code)
    retire(code, by=request.account.name, why=form.cleaned_data["why"])
    return HttpResponseRedirect(reverse("staff:plans"))


def _publish(request: AccountRequest, kind: str, form: Any) -> None:
    publish = catalogue.publish_plan if kind == "plan" else catalogue.publish_add_on
    made = publish(form.code, by=request.account.name, why=form.cleaned_data["why"], **form.said)
    _deed(request, "publish", form.cleaned_data, code=form.code, version=made.version)


def _deed(request: AccountRequest, what: str, said: dict[str, Any], **facts: Any) -> None:
    Deed.objects.keep(
        by=request.account.name,
        account_id=request.account.id,
        what=what,
        why=said["why"],
        ticket=said["ticket"],
        facts=facts,
    )


def _kind(kind: str) -> tuple[Any, Any]:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]
