"""Support sessions as a Business Owner finds them: who asks, who is in, what was opened, and the way to end it."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pivotino.control.accounts.guards import OwnerRequest, owner
from pivotino.control.support import calling
from pivotino.control.support.models import End, Housecall, NoAccess, Yes
from pivotino.jobs.trails import tell
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render


@owner
@require_safe
def index(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """The switch, what waits for an answer, who is in, and all there ever were."""
    calls = Housecall.objects.of(instance).prefetch_related("yeses")
    seen = {
        "instance": instance,
        "closed": NoAccess.objects.filter(instance=instance).first(),
        "open": list(calls.open()),
        "page": Paginator(calls.exclude(ended_at=None), 30).get_page(request.GET.get("page")),
    }
    return render(request, "support/index.html", seen)


@owner
@require_safe
def show(request: OwnerRequest, instance: Instance, id: UUID) -> HttpResponse:
    return _page(request, instance, _call(instance, id))


@owner
@require_POST
def answers(request: OwnerRequest, instance: Instance, id: UUID) -> HttpResponse:
    """Yes or no, to the session or to changes."""
    call = _call(instance, id)
    to = Yes.To.CHANGES if request.POST.get("to") == Yes.To.CHANGES else Yes.To.SESSION
    try:
        if request.POST.get("answer") == "yes":
            calling.agree(call, to, by=request.account)
            tell(instance.pk, "helpdesk.agreed", account_id=request.account.id, how=Yes.To(to).label)
        elif to == Yes.To.CHANGES:
            calling.refuse_changes(call)
        else:
            calling.end(call, End.REFUSED, by=request.account.name)
    except calling.NotPossible as refusal:
        return _page(request, instance, _call(instance, id), str(refusal), 409)
    return HttpResponseRedirect(reverse("support:show", args=[instance.slug, id]))


@owner
@require_POST
def ending(request: OwnerRequest, instance: Instance, id: UUID) -> HttpResponse:
    """Out, at once."""
    calling.end(_call(instance, id), End.CUSTOMER, by=request.account.name)
    tell(instance.pk, "helpdesk.sent_away", account_id=request.account.id)
    return HttpResponseRedirect(reverse("support:show", args=[instance.slug, id]))


@owner
@require_POST
def access(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """The switch: nobody of the helpdesk, or again as before."""
    if request.POST.get("access") == "off":
        calling.switch_off(instance, by=request.account.name)
        tell(instance.pk, "helpdesk.kept_out", account_id=request.account.id)
    else:
        calling.switch_on(instance, by=request.account.name)
        tell(instance.pk, "helpdesk.may_ask", account_id=request.account.id)
    return HttpResponseRedirect(reverse("support:index", args=[instance.slug]))


def _call(instance: Instance, id: UUID) -> Housecall:
    found: Housecall = get_object_or_404(Housecall.objects.of(instance).prefetch_related("yeses", "openings"), pk=id)
    return found


def _page(
    request: OwnerRequest, instance: Instance, call: Housecall, refusal: str = "", status: int = 200
) -> HttpResponse:
    return render(request, "support/show.html", {"instance": instance, "call": call, "refusal": refusal}, status)
