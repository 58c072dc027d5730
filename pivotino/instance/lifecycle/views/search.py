"""The search over everything."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from pivotino.instance.lifecycle.searching import look_for
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.shortcuts import render, render_block

PAGE = "lifecycle/search.html"
ON_A_PAGE, IN_THE_BAR = 40, 6


@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """A page of what mentions `q`. The command bar and the page's own field get only their part of it."""
    part = {"command-found": "options", "found": "found"}.get(request.headers.get("HX-Target", ""))
    limit = IN_THE_BAR if part == "options" else ON_A_PAGE
    context = {"results": look_for(request.member, request.GET.get("q", ""), limit=limit)}
    return render_block(request, PAGE, part, context) if part else render(request, PAGE, context)
