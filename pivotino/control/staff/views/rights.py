"""What people demand of us about themselves: what is due, what goes to a customer, and texts that somebody has to read."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.fields import MailField
from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.helpdesk.categories import Category
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.rights import asking, granting, handing, reading, restricting
from pivotino.control.rights.models import Demand, Finding, Kind, Restriction
from pivotino.control.staff.forms import Reason
from pivotino.control.staff.guards import staff
from pivotino.control.staff.models import Deed
from pivotino.tenancy.models import Instance
from pivotino.ui.shortcuts import answer_to, render

SHOWN = 200


class AskFor(Reason):
    """Somebody asked on the phone or by mail: the letter with the proof goes out as if they had filled in the form."""

    kind = forms.ChoiceField(label="What they want", choices=Kind.choices)
    email = MailField(label="Their mail address")
    field_order = ["kind", "email", "why", "ticket"]


class HandTo(Reason):
    """To which customer a ticket goes."""

    slug = forms.CharField(label="Database", max_length=40, strip=True, help_text="As in its address: /@acme/.")
    kind = forms.ChoiceField(label="What they want", choices=Kind.choices)
    field_order = ["slug", "kind", "why"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["ticket"]

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"].strip("/@ ").lower()
        self.instance = Instance.objects.living().filter(slug=slug).first()
        if self.instance is None:
            raise ValidationError("There is no such database.")
        return str(slug)


class Verdict(Reason):
    """What somebody found who read a text."""

    verdict = forms.ChoiceField(label="What it is", choices=Finding.Verdict.choices, widget=forms.RadioSelect)
    field_order = ["verdict", "why", "ticket"]


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    """By the day they are due. Nobody is named: the ticket says who."""
    going = Demand.objects.going().select_related("instance").order_by("due_at")[:SHOWN]
    linked = Demand.objects.exclude(ticket="").values("ticket")
    waiting = Ticket.objects.unsettled().filter(category=Category.PRIVACY).exclude(number__in=linked).by_clock()[:SHOWN]
    seen = {
        "going": [(one, min(max(one.percent, 0), 100)) for one in going], "waiting": waiting,
        "texts": Finding.objects.filter(read_at__isnull=True)[:SHOWN], "restricted": Restriction.objects.filter(lifted_at__isnull=True).count(),
        "ended": Demand.objects.exclude(over_at=None).exclude(proved_at=None).order_by("-over_at")[:20],
    }  # fmt: skip
    return render(request, "staff/rights.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AccountRequest) -> HttpResponse:
    """For somebody who did not find the form."""
    form = AskFor(request.POST or None, initial={"ticket": request.GET.get("ticket", "")})
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/rights_new.html", {"form": form}, answer_to(form))
    said = form.cleaned_data
    with transaction.atomic():
        asking.ask(
            said["kind"],
            said["email"],
            ticket=said["ticket"] if Ticket.objects.filter(number=said["ticket"]).exists() else "",
        )
        _deed(request, "right asked for", form, kind=said["kind"])
    return HttpResponseRedirect(reverse("staff:rights"))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def hand(request: AccountRequest, number: str) -> HttpResponse:
    """What a ticket asks is a customer's to answer: it goes to them, with the clock running."""
    ticket = get_object_or_404(Ticket, number=number)
    form = HandTo(request.POST or None, initial={"kind": Kind.ACCESS})
    seen: dict[str, Any] = {"form": form, "ticket": ticket, "refusal": ""}
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/rights_hand.html", seen, answer_to(form))
    assert form.instance is not None
    try:
        with transaction.atomic():
            demand = handing.hand(ticket, form.instance, form.cleaned_data["kind"])
            _deed(
                request, "right handed over", form, instance=form.instance, ticket=ticket.number, demand=str(demand.pk)
            )
    except handing.NotPossible as refusal:
        return render(request, "staff/rights_hand.html", {**seen, "refusal": str(refusal)}, status=409)
    return HttpResponseRedirect(reverse("staff:rights"))


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing of us that may end a demand. The reason is read by the person."""

    code: str
    label: str
    says: str
    danger: bool = False


ACTS = {
    "refuse": Act(code="refuse", label="Refuse", danger=True, says="They are told that we do not do it, and the reason below, word by word."),
    "done": Act(code="done", label="It is done", says="You did by hand what they asked. They are told so, in the words below."),
    "lift": Act(code="lift", label="Lift the restriction", danger=True, says="They read now that it ends in a week, and why, in the words below. On that day what we hold may be used again; until then nothing changes."),
}  # fmt: skip


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: AccountRequest, id: UUID, code: str) -> HttpResponse:
    """Ask why, then do it: deed and effect are one."""
    demand, act = Demand.objects.exclude(proved_at=None).filter(pk=id).first(), ACTS.get(code)
    fits = demand is not None and (
        demand.kind == Kind.RESTRICTION if code == "lift" else demand.is_going and demand.erasure_id is None
    )
    if demand is None or act is None or not fits:
        raise Http404
    form = Reason(request.POST or None, initial={"ticket": demand.ticket})
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/rights_act.html", {"act": act, "form": form, "demand": demand}, answer_to(form))
    with transaction.atomic():
        match code:
            case "refuse":
                granting.refuse(demand, form.cleaned_data["why"])
            case "done":
                granting.finish(demand, [form.cleaned_data["why"]])
            case "lift":
                restricting.announce(demand, why=form.cleaned_data["why"], by=request.account.name)
        _deed(request, f"right {code}", form, demand=str(demand.pk))
    return HttpResponseRedirect(reverse("staff:rights"))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: AccountRequest, id: UUID) -> HttpResponse:
    """One text that may name somebody who was erased: read it, and say what it is."""
    finding = get_object_or_404(Finding, pk=id, read_at=None)
    words = reading.words_of(finding)
    form = Verdict(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        seen = {"finding": finding, "words": words, "form": form, "refusal": ""}
        return render(request, "staff/rights_text.html", seen, answer_to(form))
    try:
        with transaction.atomic():
            reading.judge(finding, form.cleaned_data["verdict"])
            _deed(request, "text read", form, text=finding.model, verdict=form.cleaned_data["verdict"])
    except reading.Sealed as refusal:
        seen = {"finding": finding, "words": words, "form": form, "refusal": str(refusal)}
        return render(request, "staff/rights_text.html", seen, status=409)
    return HttpResponseRedirect(reverse("staff:rights"))


def _deed(
    request: AccountRequest, what: str, form: Any, *, instance: Instance | None = None, ticket: str = "", **facts: Any
) -> None:
    said = form.cleaned_data
    Deed.objects.keep(
        by=request.account.name, account_id=request.account.id, what=what, why=said["why"], ticket=ticket or said.get("ticket", ""),
        instance=instance, facts=facts,
    )  # fmt: skip
