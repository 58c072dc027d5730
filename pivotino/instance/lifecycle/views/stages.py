"""The stages of the pipeline: their names and limits, not their kinds or their order."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pivotino.instance.lifecycle.forms import StageForm, stages_agree
from pivotino.instance.lifecycle.keeping import change_stage
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.pipeline.models import Stage
from pivotino.tenancy import atomic
from pivotino.ui.shortcuts import render, render_block, toast

PAGE = "lifecycle/stages.html"


@require_http_methods(["GET", "POST"])
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return update(request)
    return render(request, PAGE, {"stages": [StageForm(stage=stage) for stage in Stage.objects.all()]})


def update(request: MemberRequest) -> HttpResponse:
    stages = [StageForm(request.POST, stage=stage) for stage in Stage.objects.all()]
    agreed = stages_agree(stages)
    events = []
    if agreed:
        with atomic():
            events = [change_stage(form.stage, by=request.member, **form.cleaned_data) for form in stages]
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect("lifecycle:stages")
    status = 200 if agreed else 422
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, PAGE, {"stages": stages}, status=status)
    answer = render_block(request, PAGE, "form", {"stages": stages}, status=status)
    kept = [event for event in events if event is not None]
    if not agreed:
        return answer
    undo = reverse("history:undo", args=[kept[0].pk]) if len(kept) == 1 else None
    return toast(
        answer,
        f"{len(kept)} stages saved" if len(kept) > 1 else "Saved" if kept else "Nothing was different",
        undo=undo,
    )
