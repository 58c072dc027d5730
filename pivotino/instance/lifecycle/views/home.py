"""Where somebody begins who opens the instance's address."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.queries import company
from pivotino.ui.jinja import maybe_url


@require_GET
def show(request: MemberRequest) -> HttpResponse:
    """An owner whose company is not set up yet answers four questions first; everybody else sees the board."""
    if request.member.is_owner and company().set_up_at is None:
        return redirect("lifecycle:set_up")
    return redirect(maybe_url("pipeline:board") or "contacts:index")
