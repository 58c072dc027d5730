"""What an import would change, row by row."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from pivotino.instance.exchange.applying import to_write
from pivotino.instance.exchange.models import ProposedRow, Verdict
from pivotino.instance.exchange.pages import STEPS, address_of, facts_of, first_tab, noun, page_of, summary, tabs
from pivotino.instance.exchange.refusals import refused_lines
from pivotino.instance.exchange.views.plans import imported, waiting
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.shortcuts import render


@require_GET
def show(request: MemberRequest, id: UUID) -> HttpResponse:
    """Progress while it is made, then its rows by verdict."""
    one = imported(request, id)
    if one.state == "proposing":
        return waiting(request, one, True)
    if one.state != "proposed":
        return redirect(address_of(one)) if address_of(one) != request.path else waiting(request, one, False)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": address_of(one)})
    current = request.GET.get("show", "")
    current = current if current in Verdict.values else first_tab(one)
    writes = ProposedRow.objects.filter(to_write(one)).count()
    page = page_of(one, current, request.GET.get("page", "1"))
    context = {
        "one": one, "steps": STEPS, "tabs": tabs(one, current), "current": current, "page": page,
        "facts": facts_of(page), "summary": summary(one), "writes": writes, "said": noun(one, writes), "verdicts": Verdict,
    }  # fmt: skip
    return render(request, "exchange/proposal.html", context)


@require_POST
def tick(request: MemberRequest, id: UUID) -> HttpResponse:
    """Say of the conflicting rows of one page which of them should be taken all the same."""
    one = imported(request, id)
    if one.state == "proposed":
        shown = [int(number) for number in request.POST.getlist("shown") if number.isdecimal()]
        ticked = {int(number) for number in request.POST.getlist("ticked") if number.isdecimal()}
        rows = ProposedRow.objects.filter(of_import=one, verdict=Verdict.CONFLICT, number__in=shown[:200])
        rows.update(ticked=False)
        rows.filter(number__in=ticked, target_id__isnull=False).update(ticked=True)
    page = request.POST.get("page", "1")
    return redirect(f"{address_of(one)}?show=conflict&page={page if page.isdecimal() else 1}")


@require_GET
def refused(request: MemberRequest, id: UUID) -> HttpResponse:
    """The refused rows as they stood in the sheet, with the reason at the end."""
    one = imported(request, id)
    answer = HttpResponse("".join(refused_lines(one)), content_type="text/csv; charset=utf-8")
    name = slugify(one.name.rpartition(".")[0]) or "rows"
    answer["Content-Disposition"] = f'attachment; filename="{name}-refused.csv"'
    return answer
