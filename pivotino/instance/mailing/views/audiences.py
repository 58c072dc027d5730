"""Lists somebody picks by hand, and segments that pick themselves."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pivotino.instance.contacts.models import Contact
from pivotino.instance.contacts.queries import suggest
from pivotino.instance.mailing.forms import ListForm, PickForm, SegmentForm
from pivotino.instance.mailing.models import Audience
from pivotino.instance.mailing.reach import everybody, reach_of
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.shortcuts import answer_to, render, toast, trigger

INDEX, SHOW, FORM = "mailing/audiences.html", "mailing/audience.html", "mailing/audience_form.html"
SHOWN = 200


@require_GET
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    rows = [(one, reach_of(one, request.member)) for one in Audience.objects.kept()[:100]]
    return render(request, INDEX, {"rows": rows, "tab": "lists"})


@require_http_methods(["GET", "POST"])
@owners_only
def new(request: MemberRequest) -> HttpResponse:
    """`?of=conditions` makes a segment, anything else a list. Sent twice, one is made."""
    kind = SegmentForm if request.GET.get("of") == "conditions" else ListForm
    form = kind(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        made = Audience.make(said["name"], by=request.member, id=said["id"], conditions=form.conditions)
        return redirect("mailing:audience", id=made.pk)
    return render(request, FORM, {"form": form, "audience": None, "tab": "lists"}, status=answer_to(form))


@require_GET
@owners_only
def show(request: MemberRequest, id: UUID) -> HttpResponse:
    """Who is on it and who of them gets no letter; `q` looks for people to add to a list."""
    audience = get_object_or_404(Audience, pk=id)
    return render(request, SHOW, _shown(request, audience))


@require_http_methods(["GET", "POST"])
@owners_only
def edit(request: MemberRequest, id: UUID) -> HttpResponse:
    audience = get_object_or_404(Audience.objects.kept(), pk=id)
    form = (ListForm if audience.is_list else SegmentForm)(request.POST or None, audience=audience)
    if form.is_valid():
        audience.change(name=form.cleaned_data["name"], by=request.member, conditions=form.conditions)
        return redirect("mailing:audience", id=audience.pk)
    return render(request, FORM, {"form": form, "audience": audience, "tab": "lists"}, status=answer_to(form))


@require_POST
@owners_only
def pick(request: MemberRequest, id: UUID) -> HttpResponse:
    """Put those who were ticked on the list."""
    audience = get_object_or_404(Audience.objects.kept().filter(wanted__isnull=True), pk=id)
    form = PickForm(request.POST)
    if not form.is_valid():
        return render(request, SHOW, _shown(request, audience) | {"picking": form}, status=422)
    audience.add(form.contacts(), by=request.member)
    return redirect("mailing:audience", id=audience.pk)


@require_POST
@owners_only
def drop(request: MemberRequest, id: UUID, contact: UUID) -> HttpResponse:
    """Take somebody off the list."""
    audience = get_object_or_404(Audience.objects.kept().filter(wanted__isnull=True), pk=id)
    audience.drop(get_object_or_404(Contact, pk=contact))
    return redirect("mailing:audience", id=audience.pk)


@require_POST
@owners_only
def destroy(request: MemberRequest, id: UUID) -> HttpResponse:
    audience = get_object_or_404(Audience.objects.kept(), pk=id)
    event = audience.remove(by=request.member)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("mailing:audiences")
    answer = toast(HttpResponse(), f"Removed {audience.name}", undo=reverse("history:undo", args=[event.pk]))
    return trigger(answer, "pv:removed", {})


def _shown(request: MemberRequest, audience: Audience) -> dict[str, object]:
    people = list(everybody(audience, request.member))
    text = request.GET.get("q", "").strip()[:200]
    here = {one.contact for one in people}
    found = [one for one in suggest(request.member, text, limit=30) if one.pk not in here] if text else []
    return {
        "audience": audience, "people": people[:SHOWN], "reach": reach_of(audience, request.member), "more": max(len(people) - SHOWN, 0),
        "q": text, "found": found, "tab": "lists",
    }  # fmt: skip
