"""Contacts: the list, a page for each, the forms."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from pivotino.instance.contacts.forms import ContactForm
from pivotino.instance.contacts.models import Contact, ContactKind, Label, NotContact, StaleContact
from pivotino.instance.contacts.panels import panels_of
from pivotino.instance.contacts.queries import Wanted, counts, find_like, first_letters, page_of
from pivotino.instance.history.timeline import timeline_of
from pivotino.instance.members.middleware import MemberRequest
from pivotino.kit.fold import fold
from pivotino.ui.shortcuts import answer_to, render, render_block

LIST = "contacts/index.html"
SHOW = "contacts/show.html"
FORM = "contacts/form.html"


@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """Companies or people, by name; `q` searches, `letter` jumps, `after` goes on."""
    wanted = _wanted(request)
    page = page_of(request.member, wanted, after=request.GET.get("after", ""))
    context = {"wanted": wanted, "page": page, "query": _query(wanted)}
    if request.htmx and request.headers.get("HX-Target") == "found":  # type: ignore[attr-defined]
        return render_block(request, LIST, "found", context)
    if request.htmx and request.GET.get("after"):  # type: ignore[attr-defined]
        return render_block(request, LIST, "rows", context)
    tabs = counts()
    letters = first_letters(wanted.kind) if tabs[wanted.kind] > len(page.rows) or wanted.letter else []
    return render(request, LIST, context | {"counts": tabs, "letters": letters, "labels": Label.objects.all()[:40]})


@require_GET
def show(request: MemberRequest, id: UUID) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.select_related("company", "owner").prefetch_related("labels"), pk=id)
    return render(request, SHOW, _shown(request, contact))


@require_http_methods(["GET", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """The empty form, and what it sends. Sent twice, one contact is added."""
    if request.method == "POST":
        return create(request)
    kind = ContactKind.PERSON if request.GET.get("kind") == ContactKind.PERSON else ContactKind.COMPANY
    start = {"kind": kind, "name": request.GET.get("name", "")[:200], "owner": str(request.member.pk)}
    at = _uuid(request.GET.get("company"))
    company = Contact.objects.companies().filter(pk=at).first() if at else None
    if company:
        start |= {"company": str(company.pk), "company_name": company.name, "country": company.country}
    return render(request, FORM, {"form": ContactForm(start=start), "contact": None, "likes": []})


def create(request: MemberRequest) -> HttpResponse:
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            return redirect("contacts:show", id=form.add(by=request.member).pk)
        except NotContact as refusal:
            form.add_error(None, str(refusal))
    likes = find_like(request.POST.get("name", ""), request.POST.get("email", ""), request.POST.get("phone", ""))
    return render(request, FORM, {"form": form, "contact": None, "likes": likes}, status=answer_to(form))


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, id: UUID) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.kept().select_related("company", "owner"), pk=id)
    if request.method == "POST":
        return update(request, contact)
    return render(request, FORM, {"form": ContactForm(contact=contact), "contact": contact, "likes": []})


def update(request: MemberRequest, contact: Contact) -> HttpResponse:
    """Save, or show what was typed beside what somebody else saved meanwhile."""
    form = ContactForm(request.POST, contact=contact)
    truth = None
    if form.is_valid():
        try:
            form.save(by=request.member)
            return redirect("contacts:show", id=contact.pk)
        except StaleContact as stale:
            truth = stale.truth
            form.data = {**request.POST.dict(), "version": str(truth.version)}
            form.add_error(None, str(stale))
        except NotContact as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "contact": contact, "likes": [], "truth": _differences(form, truth) if truth else []}
    return render(request, FORM, context, status=answer_to(form))


def _differences(form: ContactForm, truth: Contact) -> list[tuple[str, str, str]]:
    """(field, what stands now, what was typed) for every field that differs from the truth."""
    now = ContactForm(contact=truth)
    found = []
    for name, field in form.fields.items():
        if field.widget.is_hidden:
            continue
        stands, typed = _text(now[name].value()), _text(form[name].value())
        if stands.strip() != typed.strip():
            found.append((str(form[name].label), _choice(now, name, stands), _choice(form, name, typed)))
    return found


def _choice(form: ContactForm, name: str, value: str) -> str:
    return str(dict(getattr(form.fields[name], "choices", [])).get(value, value))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def shown_again(request: MemberRequest, contact: Contact) -> HttpResponse:
    """The contact's page after it changed: its block for htmx, else the whole page by its address."""
    if request.htmx:  # type: ignore[attr-defined]
        return render_block(request, SHOW, "contact", _shown(request, contact))
    return redirect(reverse("contacts:show", kwargs={"id": contact.pk}))


def _shown(request: MemberRequest, contact: Contact) -> dict[str, object]:
    people = contact.people.kept().order_by("folded")[:100] if contact.is_company else []
    return {
        "contact": contact, "people": people, "panels": panels_of(contact, request.member),
        "events": timeline_of(request.member, contact.pk, limit=30),
    }  # fmt: skip


def _wanted(request: HttpRequest) -> Wanted:
    kind = ContactKind.PERSON if request.GET.get("kind") == ContactKind.PERSON else ContactKind.COMPANY
    return Wanted(
        kind=kind, text=request.GET.get("q", "").strip()[:200], letter=fold(request.GET.get("letter", ""))[:1],
        label=request.GET.get("label", "")[:60],
    )  # fmt: skip


def _query(wanted: Wanted) -> dict[str, str]:
    return {"kind": wanted.kind, "q": wanted.text, "letter": wanted.letter, "label": wanted.label}


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
