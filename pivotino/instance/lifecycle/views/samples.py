"""The sample pipeline: brought and taken away with one click."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from pivotino.instance.lifecycle.sample import edited, has_sample, make_sample, remove_sample
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.ui.jinja import maybe_url
from pivotino.ui.shortcuts import render


@require_http_methods(["GET", "POST", "DELETE"])
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    """What the sample is; POST brings it, DELETE takes it away."""
    if request.method == "POST":
        make_sample(by=request.member)
        return redirect(maybe_url("pipeline:board") or "contacts:index")
    if request.method == "DELETE":
        return _gone(request, keep=bool(request.GET.get("keep")))
    return render(request, "lifecycle/sample.html", {"has_sample": has_sample(), "edited": edited(), "stayed": None})


@require_POST
@owners_only
def destroy(request: MemberRequest) -> HttpResponse:
    """Take it away; with `keep`, what people changed stays as theirs."""
    return _gone(request, keep=bool(request.POST.get("keep")))


def _gone(request: MemberRequest, *, keep: bool) -> HttpResponse:
    stayed = remove_sample(keep_edited=keep)
    return render(request, "lifecycle/sample.html", {"has_sample": False, "edited": edited(), "stayed": stayed})
