"""An opportunity made on the page of the contact it is with."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event
from pivotino.instance.lifecycle.panels import sales_of
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.queries import base_currency
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.refusals import Refusal
from pivotino.kit.money import NotAnAmount, parse_amount
from pivotino.ui.shortcuts import render, toast

PANEL = "lifecycle/sales.html"


class SellForm(forms.Form):
    id = forms.UUIDField()
    title = forms.CharField(max_length=200, error_messages={"required": "Type what they asked for."})
    amount = forms.CharField(max_length=40, required=False)

    def clean_amount(self) -> int:
        text: str = self.cleaned_data["amount"]
        try:
            return parse_amount(text, base_currency()).minor if text else 0
        except NotAnAmount as error:
            raise forms.ValidationError(error.message) from None


@require_POST
def create(request: MemberRequest, id: UUID) -> HttpResponse:
    """Title and amount are enough. Sent twice, one is made."""
    contact = get_object_or_404(Contact.objects.kept(), pk=id)
    form = SellForm(request.POST)
    error = " ".join(str(message) for messages in form.errors.values() for message in messages)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            made = Opportunity.open(
                asked["title"], by=request.member, contact=contact, amount_minor=asked["amount"], id=asked["id"],
                email=contact.email, phone=contact.mobile or contact.phone,
            )  # fmt: skip
            return _made(request, contact, made)
        except Refusal as refusal:
            error = refusal.message
    shown = {**_panel(request, contact), "error": error, "typed": request.POST.dict()}
    return render(request, PANEL, {"panel": shown}, status=422)


def _made(request: MemberRequest, contact: Contact, made: Opportunity) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("contacts:show", id=contact.pk)
    event = Event.objects.filter(subject_id=made.pk, verb="opportunity.created").first()
    undo = reverse("history:undo", args=[event.pk]) if event else None
    return toast(render(request, PANEL, {"panel": _panel(request, contact)}), f"Added {made.title}", undo=undo)


def _panel(request: MemberRequest, contact: Contact) -> dict[str, object]:
    return {**sales_of(contact, request.member)}
