"""Who can sign in to a database, when they last did, and whether everybody needs a second step."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pivotino.control.accounts import second_steps
from pivotino.control.accounts.guards import OwnerRequest, owner
from pivotino.control.accounts.letters import ask_to_choose_anew
from pivotino.control.accounts.models import Account, Seat, SecondStepRule
from pivotino.control.accounts.queries import people_of, sign_ins_of
from pivotino.control.subscriptions.queries import entitlements
from pivotino.jobs.trails import tell
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render


@owner
@require_safe
def index(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Everybody with a seat. Inviting, roles and leaving happen inside the database."""
    return render(request, "billing/people.html", _seen(request, instance))


@owner
@require_POST
def update(request: OwnerRequest, instance: Instance) -> HttpResponse:
    """Demand a second step of everybody, or take that back. Who demands it has one themselves."""
    if request.POST.get("demand") != "on":
        second_steps.release(instance)
        tell(instance.pk, "second_step.released", account_id=request.account.id)
    elif not second_steps.has_one(request.account.id):
        refusal = "Set up a second step for yourself first; otherwise you would lock yourself out."
        return render(request, "billing/people.html", {**_seen(request, instance), "refusal": refusal}, status=422)
    else:
        second_steps.demand(instance, Account.objects.get(pk=request.account.id))
        tell(instance.pk, "second_step.demanded", account_id=request.account.id)
    return HttpResponseRedirect(reverse("billing:people", args=[instance.slug]))


@owner
@require_POST
def ask(request: OwnerRequest, instance: Instance, id: UUID) -> HttpResponse:
    """Ask a colleague to choose a new password. They do it alone; nobody here sees the old one, a code or the new one."""
    seat = get_object_or_404(Seat.objects.select_related("account"), instance_id=instance.pk, account_id=id)
    ask_to_choose_anew(seat.account, by=request.account.name, company=instance.name)
    tell(instance.pk, "password.anew_asked", account_id=request.account.id)
    return HttpResponseRedirect(f"{reverse('billing:people', args=[instance.slug])}?asked={id}")


def _seen(request: OwnerRequest, instance: Instance) -> dict[str, object]:
    people = people_of(instance)
    asked = next((one.name for one in people if str(one.id) == request.GET.get("asked")), "")
    return {
        "instance": instance, "people": people, "asked": asked, "me": request.account.id, "sign_ins": sign_ins_of(instance), "seats": entitlements(instance).seats,
        "rule": SecondStepRule.objects.filter(instance=instance).first(), "refusal": "",
    }  # fmt: skip
