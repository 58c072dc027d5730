"""Leaving for the provider's pages.

The content policy lets forms of ours go to ourselves only, and Chromium holds every redirect of a form's answer to that. So
the form is answered with a page of ours, and that page goes on by itself, without a script.
"""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pivotino.control.accounts.guards import OwnerRequest, owner
from pivotino.control.accounts.models import Account
from pivotino.control.payments.leaving import to_checkout, to_portal
from pivotino.control.payments.models import Visit
from pivotino.control.payments.provider import AlreadyPays, PaymentProblem, offer_for, provider
from pivotino.kit.limits import Limit, TooMany
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render

VISITS = Limit("payment-visits", 30, per=60 * 60)


@owner
@require_POST
def checkout(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Go and pay for what the field "plan" says."""
    what = request.POST.get("plan", "")[:200]
    offer = offer_for(instance.id, what)
    if offer is None:
        return problem(request, instance, "This cannot be bought. Choose a plan again.", status=422)
    try:
        VISITS.hit(str(instance.id))
        visit = to_checkout(instance, me(request), offer.lines, what=what, trial_until=offer.trial_until)
    except (PaymentProblem, TooMany) as error:
        return refused(request, instance, error)
    return HttpResponseRedirect(reverse("payments:visit", args=[instance.slug, visit.id]), status=303)


@owner
@require_POST
def portal(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Go and change how one pays."""
    try:
        VISITS.hit(str(instance.id))
        visit = to_portal(instance, me(request))
    except (PaymentProblem, TooMany) as error:
        return refused(request, instance, error)
    return HttpResponseRedirect(reverse("payments:visit", args=[instance.slug, visit.id]), status=303)


@owner
@require_safe
def show(request: OwnerRequest, instance: Instance, id: UUID) -> HttpResponse:
    """The last page of ours; it goes on by itself. One that is over leads back."""
    visit = get_object_or_404(Visit, pk=id, instance=instance)
    if not visit.url:
        return HttpResponseRedirect(reverse("billing:show", args=[instance.slug]))
    page = render(request, "payments/leave.html", {"instance": instance, "visit": visit, "provider": provider().name})
    page["Refresh"] = f"0; url={visit.url}"
    return page


def me(request: OwnerRequest) -> Account:
    return Account.objects.get(pk=request.account.id)


def refused(request: OwnerRequest, instance: Instance, error: PaymentProblem | TooMany) -> HttpResponse:
    """Why somebody could not be sent on."""
    if isinstance(error, TooMany):
        return problem(request, instance, error.message, status=429)
    status = 409 if isinstance(error, AlreadyPays) else 503
    return problem(request, instance, str(error), status=status)


def problem(request: OwnerRequest, instance: Instance, sentence: str, *, status: int) -> HttpResponse:
    return render(request, "payments/problem.html", {"instance": instance, "sentence": sentence}, status=status)
