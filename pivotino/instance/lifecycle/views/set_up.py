"""The four questions, and what to do next."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from pivotino.instance.lifecycle.forms import SetUpForm
from pivotino.instance.lifecycle.keeping import set_up
from pivotino.instance.lifecycle.sample import has_sample
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.queries import company
from pivotino.ui.shortcuts import answer_to, render


@require_http_methods(["GET", "POST"])
@owners_only
def edit(request: MemberRequest) -> HttpResponse:
    """One page, four cards. Skipping keeps what holds and ends the setting up."""
    if request.method == "POST":
        return update(request)
    return render(request, "lifecycle/set_up.html", {"form": SetUpForm(ours=company()), "ours": company()})


def update(request: MemberRequest) -> HttpResponse:
    if "skip" in request.POST:
        set_up(by=request.member)
        return redirect("lifecycle:next")
    form = SetUpForm(request.POST, ours=company())
    if form.is_valid():
        set_up(by=request.member, **form.answers())
        return redirect("lifecycle:next")
    return render(request, "lifecycle/set_up.html", {"form": form, "ours": company()}, status=answer_to(form))


@require_GET
def then(request: MemberRequest) -> HttpResponse:
    """What to do next in a new instance."""
    return render(request, "lifecycle/next.html", {"has_sample": has_sample()})
