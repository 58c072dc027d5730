"""About this person: everything we keep, where it came from, what they agreed to, and what may be done with it."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history import trail
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.queries import company, today
from pivotino.instance.subjects import packages, wishing
from pivotino.instance.subjects.forms import ConsentForm, RestrictForm, SourceForm
from pivotino.instance.subjects.models import Erasure, Restriction
from pivotino.ui.shortcuts import answer_to, render


@require_GET
@owners_only
def show(request: MemberRequest, id: UUID) -> HttpResponse:
    contact = _contact(id)
    seen = {
        "contact": contact, "sections": packages.everything(contact), "restricted": Restriction.objects.filter(contact=contact).first(),
        "erasure": Erasure.objects.standing().filter(contact_id=id).first(), "form": RestrictForm(),
    }  # fmt: skip
    return render(request, "subjects/person.html", seen)


@require_GET
@owners_only
def page(request: MemberRequest, id: UUID) -> HttpResponse:
    """The package as one page that reads anywhere, to hand over."""
    contact = _contact(id)
    seen = {"contact": contact, "sections": packages.everything(contact), "ours": company(), "on": today()}
    return _to_take_along(request, render(request, "subjects/package.html", seen), contact, "html")


@require_GET
@owners_only
def data(request: MemberRequest, id: UUID) -> HttpResponse:
    """The same for machines."""
    contact = _contact(id)
    answer = JsonResponse(packages.as_plain(contact), json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _to_take_along(request, answer, contact, "json")


@require_http_methods(["GET", "POST"])
def source(request: MemberRequest, id: UUID) -> HttpResponse:
    """Where we have their data from."""
    contact = _contact(id)
    known = getattr(contact, "source", None)
    form = SourceForm(request.POST or None, initial={"how": known.how, "on": known.on} if known else None)
    if form.is_valid():
        wishing.note_source(contact, by=request.member, **form.cleaned_data)
        return redirect("contacts:show", id=id)
    return render(request, "subjects/source.html", {"contact": contact, "form": form}, status=answer_to(form))


@require_http_methods(["GET", "POST"])
def consent(request: MemberRequest, id: UUID) -> HttpResponse:
    """A yes or a no, with the words that were asked."""
    contact = _contact(id)
    form = ConsentForm(request.POST or None)
    if form.is_valid():
        facts = form.cleaned_data | {"given": form.cleaned_data["given"] == "yes"}
        wishing.note_consent(contact, by=request.member, **facts)
        return redirect("contacts:show", id=id)
    return render(request, "subjects/consent.html", {"contact": contact, "form": form}, status=answer_to(form))


@require_POST
@owners_only
def restrict(request: MemberRequest, id: UUID) -> HttpResponse:
    contact, form = _contact(id), RestrictForm(request.POST)
    if form.is_valid():
        wishing.restrict(contact, why=form.cleaned_data["why"], by=request.member)
        return redirect("subjects:person", id=id)
    seen = {
        "contact": contact,
        "sections": packages.everything(contact),
        "restricted": None,
        "erasure": None,
        "form": form,
    }
    return render(request, "subjects/person.html", seen, status=422)


@require_POST
@owners_only
def lift(request: MemberRequest, id: UUID) -> HttpResponse:
    wishing.lift(_contact(id), by=request.member)
    return redirect("subjects:person", id=id)


def _contact(id: UUID) -> Contact:
    return get_object_or_404(Contact.objects.select_related("company", "owner"), pk=id)


def _to_take_along(request: MemberRequest, answer: HttpResponse, contact: Contact, ending: str) -> HttpResponse:
    """As a file; that somebody took it is in the trail."""
    trail.write(
        "contact.taken_out",
        by=request.member.name,
        by_id=request.member.pk,
        where=request.path,
        subject_id=contact.pk,
        facts={"as": ending},
    )
    answer["Content-Disposition"] = f'attachment; filename="{slugify(contact.name) or "person"}.{ending}"'
    return answer
