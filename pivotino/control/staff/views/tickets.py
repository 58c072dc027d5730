"""Questions of people: who waits, for how long, and what we say. Each act is kept under the name of who did it."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pivotino.control.accounts.guards import AccountRequest
from pivotino.control.children.models import Report
from pivotino.control.erasures.persons import RESTRICTED, is_restricted
from pivotino.control.helpdesk import queries, verbs
from pivotino.control.helpdesk.files import download_of
from pivotino.control.helpdesk.letters import answer_key
from pivotino.control.helpdesk.models import Rating, Ticket
from pivotino.control.matters.models import Matter
from pivotino.control.rights.models import Demand
from pivotino.control.staff.guards import staff
from pivotino.control.staff.models import Deed
from pivotino.control.staff.tickets import (
    AnswerForm,
    AssignForm,
    CategoryForm,
    MergeForm,
    NoteForm,
    SeekForm,
    SolveForm,
)
from pivotino.control.support.models import Housecall
from pivotino.letters import AsksForPassword
from pivotino.letters.posting import outcomes
from pivotino.ui.shortcuts import render

ACTS = {
    "solve": "Solved",
    "reopen": "Opened again",
    "prove": "Asked for a proof",
    "assign": "Given to somebody",
    "category": "Put elsewhere",
    "merge": "Merged",
}


@staff
@require_safe
def index(request: AccountRequest) -> HttpResponse:
    form = SeekForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    show = said.get("show") or "open"
    rows = queries.tickets(show, me=request.account.id, category=said.get("category", ""), text=said.get("q", ""))
    seen = {
        "form": form,
        "rows": rows,
        "show": show,
        "shows": queries.SHOWS,
        "counts": queries.counts(request.account.id),
        "text": said.get("q", ""),
        "category": said.get("category", ""),
        "most": queries.PAGE,
    }
    return render(request, "staff/tickets.html", seen)


@staff
@require_safe
def show(request: AccountRequest, number: str) -> HttpResponse:
    return _page(request, _ticket(number))


@staff
@require_POST
def answers(request: AccountRequest, number: str) -> HttpResponse:
    """Say something, or put in what is kept ready and look at it first."""
    ticket = _ticket(number)
    form = AnswerForm(request.POST, request.FILES, ticket=ticket)
    if not form.is_valid():
        return _page(request, ticket, answer=form, status=422)
    if form.wants_macro:
        again = AnswerForm(ticket=ticket, body=form.filled(), version=form.cleaned_data["version"])
        return _page(request, ticket, answer=again)
    try:
        with transaction.atomic():
            solve = request.POST.get("do") == "solve"
            verbs.answer(
                ticket, form.cleaned_data["body"], by=request.account, version=form.cleaned_data["version"], solve=solve,
                files=form.cleaned_data["attached"],
            )  # fmt: skip
            _deed(request, ticket, "answer", "Answered and solved." if solve else "Answered.")
    except AsksForPassword:
        form.add_error("body", "This asks for a password. We never do.")
        return _page(request, ticket, answer=form, status=422)
    except verbs.NotPossible as refusal:
        # The page shows what was said meanwhile, and takes the answer at the next press.
        typed = request.POST.copy()
        typed["version"] = str(Ticket.objects.get(pk=ticket.pk).version)
        form = AnswerForm(typed, ticket=ticket)
        form.add_error(None, str(refusal))
        return _page(request, ticket, answer=form, status=409)
    return _to(ticket)


@staff
@require_POST
def notes(request: AccountRequest, number: str) -> HttpResponse:
    ticket = _ticket(number)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, ticket, note=form, status=422)
    with transaction.atomic():
        verbs.note(ticket, form.cleaned_data["note"], by=request.account)
        _deed(request, ticket, "note", "Wrote a note.")
    return _to(ticket)


@staff
@require_POST
def acts(request: AccountRequest, number: str, code: str) -> HttpResponse:
    """One press: the deed and its effect are one."""
    ticket = _ticket(number)
    if code not in ACTS:
        raise Http404
    forms: dict[str, Any] = {
        "assign": AssignForm(request.POST),
        "category": CategoryForm(request.POST),
        "merge": MergeForm(request.POST),
        "solve": SolveForm(request.POST),
    }
    form = forms.get(code)
    if form is not None and not form.is_valid():
        return _page(request, ticket, status=422, **{code: form})
    try:
        with transaction.atomic():
            ticket = _do(code, ticket, form, request)
            _deed(request, ticket, code, f"{ACTS[code]}.")
    except verbs.NotPossible as refusal:
        return _page(request, _ticket(number), refusal=str(refusal), status=409)
    return _to(ticket)


@staff
@require_safe
def file(request: AccountRequest, number: str, id: UUID) -> HttpResponseBase:
    """One file of theirs; that it was opened is kept."""
    ticket = _ticket(number)
    answer = download_of(ticket, id, notes=True)
    _deed(request, ticket, "file", "Opened a file of this ticket.")
    return answer


def _do(code: str, ticket: Ticket, form: Any, request: AccountRequest) -> Ticket:
    by = request.account
    match code:
        case "solve":
            return verbs.solve(ticket, by=by, version=form.cleaned_data["version"])
        case "reopen":
            return verbs.reopen(ticket, by=by)
        case "prove":
            return verbs.ask_proof(ticket, by=by)
        case "assign":
            to = form.cleaned_data["to"]
            return verbs.assign(ticket, UUID(to) if to else None, by=by)
        case "category":
            return verbs.categorise(ticket, form.cleaned_data["category"], by=by)
        case _:
            return verbs.merge(ticket, form.cleaned_data["into"], by=by)


def _page(
    request: AccountRequest, ticket: Ticket, *, status: int = 200, refusal: str = "", **forms: Any
) -> HttpResponse:
    ticket = Ticket.objects.select_related("assignee", "account", "merged_into").get(pk=ticket.pk)
    said = queries.thread(ticket)
    went = outcomes(answer_key(one) for one in said if one.direction == "out")
    seen = {
        "ticket": ticket, "refusal": refusal, "beside": queries.beside(ticket), "due": queries.due_words(ticket), "clocks": ticket.clocks(),
        "said": [(one, *went.get(answer_key(one), ("", ""))) for one in said],
        "came_of": _came_of(ticket), "deeds": Deed.objects.filter(ticket=ticket.number).order_by("-number")[:10],
        "databases": queries.databases_of(ticket), "restricted": RESTRICTED if is_restricted(ticket.email) else "", "others": queries.others_of(ticket), "rating": Rating.objects.filter(ticket=ticket).first(),
        "answer": forms.get("answer") or AnswerForm(ticket=ticket), "note": forms.get("note") or NoteForm(),
        "assign": forms.get("assign") or AssignForm(initial={"to": str(ticket.assignee_id or "")}),
        "category": forms.get("category") or CategoryForm(initial={"category": ticket.category}), "merge": forms.get("merge") or MergeForm(),
    }  # fmt: skip
    return render(request, "staff/ticket.html", seen, status=status)


def _came_of(ticket: Ticket) -> list[tuple[str, str]]:
    """What stands on this ticket elsewhere in the console, in words, and where."""
    number = ticket.number
    found = [(f"Support session in {one.instance.slug}, {_standing(one)}", reverse("staff:session", kwargs={"id": one.pk}))
             for one in Housecall.objects.filter(ticket=number).select_related("instance").order_by("asked_at")]  # fmt: skip
    found += [(f"{one.get_kind_display()}: {one.get_how_display() or 'not over'}", reverse("staff:rights"))
              for one in Demand.objects.filter(ticket=number)]  # fmt: skip
    found += [("Report about a child", reverse("staff:child", kwargs={"id": one.pk})) for one in Report.objects.filter(ticket=number)]  # fmt: skip
    return found + [(f"Order {one}", reverse("staff:matter", kwargs={"id": one.pk})) for one in Matter.objects.filter(ticket=number)]  # fmt: skip


def _standing(call: Housecall) -> str:
    return "over" if call.ended_at else "under way" if call.is_under_way else "asked for"


def _ticket(number: str) -> Ticket:
    return get_object_or_404(Ticket, number=number)


def _deed(request: AccountRequest, ticket: Ticket, what: str, why: str) -> None:
    Deed.objects.keep(
        by=request.account.name, account_id=request.account.id, what=f"ticket {what}", why=why, ticket=ticket.number,
        instance=ticket.instance,
    )  # fmt: skip


def _to(ticket: Ticket) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('staff:ticket', kwargs={'number': ticket.number})}#end")
