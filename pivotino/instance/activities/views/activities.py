"""Planning an activity, doing it, moving it to another day, giving it up."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlparse
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import get_script_prefix, reverse
from django.views.decorators.http import require_http_methods, require_POST

from pivotino.instance.activities import lists
from pivotino.instance.activities.forms import DayForm, DoneForm, PlanForm
from pivotino.instance.activities.models import Activity
from pivotino.instance.history.models import Event
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline.answers import newest, pieces, undo_url
from pivotino.instance.pipeline.forms import first_error
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.refusals import Refusal
from pivotino.instance.pipeline.sheets import sheet_of
from pivotino.instance.pipeline.views.opportunities import PAGE, changed
from pivotino.ui.shortcuts import render, render_block, toast, trigger


@require_POST
def plan(request: Any, id: UUID) -> HttpResponse:
    """Plan something on an opportunity."""
    opportunity = get_object_or_404(
        Opportunity.objects.visible_to(request.member).select_related("stage", "owner"), pk=id
    )
    form = PlanForm(request.POST, by=request.member)
    if not form.is_valid():
        return _refuse_plan(request, opportunity, form, "")
    given = form.cleaned_data
    try:
        activity = Activity.plan(
            opportunity, kind=given["kind"], by=request.member, due_on=given["due_on"], due_time=given["due_time"],
            summary=given["summary"], note=given["note"], assigned_to=given["assigned_to"],
        )  # fmt: skip
    except Refusal as refusal:
        return _refuse_plan(request, opportunity, form, refusal.message)
    event = newest(opportunity, request.member, "activity.planned")
    return _done(request, activity, event, f"Planned {activity.title}")


def _refuse_plan(request: Any, opportunity: Opportunity, form: PlanForm, why: str) -> HttpResponse:
    """The form again, with what was typed."""
    if why:
        form.add_error(None, why)
    request.plan_form = form
    s = sheet_of(request, opportunity)
    if not request.htmx:
        return render(request, PAGE, {"s": s, "note_form": None}, status=422)
    return render_block(request, PAGE, "panels", {"s": s}, status=422)


@require_http_methods(["GET", "POST"])
def completion(request: Any, id: UUID) -> HttpResponse:
    """Done, with what came of it; then the next step is offered."""
    activity = _found(request, id)
    form = DoneForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        context = {"activity": activity, "form": form, "row": lists.row_of(activity, today(), request.member)}
        status = 422 if form.is_bound else 200
        return (
            render_block(request, "activities/done.html", "form", context, status)
            if request.htmx
            else render(request, "activities/done.html", context, status)
        )
    try:
        event = activity.complete(by=request.member, feedback=form.cleaned_data["feedback"])
    except Refusal as refusal:
        return _refused(request, refusal)
    request.just_done = activity
    response = _done(request, activity, event, f"Marked {activity.title} done")
    if "next" in request.POST and activity.opportunity_id:
        href = f"{reverse('pipeline:opportunity', args=[activity.opportunity_id])}?plan=1"
        return trigger(response, "pv:open", {"href": href}) if request.htmx else HttpResponseRedirect(href)
    return response


@require_POST
def next_done(request: Any, id: UUID) -> HttpResponse:
    """The next step of a card on the board is done, without words. What a rule plans or moves then is shown at once."""
    opportunity = get_object_or_404(Opportunity.objects.visible_to(request.member), pk=id)
    activity = Activity.objects.filter(opportunity=opportunity).open().in_order().first()
    if activity is None:
        return _refused(request, Refusal("Nothing is planned on this card."))
    before = opportunity.stage_id
    try:
        event = activity.complete(by=request.member)
    except Refusal as refusal:
        return _refused(request, refusal)
    if not request.htmx:
        return HttpResponseRedirect(_back(request))
    response = HttpResponse(pieces(request, opportunity.pk, stages=[before]))
    return toast(response, f"Marked {activity.title} done", undo=undo_url(event))


@require_POST
def day(request: Any, id: UUID) -> HttpResponse:
    """Another day; without one, tomorrow."""
    activity = _found(request, id)
    given = request.POST.copy()
    given.setdefault("due_on", (today() + timedelta(days=1)).isoformat())
    form = DayForm(given)
    try:
        if not form.is_valid():
            raise Refusal(first_error(form))
        at = activity.due_time if form.cleaned_data["keep_time"] else form.cleaned_data["due_time"]
        event = activity.reschedule(by=request.member, due_on=form.cleaned_data["due_on"], due_time=at)
    except Refusal as refusal:
        return _refused(request, refusal)
    return _done(
        request,
        activity,
        event,
        f"Moved {activity.title} to {lists.row_of(activity, today(), request.member).chip.lower()}",
    )


@require_POST
def cancellation(request: Any, id: UUID) -> HttpResponse:
    """Give it up."""
    activity = _found(request, id)
    try:
        event = activity.cancel(by=request.member)
    except Refusal as refusal:
        return _refused(request, refusal)
    return _done(request, activity, event, f"Cancelled {activity.title}")


def _found(request: Any, id: UUID) -> Activity:
    rows = Activity.objects.visible_to(request.member).select_related(
        "kind", "assigned_to", "opportunity__contact", "opportunity__stage"
    )
    return get_object_or_404(rows.distinct(), pk=id)


def _done(request: Any, activity: Activity, event: Event | None, told: str) -> HttpResponse:
    """Where it was done: the sheet's parts, or the list anew; with the pieces of a board that lies behind."""
    undo = undo_url(event)
    if not request.htmx:
        return HttpResponseRedirect(_back(request))
    listed = _list(request)
    if not listed and activity.opportunity is not None and _may_see(request, activity.opportunity):
        return changed(request, activity.opportunity, told, undo=undo)
    response = HttpResponse(listed)
    if activity.opportunity_id:
        response.write(pieces(request, activity.opportunity_id))
    return toast(response, told, undo=undo)


def _back(request: Any) -> str:
    """The page it was done from, without script; only ever one of this instance."""
    path = urlparse(request.headers.get("Referer") or "").path
    return path if path.startswith(get_script_prefix()) else reverse("activities:today")


def _may_see(request: Any, opportunity: Opportunity) -> bool:
    return bool(Opportunity.objects.visible_to(request.member).filter(pk=opportunity.pk).exists())


def _list(request: Any) -> str:
    """The list the browser shows, found by its address; empty anywhere else."""
    here = urlparse(request.headers.get("HX-Current-URL") or "")
    query = parse_qs(here.query)
    if here.path == reverse("activities:index"):
        mine = query.get("whose", [""])[0] == "mine"
        template, page = (
            "activities/index.html",
            lists.activities(request.member, show=query.get("show", ["all"])[0], mine=mine),
        )
    elif here.path == reverse("activities:today"):
        template, page = "activities/today.html", lists.morning(request.member)
    else:
        return ""
    return str(render_block(request, template, "list", {"page": page, "oob": True}).content.decode())


def _refused(request: Any, refusal: Refusal) -> HttpResponse:
    """The sentence, and the list as it truly is."""
    if not request.htmx:
        return HttpResponse(refusal.message, status=422, content_type="text/plain; charset=utf-8")
    return toast(HttpResponse(_list(request), status=422), refusal.message, bad=True)
