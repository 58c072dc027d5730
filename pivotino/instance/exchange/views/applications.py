"""Taking a proposal in, and taking it back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from pivotino.instance.exchange import starting
from pivotino.instance.exchange.models import Fate
from pivotino.instance.exchange.pages import STEPS, address_of, fates, left_and_kept, noun, sums
from pivotino.instance.exchange.takeback import Reach
from pivotino.instance.exchange.views.plans import imported, waiting
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.shortcuts import render


@require_http_methods(["GET", "POST"])
def show(request: MemberRequest, id: UUID) -> HttpResponse:
    """POST takes the proposal in, once; GET shows how far it is, and in the end what came of it."""
    one = imported(request, id)
    if request.method == "POST":
        starting.start_applying(one, by=request.member)
        one.refresh_from_db()
        return redirect(address_of(one))
    if not one.applying_at:
        return redirect(address_of(one))
    if one.is_busy:
        return waiting(request, one, True, writes=_writes(one.counts))
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": address_of(one)})
    found = fates(one)
    context = {
        "one": one, "steps": STEPS, "fates": found, "Fate": Fate, "sums": sums(one, request.member),
        "made": noun(one, found.get(Fate.MADE, 0)), "left": left_and_kept(one, Fate.LEFT), "stayed": left_and_kept(one, Fate.KEPT),
        "gone": noun(one, found.get(Fate.GONE, 0)), "by": one.applied_by.name if one.applied_by else "",
    }  # fmt: skip
    return render(request, "exchange/result.html", context)


@require_http_methods(["GET", "POST"])
def takeback(request: MemberRequest, id: UUID) -> HttpResponse:
    """GET says what would go and how much; POST does it, once."""
    one = imported(request, id)
    if request.method == "POST":
        starting.start_taking_back(one, by=request.member, with_touched=request.POST.get("with_touched") == "1")
        one.refresh_from_db()
        return redirect(address_of(one))
    if not one.may_be_taken_back:
        return redirect(address_of(one))
    reach = Reach.of(one)
    return render(request, "exchange/takeback.html", {"one": one, "reach": reach, "made": noun(one, reach.made)})


def _writes(counts: dict[str, int]) -> int:
    return counts.get("new", 0) + counts.get("changed", 0)
