"""A contact made from where it is needed, without leaving the page."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from pivotino.instance.contacts.forms import QuickForm
from pivotino.instance.contacts.models import Contact, ContactKind, NotContact
from pivotino.instance.contacts.queries import Likeness, find_like
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.shortcuts import answer_to, render, trigger


@require_POST
def create(request: MemberRequest) -> HttpResponse:
    """`name`, `email`, `phone`, `kind` make a contact: the answer holds it as an option and says `pv:contact` {id, name}.

    When it looks like one that is there, nothing is made: the answer shows those, and `anyway=1` makes it all the same.
    """
    form = QuickForm(request.POST)
    likes: list[Likeness] = []
    if form.is_valid():
        typed = form.cleaned_data
        likes = [] if typed["anyway"] else find_like(typed["name"], typed["email"], typed["phone"])
        if not likes:
            try:
                return _made(request, form)
            except NotContact as refusal:
                form.add_error(None, str(refusal))
    return render(
        request, "contacts/quick.html", {"form": form, "likes": likes, "contact": None}, status=answer_to(form)
    )


def _made(request: MemberRequest, form: QuickForm) -> HttpResponse:
    typed = form.cleaned_data
    contact = Contact.add(
        typed["name"], by=request.member, id=typed["id"], kind=typed["kind"] or ContactKind.COMPANY, email=typed["email"],
        phone=typed["phone"], owner_id=request.member.pk,
    )  # fmt: skip
    answer = render(request, "contacts/quick.html", {"form": form, "likes": [], "contact": contact}, status=201)
    return trigger(answer, "pv:contact", {"id": str(contact.pk), "name": contact.name})
