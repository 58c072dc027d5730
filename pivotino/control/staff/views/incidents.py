"""Breaches: their clocks, their notices and their register."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.matters import breaches
from pivotino.control.matters.models import Incident
from pivotino.control.staff import legal
from pivotino.control.staff.guards import staff
from pivotino.control.staff.legal import IncidentForm, NoticeForm, NotPossible, UpdateForm
from pivotino.control.staff.views.matters import act_on, form_page
from pivotino.ui.shortcuts import render


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    rows = [(one, breaches.clocks(one)) for one in Incident.objects.all()[:200]]
    return render(request, "staff/incidents.html", {"rows": rows})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AccountRequest) -> HttpResponse:
    form = IncidentForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        intro = "Write down what you know, now. Numbers may grow later; the clocks run either way."
        return form_page(request, form, title="Something got out", intro=intro, back=reverse("staff:incidents"))
    with transaction.atomic():
        made = breaches.open_incident(form.cleaned_data, by=request.account)
        legal.keep("breach open", made, why=made.title, by=request.account)
    return HttpResponseRedirect(_address(made))


@staff
@require_safe
def show(request: AccountRequest, id: UUID) -> HttpResponse:
    one = get_object_or_404(Incident, pk=id)
    seen = {
        "one": one, "clocks": breaches.clocks(one), "verdicts": breaches.verdicts(one), "harms": breaches.harms(),
        "offered": legal.offered(legal.OF_INCIDENTS, one),
    }  # fmt: skip
    return render(request, "staff/incident.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def update(request: AccountRequest, id: UUID) -> HttpResponse:
    """One more thing we learned. What was written before stays."""
    one = get_object_or_404(Incident.objects.open(), pk=id)
    form = UpdateForm(request.POST or None, initial={"people": one.people})
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, title="What we learned", intro=str(one.title), back=_address(one))
    with transaction.atomic():
        one.updates.create(by=request.account.name, says=form.cleaned_data["says"])
        Incident.objects.filter(pk=one.pk).update(people=form.cleaned_data["people"])
        legal.keep("breach update", one, why=f"{form.cleaned_data['people']} people", by=request.account)
    return HttpResponseRedirect(_address(one))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: AccountRequest, id: UUID, law: str, clock: str) -> HttpResponse:
    """The draft, filled in; when it was sent, its clock stops."""
    one = get_object_or_404(Incident.objects.open(), pk=id)
    found = next(
        (each for each in breaches.clocks(one) if (each.law, each.name) == (law, clock) and each.done_at is None), None
    )
    if found is None:
        raise Http404
    form = NoticeForm(request.POST or None, initial={"says": breaches.draft(one, law, clock)})
    seen: dict[str, Any] = {
        "title": found.says,
        "intro": f"{one}, by {found.due_at:%-d %b %Y, %H:%M} UTC. Send it, then note here that it was sent.",
        "back": _address(one),
    }
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, **seen)
    try:
        with transaction.atomic():
            breaches.note_sent(
                one, law, clock, says=form.cleaned_data["says"], how=form.cleaned_data["how"], by=request.account
            )
            legal.keep("breach notice", one, why=f"{found.says}: {form.cleaned_data['how']}", by=request.account)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return form_page(request, form, **seen)
    return HttpResponseRedirect(_address(one))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: AccountRequest, id: UUID, code: str) -> HttpResponse:
    one = get_object_or_404(Incident, pk=id)
    return act_on(request, one, legal.OF_INCIDENTS, code, f"breach {code}", _address(one))


def _address(one: Incident) -> str:
    return reverse("staff:incident", kwargs={"id": one.pk})
