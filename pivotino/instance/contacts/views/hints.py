"""What is said while somebody types: who it may be already, and which company they mean."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from pivotino.instance.contacts.models import ContactKind
from pivotino.instance.contacts.queries import find_like, named_company, suggest
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.shortcuts import render


@require_GET
def likes(request: MemberRequest) -> HttpResponse:
    """Contacts that look like the one being typed; nothing when there are none."""
    asked = {name: request.GET.get(name, "")[:254] for name in ("name", "email", "phone", "but")}
    phone = asked["phone"] or request.GET.get("mobile", "")[:40]
    found = find_like(asked["name"], asked["email"], phone, but=_uuid(asked["but"]))
    return render(request, "contacts/likes.html", {"likes": found})


@require_GET
def suggestions(request: MemberRequest) -> HttpResponse:
    """Options for a field that picks a contact: `q` and, if only those, `kind`."""
    text = next(
        (typed for name in ("q", "company_name", "contact") if (typed := request.GET.get(name, "").strip())), ""
    )[:200]
    kind = request.GET.get("kind", "")
    kind = kind if kind in ContactKind.values else ""
    found = suggest(request.member, text, kind=kind)
    known = any(one.name.casefold() == text.casefold() for one in found) or named_company(text) is not None
    return render(request, "contacts/suggestions.html", {"found": found, "text": text, "new": text and not known})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
