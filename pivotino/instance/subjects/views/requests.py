"""What people ask about their data: a list with clocks, a new one, an answer."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.queries import company, today
from pivotino.instance.subjects import clocks, inbox
from pivotino.instance.subjects.forms import AnswerForm, AskingForm
from pivotino.instance.subjects.models import Asking, Erasure
from pivotino.ui.shortcuts import answer_to, render


@require_GET
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    rows = Asking.objects.select_related("contact")
    seen = {
        "open": rows.open().order_by("due_on"), "answered": rows.filter(answered_at__isnull=False)[:100], "today": today(),
        "said": clocks.said(company().country), "erasures": Erasure.objects.all()[:50],
    }  # fmt: skip
    return render(request, "subjects/requests.html", seen)


@require_http_methods(["GET", "POST"])
@owners_only
def new(request: MemberRequest) -> HttpResponse:
    form = AskingForm(request.POST or None)
    if form.is_valid():
        row = inbox.receive(by=request.member, **form.cleaned_data)
        return redirect("subjects:request", id=row.pk)
    return render(request, "subjects/asking_form.html", {"form": form}, status=answer_to(form))


@require_http_methods(["GET", "POST"])
@owners_only
def show(request: MemberRequest, id: UUID) -> HttpResponse:
    row = get_object_or_404(Asking.objects.select_related("contact", "by"), pk=id)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        inbox.answer(row, said=form.cleaned_data["answer"], by=request.member)
        return redirect("subjects:requests")
    return render(request, "subjects/asking.html", {"row": row, "form": form, "today": today()}, status=answer_to(form))
