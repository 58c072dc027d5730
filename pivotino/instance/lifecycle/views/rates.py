"""Currencies, and what one unit of each is worth from a day on."""

from itertools import groupby
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pivotino.instance.lifecycle.forms import RateForm
from pivotino.instance.lifecycle.keeping import NotKept, add_rate, drop_rate
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.models import Rate
from pivotino.instance.members.queries import company
from pivotino.ui.shortcuts import answer_to, render, render_block, toast

PAGE = "lifecycle/rates.html"


@require_http_methods(["GET", "POST"])
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return create(request)
    return render(request, PAGE, _shown(RateForm()))


def create(request: MemberRequest) -> HttpResponse:
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            add_rate(
                form.cleaned_data["currency"], form.cleaned_data["rate"], form.cleaned_data["since"], by=request.member
            )
            return _answer(request, RateForm(), said=f"Kept the rate of {form.cleaned_data['currency']}")
        except NotKept as refusal:
            form.add_error("currency", str(refusal))
    return _answer(request, form)


@require_POST
@owners_only
def destroy(request: MemberRequest, id: UUID) -> HttpResponse:
    row = get_object_or_404(Rate, pk=id)
    event = drop_rate(row, by=request.member)
    undo = reverse("history:undo", args=[event.pk])
    return _answer(request, RateForm(), said=f"Removed a rate of {row.currency}", undo=undo)


def _answer(request: MemberRequest, form: RateForm, *, said: str = "", undo: str | None = None) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        answer = render_block(request, PAGE, "rates", _shown(form), status=answer_to(form))
        return toast(answer, said, undo=undo) if said else answer
    return redirect("lifecycle:rates") if said else render(request, PAGE, _shown(form), status=answer_to(form))


def _shown(form: RateForm) -> dict[str, object]:
    rows = Rate.objects.order_by("currency", "-since")
    kept = [(currency, list(rates)) for currency, rates in groupby(rows, key=lambda rate: rate.currency)]
    return {"form": form, "currencies": kept, "base": company().currency}
