"""Settings: how long we keep what. What would go, what will go, what went."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.subjects import keeping
from pivotino.instance.subjects.forms import MonthsForm
from pivotino.instance.subjects.models import Due, KeepingRule, Spared, Swept
from pivotino.ui.shortcuts import render

SHOWN = 200


@require_GET
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    rules = {rule.key: rule for rule in KeepingRule.objects.all()}
    rows = [
        (sort, rules.get(key), Due.objects.filter(rule=rules.get(key)).count() if key in rules else 0)
        for key, sort in keeping.SORTS.items()
    ]
    return render(request, "subjects/keeping.html", {"rows": rows, "coming": Due.objects.count()})


@require_http_methods(["GET", "POST"])
@owners_only
def edit(request: MemberRequest, key: str) -> HttpResponse:
    """One rule: its months, what they would do, and the word that sets them."""
    sort = keeping.SORTS.get(key)
    if sort is None:
        raise Http404
    rule = KeepingRule.objects.filter(key=key).first()
    if request.method == "POST" and "off" in request.POST:
        keeping.set_rule(key, None, by=request.member)
        return redirect("subjects:keeping")
    data = request.POST if request.method == "POST" else request.GET if "months" in request.GET else None
    form = MonthsForm(data, initial={"months": rule.months if rule else 24})
    seen = None
    if form.is_bound and form.is_valid():
        if request.method == "POST":
            keeping.set_rule(key, form.cleaned_data["months"], by=request.member)
            return redirect("subjects:keeping")
        seen = keeping.look(sort, form.cleaned_data["months"])
    status = 422 if form.is_bound and form.errors else 200
    return render(
        request, "subjects/rule.html", {"sort": sort, "rule": rule, "form": form, "seen": seen}, status=status
    )


@require_GET
@owners_only
def going(request: MemberRequest) -> HttpResponse:
    """What goes within fourteen days, record by record, what somebody keeps, and what went."""
    due = list(Due.objects.select_related("rule").order_by("goes_on", "pk")[:SHOWN])
    spared = list(Spared.objects.select_related("by").order_by("-at")[:SHOWN])
    names = _names([one.record_id for one in due] + [one.record_id for one in spared])
    heaps = [
        (keeping.SORTS[rule.key], rule, keeping.starts_on(rule))
        for rule in KeepingRule.objects.all()
        if not keeping.SORTS[rule.key].of
    ]
    seen = {
        "due": [(one, keeping.SORTS[one.rule.key], *names.get(one.record_id, ("", ""))) for one in due], "more": Due.objects.count() - len(due),
        "spared": [(one, *names.get(one.record_id, ("", ""))) for one in spared], "heaps": heaps,
        "log": [(one, keeping.SORTS[one.key]) for one in Swept.objects.all()[:SHOWN] if one.key in keeping.SORTS],
    }  # fmt: skip
    return render(request, "subjects/going.html", seen)


@require_POST
@owners_only
def spare(request: MemberRequest, id: UUID) -> HttpResponse:
    keeping.spare(get_object_or_404(Due, pk=id), by=request.member)
    return redirect(reverse("subjects:going") + "#kept")


@require_POST
@owners_only
def spare_no_more(request: MemberRequest, id: UUID) -> HttpResponse:
    keeping.spare_no_more(get_object_or_404(Spared, pk=id).record_id, by=request.member)
    return redirect("subjects:going")


def _names(ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """What each record is called, and where it is."""
    contacts = Contact.objects.filter(pk__in=ids).values_list("pk", "name")
    sales = Opportunity.objects.filter(pk__in=ids).values_list("pk", "title", "removed_at")
    return {pk: (name, reverse("contacts:show", args=[pk])) for pk, name in contacts} | {
        pk: (title, "" if gone else reverse("pipeline:opportunity", args=[pk])) for pk, title, gone in sales
    }
