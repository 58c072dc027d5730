"""Customers: found, looked at from outside, and helped with what their books allow."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.helpdesk.queries import due_words, tickets_about
from pivotino.control.staff.actions import Action, NotPossible, do, offered
from pivotino.control.staff.forms import Reason, Search
from pivotino.control.staff.guards import staff
from pivotino.control.staff.models import Deed, Purpose
from pivotino.control.staff.queries import PAGE, book, customers
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import render

LOOKED, ANEW = "looked", timedelta(hours=1)


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    form = Search(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    found = customers(said.get("q", ""), state=said.get("state", ""))
    return render(request, "staff/customers.html", {"form": form, "found": found, "most": PAGE})


@staff
@require_safe
def show(request: AccountRequest, slug: str) -> HttpResponse:
    """Everything our own books say of one customer. What is inside stays inside."""
    instance = get_object_or_404(Instance, slug=slug)
    _note_look(request, instance)
    seen = {"book": book(instance), "actions": offered(instance), "deeds": Deed.objects.about(instance)[:20],
            "questions": [(one, *due_words(one)) for one in tickets_about(instance)]}  # fmt: skip
    return render(request, "staff/customer.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: AccountRequest, slug: str, code: str) -> HttpResponse:
    """Ask why, then do it. Without a reason nothing happens."""
    instance = get_object_or_404(Instance, slug=slug)
    action = _action(instance, code)
    form = Reason(request.POST or None)
    seen: dict[str, Any] = {"instance": instance, "action": action, "form": form, "refusal": ""}
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/act.html", seen, status=422 if form.is_bound else 200)
    try:
        do(action, instance, by=request.account, why=form.cleaned_data["why"], ticket=form.cleaned_data["ticket"])
    except NotPossible as refusal:
        return render(request, "staff/act.html", {**seen, "refusal": str(refusal)}, status=409)
    return HttpResponseRedirect(reverse("staff:customer", kwargs={"slug": instance.slug}))


def _note_look(request: AccountRequest, instance: Instance) -> None:
    """A look at one customer's books is a deed, once an hour for each of us."""
    mine = Deed.objects.filter(what=LOOKED, account_id=request.account.id, instance=instance)
    if not mine.filter(at__gt=timezone.now() - ANEW).exists():
        Deed.objects.keep(
            by=request.account.name, account_id=request.account.id, what=LOOKED, instance=instance, where=request.path,
            why="Opened the page of this customer in the console.", purpose=Purpose.SERVICE,
        )  # fmt: skip


def _action(instance: Instance, code: str) -> Action:
    for action in offered(instance):
        if action.code == code:
            return action
    raise Http404
