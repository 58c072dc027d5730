"""Removing a contact, and bringing it back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from pivotino.instance.contacts.models import Contact
from pivotino.instance.contacts.views.contacts import shown_again
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.shortcuts import toast


@require_POST
def create(request: MemberRequest, id: UUID) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=id)
    if contact.is_removed:
        return shown_again(request, contact)
    event = contact.remove(by=request.member)
    return toast(
        shown_again(request, contact), f"Removed {contact.name}", undo=reverse("history:undo", args=[event.pk])
    )


@require_POST
def destroy(request: MemberRequest, id: UUID) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=id)
    if not contact.is_removed:
        return shown_again(request, contact)
    event = contact.restore(by=request.member)
    return toast(
        shown_again(request, contact), f"Brought back {contact.name}", undo=reverse("history:undo", args=[event.pk])
    )
