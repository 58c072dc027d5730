"""Help and feedback: what is typed here goes to the helpdesk, and stands among one's own questions outside."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pivotino.instance.members.middleware import MemberRequest
from pivotino.kit.ids import uuid7
from pivotino.kit.limits import Limit, TooMany
from pivotino.kit.uploads.fields import FilesField
from pivotino.tenancy.freezing import changes_nothing
from pivotino.tenancy.questions import KINDS, NotTaken, Question, ask, is_heard
from pivotino.ui.shortcuts import answer_to, render

OF_ONE = Limit("help", 10, per=60 * 60)


class HelpForm(forms.Form):
    kind = forms.ChoiceField(label="What is it?", choices=list(KINDS.items()))
    text = forms.CharField(
        label="Tell us", max_length=20_000, strip=True, widget=forms.Textarea(attrs={"rows": 8}), error_messages={"required": "Write something first."},
        help_text="What you did, what you saw, what you expected. No passwords, no card numbers.",
    )  # fmt: skip
    attached = FilesField()
    page = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput, initial=lambda: uuid7().hex)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@changes_nothing
def create(request: MemberRequest) -> HttpResponse:
    """A frozen database takes questions too: nothing in it changes."""
    asker: Any = getattr(request, "account", None)
    if not is_heard() or asker is None:
        return _show(request, None)
    form = HelpForm(request.POST or None, request.FILES or None, initial={"page": came_from(request)})
    if request.method != "POST" or not form.is_valid():
        return _show(request, form)
    said = form.cleaned_data
    try:
        OF_ONE.hit(str(asker.id))
        number = ask(
            Question(
                once=said["once"], kind=said["kind"], text=said["text"], page=said["page"], by=asker, files=tuple(said["attached"])
            )
        )  # fmt: skip
    except TooMany as refusal:
        form.add_error(None, refusal.message)
        return _show(request, form, status=429)
    except NotTaken as refusal:
        form.add_error(None, str(refusal))
        return _show(request, form, status=503)
    return render(request, "lifecycle/help.html", {"form": None, "number": number, "operator": settings.OPERATOR})


def came_from(request: HttpRequest) -> str:
    """The page they were on, without what stands behind its question mark."""
    path = urlsplit(request.headers.get("Referer", "")).path
    return path[:200] if path.startswith(request.path.removesuffix("help/")) and path != request.path else ""


def _show(request: MemberRequest, form: HelpForm | None, status: int | None = None) -> HttpResponse:
    seen = {"form": form, "number": "", "operator": settings.OPERATOR}
    return render(request, "lifecycle/help.html", seen, status=status or (answer_to(form) if form else 200))
