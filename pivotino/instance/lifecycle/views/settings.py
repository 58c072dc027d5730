"""Settings of the company: its facts, its days. What is everybody's own is in `me`."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from pivotino.instance.history.models import Event
from pivotino.instance.lifecycle.forms import CompanyForm, DaysForm
from pivotino.instance.lifecycle.keeping import NotKept, change_company, currency_is_fixed
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.queries import company
from pivotino.ui.shortcuts import answer_to, render, render_block, toast


@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """The first page of settings this member may open."""
    return redirect("lifecycle:company" if request.member.is_owner else "lifecycle:me")


@require_http_methods(["GET", "POST"])
@owners_only
def company_facts(request: MemberRequest) -> HttpResponse:
    ours, fixed = company(), currency_is_fixed()
    form = CompanyForm(request.POST or None, ours=ours, fixed=fixed)
    event = None
    if form.is_valid():
        try:
            event = change_company(by=request.member, **form.cleaned_data)
            if not request.htmx:  # type: ignore[attr-defined]
                return redirect("lifecycle:company")
            form = CompanyForm(ours=company(), fixed=fixed)
        except NotKept as refusal:
            form.add_error("currency", str(refusal))
    return saved(request, "lifecycle/company.html", {"form": form, "ours": company()}, form, event)


@require_http_methods(["GET", "POST"])
@owners_only
def days(request: MemberRequest) -> HttpResponse:
    ours = company()
    initial = {"days_due": ours.days_due, "days_to_lost": ours.days_to_lost}
    form = DaysForm(request.POST or None, initial=initial)
    event = None
    if form.is_valid():
        event = change_company(by=request.member, **form.cleaned_data)
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect("lifecycle:days")
    return saved(request, "lifecycle/days.html", {"form": form}, form, event)


def saved(
    request: MemberRequest, template: str, context: dict[str, object], form: object, event: Event | None
) -> HttpResponse:
    """The page, or for htmx its form, with what happened and the way back."""
    status = answer_to(form)  # type: ignore[arg-type]
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, template, context, status=status)
    answer = render_block(request, template, "form", context, status=status)
    if event is not None:
        return toast(answer, "Saved", undo=reverse("history:undo", args=[event.pk]))
    return answer if status == 422 else toast(answer, "Nothing was different")
