"""Ending a subscription, and staying after all."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pivotino.control.accounts.guards import owner
from pivotino.control.terminations import leaving, letters, periods
from pivotino.control.terminations.forms import LeaveForm
from pivotino.control.terminations.jobs import put_in_line
from pivotino.control.terminations.models import Termination
from pivotino.jobs.trails import tell
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import answer_to, render

PAGE = "terminations/show.html"


@owner
@require_safe
def show(request: HttpRequest, instance: Instance) -> HttpResponse:
    """All dates first; for those who leave already, the way back."""
    termination = Termination.objects.of(instance)
    if termination is None:
        return _page(request, instance, LeaveForm(instance=instance))
    said = {
        "instance": instance, "termination": termination, "dates": termination.dates, "days": letters.days_left(termination),
        "erased_on": leaving.earliest_end(termination), "support": settings.OPERATOR.support,
    }  # fmt: skip
    return render(request, "terminations/leaving.html", said)


@owner
@reauthentication_required  # type: ignore[untyped-decorator]
@require_POST
def create(request: Any, instance: Instance) -> HttpResponse:
    """End it: read-only at once, erased after the grace."""
    form = LeaveForm(request.POST, instance=instance)
    if not form.is_valid():
        return _page(request, instance, form)
    with transaction.atomic():
        who = {"by": request.account.name, "account_id": request.account.id}
        put_in_line(leaving.leave(instance, cause=Termination.Cause.LEFT, why=form.cleaned_data["reason"], **who))
        tell(instance.pk, "leaving.begun", account_id=request.account.id)
    return HttpResponseRedirect(reverse("terminations:show", args=[instance.slug]))


@owner
@require_POST
def destroy(request: Any, instance: Instance) -> HttpResponse:
    """Stay after all. One click, until the last day."""
    termination = Termination.objects.of(instance)
    if termination is not None and (termination.is_by_the_customer or termination.taken_back_at):
        with transaction.atomic():
            leaving.stay(termination)
            put_in_line(termination)
            tell(instance.pk, "leaving.taken_back", account_id=request.account.id)
    return HttpResponseRedirect(reverse("terminations:show", args=[instance.slug]))


def _page(request: HttpRequest, instance: Instance, form: LeaveForm) -> HttpResponse:
    dates = periods.dates_from(timezone.now())
    said = {"instance": instance, "form": form, "dates": dates, "grace": periods.periods().grace.days}
    return render(request, PAGE, said, answer_to(form))
