"""How often somebody made us keep or hand over data, in numbers for everybody."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pivotino.control.matters import counting
from pivotino.ui.shortcuts import render


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return render(request, "matters/transparency.html", {"years": counting.years(), "most": counting.BAND})
