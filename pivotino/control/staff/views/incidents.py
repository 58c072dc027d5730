"""Breaches: their clocks, their notices and their register."""

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.matters import breaches
from pivotino.control.matters.models import Incident
from pivotino.control.staff import legal
from pivotino.control.staff.guards import staff
from pivotino.control.staff.legal import IncidentForm, NoticeForm, NotPossible, UpdateForm
from pivotino.control.staff.views.matters import act_on, form_page
from pivotino.kit.csvs import csv_lines
from pivotino.ui.shortcuts import answer_to, render


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    rows = [(one, breaches.clocks(one)) for one in Incident.objects.all()[:200]]
    return render(request, "staff/incidents.html", {"rows": rows})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AccountRequest) -> HttpResponse:
    form = IncidentForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        intro = "Write down what you know, now. Numbers may grow later; the clocks run either way."
        return form_page(request, form, title="Something got out", intro=intro, back=reverse("staff:incidents"))
    said = dict(form.cleaned_data)
    with transaction.atomic():
        made = breaches.open_incident(said, by=request.account, touches=said.pop("databases"))
        legal.keep("breach open", made, why=made.title, by=request.account)
    return HttpResponseRedirect(_address(made))


@staff
@require_safe
def show(request: AccountRequest, id: UUID) -> HttpResponse:
    one = get_object_or_404(Incident, pk=id)
    seen = {
        "one": one, "clocks": breaches.clocks(one), "verdicts": breaches.verdicts(one), "harms": breaches.harms(),
        "offered": legal.offered(legal.OF_INCIDENTS, one),
    }  # fmt: skip
    return render(request, "staff/incident.html", seen)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def update(request: AccountRequest, id: UUID) -> HttpResponse:
    """One more thing we learned. What was written before stays."""
    one = get_object_or_404(Incident.objects.open(), pk=id)
    known = {name: getattr(one, name) for name in ("people", "kinds", "unreadable")}
    known["databases"] = "\n".join(map(str, one.touched.all()))
    form = UpdateForm(request.POST or None, initial=known)
    if request.method != "POST" or not form.is_valid():
        return form_page(request, form, title="What we learned", intro=str(one.title), back=_address(one))
    said = dict(form.cleaned_data)
    with transaction.atomic():
        breaches.learn(one, said.pop("says"), by=request.account, touches=said.pop("databases"), **said)
        legal.keep("breach update", one, why=f"{said['people']} people", by=request.account)
    return HttpResponseRedirect(_address(one))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: AccountRequest, id: UUID, law: str, clock: str) -> HttpResponse:
    """The draft, filled in, kept as often as it is changed; when it was sent, its clock stops."""
    one = get_object_or_404(Incident.objects.open(), pk=id)
    found = breaches.running(one, law, clock)
    if found is None:
        raise Http404
    facts, before = breaches.draft(one, law, clock), one.drafts.filter(law=law, clock=clock)
    sent, last = "keep" not in request.POST, before.last()
    whom = [each for each in one.touched.all() if each.told_at is None] if clock == breaches.CUSTOMERS else []
    begins = {"says": last.says if last else facts}
    form = NoticeForm(request.POST or None, initial=begins, sent=sent, by_us=bool(whom))
    seen = {"one": one, "clock": found, "form": form, "facts": facts, "before": before, "whom": whom}
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/incident_notice.html", seen, answer_to(form))
    says, how = form.cleaned_data["says"], form.cleaned_data.get("how") or "By mail, from here"
    if not sent:
        breaches.keep_draft(one, law, clock, says, by=request.account)
        return HttpResponseRedirect(request.path)
    try:
        with transaction.atomic():
            breaches.note_sent(one, law, clock, says=says, how=how, by=request.account)
            legal.keep("breach notice", one, why=f"{found.says}: {how}", by=request.account)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return render(request, "staff/incident_notice.html", seen, answer_to(form))
    return HttpResponseRedirect(_address(one))


@staff
@require_safe
def table(request: AccountRequest) -> HttpResponse:
    """The register as CSV, for the authority that asks for it."""
    header = ["number", "what", "known (UTC)", "people", "sorts of data", "laws", "databases", "what was done", "told", "closed (UTC)"]  # fmt: skip
    rows = (
        [
            str(one), one.title, one.aware_at.isoformat(timespec="minutes"), one.people, "; ".join(breaches.harms()[kind] for kind in one.kinds),
            "; ".join(one.laws), "; ".join(map(str, one.touched.all())), one.measures,
            "; ".join(f"{told.law} {told.clock} {told.sent_at:%Y-%m-%dT%H:%M}" for told in one.notices.all()),
            one.closed_at.isoformat(timespec="minutes") if one.closed_at else "",
        ]
        for one in Incident.objects.prefetch_related("touched", "notices")
    )  # fmt: skip
    answer = HttpResponse("".join(csv_lines(header, rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="breaches.csv"'
    return answer


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: AccountRequest, id: UUID, code: str) -> HttpResponse:
    one = get_object_or_404(Incident, pk=id)
    return act_on(request, one, legal.OF_INCIDENTS, code, f"breach {code}", _address(one))


def _address(one: Incident) -> str:
    return reverse("staff:incident", kwargs={"id": one.pk})
