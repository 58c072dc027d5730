"""Why opportunities are lost: the list of reasons and their families."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pivotino.instance.history.models import Event
from pivotino.instance.lifecycle.forms import CategoryForm, ReasonForm
from pivotino.instance.lifecycle.keeping import NotKept, add_category, add_reason, drop, offer_again, rename
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.pipeline.models import LostCategory, LostReason
from pivotino.instance.pipeline.seeds import POOR_FOLLOW_UP
from pivotino.ui.shortcuts import answer_to, render, render_block, toast

PAGE = "lifecycle/losses.html"
KINDS: dict[str, Any] = {"reason": LostReason, "category": LostCategory}


@require_GET
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    return render(request, PAGE, _shown())


@require_POST
@owners_only
def create(request: MemberRequest, kind: str) -> HttpResponse:
    form = _form(kind)(request.POST)
    if not form.is_valid():
        return _answer(request, {f"{kind}_form": form}, status=answer_to(form))
    name = form.cleaned_data["name"]
    if kind == "reason":
        add_reason(name, form.cleaned_data["category"], by=request.member)
    else:
        add_category(name, by=request.member)
    return _answer(request, {}, said=f"Added {name}")


@require_POST
@owners_only
def update(request: MemberRequest, kind: str, id: UUID) -> HttpResponse:
    row = get_object_or_404(_model(kind), pk=id)
    form = _form(kind)(request.POST, row=row)
    if not form.is_valid():
        return _answer(
            request,
            {"wrong": row.pk, "why": " ".join(form.errors["name"]), "typed": request.POST.get("name", "")},
            status=422,
        )
    try:
        event = rename(row, form.cleaned_data["name"], by=request.member)
    except NotKept as refusal:
        return _answer(
            request, {"wrong": row.pk, "why": str(refusal), "typed": request.POST.get("name", "")}, status=422
        )
    return _answer(
        request, {}, said=f"Renamed to {form.cleaned_data['name']}" if event else "Nothing was different", event=event
    )


@require_POST
@owners_only
def destroy(request: MemberRequest, kind: str, id: UUID) -> HttpResponse:
    row = get_object_or_404(_model(kind), pk=id)
    try:
        event = drop(row, by=request.member)
    except NotKept as refusal:
        return _answer(request, {"wrong": row.pk, "why": str(refusal), "typed": row.name}, status=422)
    retired = event.verb == "lost_reason.retired"
    said = f"{event.data['name']} is not offered any more" if retired else f"Removed {event.data['name']}"
    return _answer(request, {}, said=said, event=event if kind == "reason" else None)


@require_POST
@owners_only
def offer(request: MemberRequest, id: UUID) -> HttpResponse:
    """A retired reason is offered again."""
    row = get_object_or_404(LostReason, pk=id, retired_at__isnull=False)
    event = offer_again(row, by=request.member)
    return _answer(request, {}, said=f"{row.name} is offered again", event=event)


def _answer(
    request: MemberRequest, more: dict[str, Any], *, said: str = "", event: Event | None = None, status: int = 200
) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        answer = render_block(request, PAGE, "lists", _shown() | more, status=status)
        undo = reverse("history:undo", args=[event.pk]) if event else None
        return toast(answer, said, undo=undo) if said else answer
    return redirect("lifecycle:losses") if status == 200 else render(request, PAGE, _shown() | more, status=status)


def _shown() -> dict[str, Any]:
    return {
        "categories": LostCategory.objects.prefetch_related("reasons"), "reason_form": ReasonForm(auto_id="reason_%s"),
        "category_form": CategoryForm(auto_id="category_%s"), "wrong": None, "why": "", "typed": "", "kept_name": POOR_FOLLOW_UP,
    }  # fmt: skip


def _model(kind: str) -> Any:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _form(kind: str) -> Any:
    _model(kind)
    return ReasonForm if kind == "reason" else CategoryForm
