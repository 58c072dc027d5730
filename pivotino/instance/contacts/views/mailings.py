"""Noting that a contact wants no mailings, and that they may get them again."""

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
def update(request: MemberRequest, id: UUID) -> HttpResponse:
    """`none=1`: no mailings from now on; anything else: they may get them again."""
    contact = get_object_or_404(Contact.objects.kept(), pk=id)
    event = contact.want_mailings(not request.POST.get("none"), by=request.member)
    answer = shown_again(request, contact)
    if event is None:
        return answer
    said = f"{contact.name} gets no mailings" if contact.do_not_mail else f"{contact.name} may get mailings again"
    return toast(answer, said, undo=reverse("history:undo", args=[event.pk]))
