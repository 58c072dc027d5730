"""What happened in this instance, as far as the reader may see it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from pivotino.instance.history.timeline import page_of
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.shortcuts import render, render_block

KINDS = [("", "Everything"), ("opportunity", "Opportunities"), ("contact", "People")]
OWNERS_KINDS = [("member", "Colleagues"), ("settings", "Settings")]
SETTINGS = ("company", "stage", "lost_reason", "lost_category", "rate")


@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """Newest first; `kind` narrows it, `before` goes on."""
    kinds = [*KINDS, *(OWNERS_KINDS if request.member.is_owner else [])]
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(kinds) else ""
    before = _before(request)
    context = {"kind": kind, "kinds": kinds, "page": page_of(request.member, kinds=_of(kind), before=before)}
    if request.htmx and before:  # type: ignore[attr-defined]
        return render_block(request, "history/index.html", "days", context)
    return render(request, "history/index.html", context)


def _of(kind: str) -> tuple[str, ...]:
    """The kinds of records behind a choice on the page; none means all."""
    return SETTINGS if kind == "settings" else tuple(filter(None, [kind]))


def _before(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None
