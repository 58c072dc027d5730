"""What is kept out of the records, what came to the doors, and what was kept before."""

from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pivotino.instance.lifecycle import guarding, lookback
from pivotino.instance.lifecycle.forms import SensitiveForm
from pivotino.instance.lifecycle.models import Harmless, LookBack, Sighting
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.kit.sensitive import Pack
from pivotino.ui.shortcuts import answer_to, render, render_block, toast

PAGE = "lifecycle/sensitive.html"
MOST = 20


@require_http_methods(["GET", "POST"])
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    form = SensitiveForm(request.POST or None)
    event = None
    if form.is_valid():
        event = guarding.decide(form.chosen, by=request.member)
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect("lifecycle:sensitive")
        form = SensitiveForm()
    context, status = _shown() | {"form": form}, answer_to(form)
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, PAGE, context, status=status)
    block = "form" if request.method == "POST" else "look"
    answer = render_block(request, PAGE, block, context, status=status)
    if event is not None:
        return toast(answer, "Saved", undo=reverse("history:undo", args=[event.pk]))
    return answer if status == 422 or request.method == "GET" else toast(answer, "Nothing was different")


@require_POST
@owners_only
def teach(request: MemberRequest, id: UUID) -> HttpResponse:
    """This find is nothing sensitive: let the same in, in this field."""
    guarding.teach(get_object_or_404(Sighting, pk=id), by=request.member)
    return redirect(f"{reverse('lifecycle:sensitive')}#finds")


@require_POST
@owners_only
def unteach(request: MemberRequest, id: UUID) -> HttpResponse:
    """Look at it again."""
    guarding.unteach(get_object_or_404(Harmless, pk=id), by=request.member)
    return redirect(f"{reverse('lifecycle:sensitive')}#harmless")


@require_POST
@owners_only
def look(request: MemberRequest) -> HttpResponse:
    """Look through everything that is kept; with `mask` also put out of sight what is found."""
    lookback.begin(by=request.member, masks=bool(request.POST.get("mask")))
    return redirect(f"{reverse('lifecycle:sensitive')}#look")


def _shown() -> dict[str, Any]:
    last = LookBack.objects.first()
    return {
        "names": guarding.NAMES,
        "doors": _doors(),
        "finds": _finds(),
        "harmless": [(row, guarding.place(row.door, row.field)) for row in Harmless.objects.select_related("by")],
        "last": last,
        "report": lookback.report(last) if last else [],
        "total": lookback.total(last) if last else 0,
    }


def _doors() -> list[tuple[str, str, dict[str, int]]]:
    """Counts of 90 days by door and kind."""
    rows = Sighting.objects.order_by("door", "field", "pack").values_list("door", "field", "pack", "outcome")
    found: dict[tuple[str, str], dict[str, int]] = {}
    for door, field, pack, outcome, count in rows.annotate(sum=Sum("count")):
        of = found.setdefault((guarding.place(door, field), guarding.NAMES[Pack(pack)]), {})
        of[outcome] = of.get(outcome, 0) + count
    return [(where, what, counts) for (where, what), counts in found.items()]


def _finds() -> list[tuple[Sighting, str, str]]:
    """The newest finds that were refused, asked about or masked, for somebody who knows better; each once."""
    known = set(Harmless.objects.values_list("door", "field", "mark"))
    rows = Sighting.objects.exclude(outcome=Sighting.Outcome.KEPT)[: MOST * 5]
    found = {(row.door, row.field, row.mark): row for row in reversed(rows)}
    shown = [row for key, row in reversed(found.items()) if key not in known]
    return [(row, guarding.place(row.door, row.field), guarding.NAMES[Pack(row.pack)]) for row in shown[:MOST]]
