"""Erasing one person: plan, days to think again, texts to look at, certificate."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.queries import company
from pivotino.instance.subjects import erasing
from pivotino.instance.subjects.forms import EraseForm
from pivotino.instance.subjects.marks import around
from pivotino.instance.subjects.models import Asking, Erasure, Mention
from pivotino.instance.subjects.models.erasures import COOL_OFF
from pivotino.ui.shortcuts import render


@require_http_methods(["GET", "POST"])
@owners_only
def new(request: MemberRequest, id: UUID) -> HttpResponse:
    """The plan with its counts, and the word that begins it."""
    contact = get_object_or_404(Contact, pk=id)
    if found := Erasure.objects.standing().filter(contact_id=id).first():
        return redirect("subjects:erasure", id=found.pk)
    form = EraseForm(request.POST or None, called=contact.name)
    if form.is_valid():
        asking = Asking.objects.open().filter(contact=contact, sort="erasure").first()
        try:
            row = erasing.begin(contact, blanked=form.blanked, by=request.member, asking=asking)
            return redirect("subjects:erasure", id=row.pk)
        except erasing.NotNow as refusal:
            form.add_error(None, str(refusal))
    seen = {"contact": contact, "lines": erasing.plan(contact), "form": form, "days": COOL_OFF.days}
    return render(request, "subjects/erase.html", seen, status=422 if form.errors else 200)


@require_GET
@owners_only
def show(request: MemberRequest, id: UUID) -> HttpResponse:
    row = get_object_or_404(Erasure.objects.select_related("by"), pk=id)
    contact = Contact.objects.filter(pk=row.contact_id).first() if row.state == "waiting" else None
    waiting = row.mentions.filter(blanked__isnull=True)[:50] if row.state == "reviewing" else []
    seen = {
        "row": row,
        "contact": contact,
        "ours": company(),
        "mentions": [one for one in map(_shown, waiting) if one],
        "left": row.mentions.filter(blanked__isnull=True).count(),
    }
    return render(request, "subjects/erasure.html", seen)


@require_POST
@owners_only
def stop(request: MemberRequest, id: UUID) -> HttpResponse:
    row = get_object_or_404(Erasure, pk=id)
    try:
        erasing.halt(row, by=request.member)
    except erasing.NotNow:
        return redirect("subjects:erasure", id=id)
    return redirect("subjects:person", id=row.contact_id)


@require_POST
@owners_only
def review(request: MemberRequest, id: UUID) -> HttpResponse:
    """Is this text about them? Yes takes the words out, no leaves it."""
    mention = get_object_or_404(Mention, pk=id, blanked__isnull=True)
    erasing.review(mention, blank=request.POST.get("about") == "them", by=request.member)
    return redirect(reverse("subjects:erasure", args=[mention.erasure_id]) + "#texts")


def _shown(mention: Mention) -> dict[str, Any]:
    """The words around, read from the record itself."""
    model: Any = apps.get_model(mention.model)
    found = model._default_manager.filter(pk=mention.record_id).first()
    before, word, after = (
        around(getattr(found, mention.field), mention.erasure.marks)
        if found is not None
        else ("It is gone since.", "", "")
    )
    return {
        "id": mention.pk,
        "what": str(model._meta.verbose_name),
        "field": mention.field.replace("_", " "),
        "before": before,
        "word": word,
        "after": after,
    }
