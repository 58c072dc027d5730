"""The trail, for Business Owners: read, narrowed down, read again by the program, and taken out whole."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from pivotino.instance.history import trail
from pivotino.instance.history.forms import TrailForm
from pivotino.instance.history.models import Trail
from pivotino.instance.members.doors import owners_only
from pivotino.instance.members.middleware import MemberRequest
from pivotino.instance.members.queries import zone
from pivotino.kit.chains import Broken
from pivotino.kit.csvs import csv_lines
from pivotino.tenancy import current, inside
from pivotino.tenancy.places import Place
from pivotino.ui.shortcuts import answer_to, render

PAGE, AT_ONCE = 50, 500
COLUMNS = ("number", "at", "by", "staff", "on_behalf", "what", "where", "ticket", "purpose", "facts", "book", "seal")
WORDS = {
    "member.signed_in": "signed in", "member.role_changed": "changed somebody's role", "member.left": "took somebody out",
    "member.returned": "let somebody in again", "member.invited": "invited somebody", "member.joined": "joined",
    "export.asked": "asked for an export", "export.taken_out": "took an export out", "import.applied": "brought a list in",
    "import.taken_back": "took a list back", "company.changed": "changed the company's facts", "company.arrived": "brought everything in",
    "contact.removed": "removed somebody from the people", "contact.restored": "brought somebody back", "mailing.started": "sent a letter to many",
    "opportunity.removed": "removed an opportunity", "opportunity.restored": "brought an opportunity back",
    "trail.taken_out": "took the trail out", "trail.carried": "brought in the trail of another database",
    "trail.returned": "put an older state back; the trail goes on", "contact.taken_out": "took out what is kept about somebody",
    "keeping.swept": "let go what was over", "keeping.spared": "keeps a record though its time is over",
    "keeping.let_go": "lets the rules hold for a record again", "keeping_rule.set": "set how long records are kept",
    "keeping_rule.ended": "ended a rule about keeping", "erasure.asked": "wants somebody erased",
    "erasure.stopped": "stopped an erasure", "erasure.done": "erased somebody", "erasure.reviewed": "read a text that may name somebody erased",
    "second_step.demanded": "demands a second step of everybody", "second_step.released": "demands no second step any more",
    "password.anew_asked": "asked a colleague to choose a new password", "helpdesk.kept_out": "keeps our helpdesk out",
    "helpdesk.may_ask": "lets our helpdesk ask again", "helpdesk.agreed": "agreed to a visit of our helpdesk",
    "helpdesk.sent_away": "sent our helpdesk away", "leaving.begun": "ended the subscription", "leaving.taken_back": "stays after all",
    "backup.asked": "asked for a backup", "restore.asked": "asked to have a backup put back", "upgrade.asked": "asked for the newest version",
    "upgrade.called_off": "called an upgrade off", "plan.changed": "changed the plan", "plan.ended": "ended the paid plan",
    "plan.resumed": "goes on with the paid plan", "sensitive.changed": "changed what is kept out of the records",
    "sensitive.taught": "said that something is no card or the like", "sensitive.untaught": "took back that something is no card or the like",
    "sensitive.tidied": "covered what is kept out of the records", "sensitive.masked": "had something covered", "sensitive.child": "was told that somebody may be a child",
    "company.set_up": "set up the company", "member.corrected": "goes by the name and address of their account",
    "member.forgotten": "took out the name of a colleague who left", "member.renamed": "changed the name they go by",
    "member.reminded": "reminded somebody of an invitation", "member.withdrawn": "withdrew an invitation", "member.declined": "declined an invitation",
    "stage.added": "added a stage", "stage.changed": "changed a stage", "rate.set": "set a rate of exchange", "rate.removed": "took a rate of exchange out",
    "lost_reason.added": "added a reason for lost ones", "lost_reason.changed": "changed a reason for lost ones",
    "lost_reason.removed": "took out a reason for lost ones", "lost_reason.retired": "offers a reason for lost ones no more",
    "lost_reason.offered": "offers a reason for lost ones again", "lost_category.added": "added a group of reasons",
    "lost_category.changed": "changed a group of reasons", "lost_category.removed": "took out a group of reasons",
    "sweep.done": "changed many cards at once", "sweep.undone": "took back a change of many cards", "contact.restricted": "restricted a contact: kept, not used",
    "contact.unrestricted": "lets a contact be used again", "audience.made": "made a list for mailings", "audience.changed": "changed a list for mailings",
    "audience.removed": "took out a list for mailings", "audience.restored": "brought back a list for mailings",
    "mailing_sender.changed": "changed who mailings come from", "mailing_stop.lifted": "lets somebody get mailings again",
    "mailing.paused": "paused a letter to many", "mailing.resumed": "went on with a letter to many", "mailing.stopped": "stopped a letter to many",
    "mailing.taken_back": "took a letter to many back to write again", "request.came": "noted what somebody asks of their data",
    "request.answered": "answered what somebody asked of their data", "own data taken": "took a copy of their own data",
    "support.came": "came in to help", "support.stays": "stays longer or sees more", "support.went": "went", "support.looked": "looked at a page, covered",
    "support.read": "read a page", "support.revealed": "uncovered a page", "support.changed": "changed something", "support.refused": "was refused a page",
}  # fmt: skip
# Ids that say nothing to people.
SILENT = frozenset({"event", "kind", "key", "session", "arrival", "books"})


@require_GET
@owners_only
def index(request: MemberRequest) -> HttpResponse:
    """Newest first, fifty a page; `?check=1` reads all of it again and says whether it is as it was written."""
    asked = {name: value for name, value in request.GET.items() if name not in ("page", "check") and value}
    form = TrailForm(asked or None)
    page = Paginator(form.rows() if asked else Trail.objects.all(), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form, "page": page, "asked": bool(asked), "more": f"?{urlencode(asked)}&page=" if asked else "?page=", "zone": zone(),
        "rows": [(row, _details(facts)) for row, facts in trail.read(page.object_list)], "wrong": "", "count": None, "said": _said,
    }  # fmt: skip
    if request.GET.get("check"):
        try:
            context["count"] = trail.verify().number
        except Broken as fault:
            context["wrong"] = str(fault)
    return render(request, "history/trail.html", context, status=answer_to(form) if asked else 200)


@require_GET
@owners_only
def table(request: MemberRequest) -> HttpResponse:
    """All of it for a spreadsheet, oldest first. That somebody took it out is the last line of the next one."""
    _note(request)
    lines = ([_cell(row, facts, name) for name in COLUMNS] for row, facts in _all(current()))
    return _file(csv_lines(COLUMNS, lines), "text/csv", f"{request.instance.slug}-trail.csv")  # type: ignore[attr-defined]


@require_GET
@owners_only
def lines(request: MemberRequest) -> HttpResponse:
    """All of it as JSON, a line each, as it is sealed; `read` are the facts that a key opened, and not sealed."""
    _note(request)
    told = (
        json.dumps({**row.told, "seal": row.seal, "read": facts}, ensure_ascii=False) + "\n"
        for row, facts in _all(current())
    )
    return _file(told, "application/jsonl", f"{request.instance.slug}-trail.jsonl")  # type: ignore[attr-defined]


def _said(what: str) -> str:
    """What was done, after the name of who did it; what nobody put into words reads as it is named."""
    return WORDS.get(what) or what.replace(".", ": ").replace("_", " ")


def _details(facts: dict[str, Any]) -> str:
    if facts == trail.FORGOTTEN:
        return "What was said here was about somebody who is forgotten."
    before, after = facts.get("before"), facts.get("after")
    if before and after and _short(before) and _short(after):
        rest = {name: value for name, value in facts.items() if name not in ("before", "after")}
        facts = {"from": f"{before} to {after}", **rest}
    said = [
        str(value) if name == "how" else f"{name.replace('_', ' ')}: {value}"
        for name, value in facts.items()
        if name not in SILENT and _short(value)
    ]
    return ", ".join(said)[:300]


def _short(value: Any) -> bool:
    return isinstance(value, str | int | bool) and value != ""


def _note(request: MemberRequest) -> None:
    trail.write("trail.taken_out", by=request.member.name, by_id=request.member.pk, where=request.path)


def _all(place: Place) -> Iterator[tuple[Trail, dict[str, Any]]]:
    """Every line with its facts. It is read after the middleware has left, so it goes in by itself."""
    with inside(place):
        books = sorted(set(Trail.objects.values_list("book", flat=True)))
    for book in books:
        last = 0
        while True:
            with inside(place):
                some = trail.read(Trail.objects.filter(book=book, number__gt=last).order_by("number")[:AT_ONCE])
            if not some:
                break
            yield from some
            last = some[-1][0].number


def _cell(row: Trail, facts: dict[str, Any], name: str) -> Any:
    return json.dumps(facts, ensure_ascii=False) if name == "facts" else row.told[name] if name != "seal" else row.seal


def _file(lines: Iterator[str], kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    answer: Any = StreamingHttpResponse(lines, content_type=f"{kind}; charset=utf-8", headers=headers)
    return answer  # type: ignore[no-any-return]
