"""The quick line: reading it while somebody types, and making cards of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from pivotino.instance.contacts.models import Contact, ContactKind
from pivotino.instance.contacts.queries import find_like
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import base_currency, today
from pivotino.instance.pipeline import panels
from pivotino.instance.pipeline.answers import newest, pieces, undo_url
from pivotino.instance.pipeline.forms import LineForm, contact_named, first_error
from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.instance.pipeline.pictures import kind_words, money_text
from pivotino.instance.pipeline.quickline import MAX_LINES, Parsed, Planned, QuickLineRefused, parse, parse_lines
from pivotino.instance.pipeline.refusals import Refusal
from pivotino.instance.pipeline.totals import together
from pivotino.kit.days import clock_phrase, due_phrase
from pivotino.kit.fold import fold
from pivotino.kit.money import Money
from pivotino.tenancy.freezing import changes_nothing
from pivotino.ui.shortcuts import toast, trigger

CLOSE_ENOUGH = 0.8


@dataclass(frozen=True)
class Reading:
    """How this member's company reads a line: its day, its currency, its people."""

    member: Member

    def line(self, text: str, ignore: list[str]) -> Parsed:
        return parse(text, today=today(), currency=base_currency(), people=self.people(text), ignore=ignore)

    def lines(self, text: str) -> list[Parsed]:
        return parse_lines(text, today=today(), currency=base_currency(), people=self.people(text))

    def people(self, text: str) -> dict[str, str]:
        """Who may be named as owner: everybody for an owner, else only oneself. Nobody is asked for where nobody is named."""
        if "@" not in text:
            return {}
        if not self.member.sees_all:
            return {str(self.member.pk): self.member.name}
        return {str(key): name for key, name in Member.objects.working().values_list("id", "name")}


@changes_nothing
@require_POST
def preview(request: Any) -> HttpResponse:
    """What the line says, as places in it and one sentence."""
    form = LineForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"parts": [], "said": ""})
    try:
        read = Reading(request.member).line(request.POST["line"], form.plain)
    except QuickLineRefused as refusal:
        return JsonResponse({"parts": [], "said": str(refusal)})
    parts = [{"kind": part.kind, "text": part.text, "start": part.start, "end": part.end} for part in read.parts]
    return JsonResponse({"parts": parts, "said": said(read)})


@require_POST
def create(request: Any) -> HttpResponse:
    """Make a card of the line, or one of each line."""
    form = LineForm(request.POST)
    try:
        if not form.is_valid():
            raise QuickLineRefused(first_error(form))
        given = form.cleaned_data
        reading = Reading(request.member)
        read = (
            reading.lines(given["line"])
            if given["many"]
            else [reading.line(" ".join(given["line"].split()), form.plain)]
        )
        if not read:
            raise QuickLineRefused("Type what it is about.")
        with together(whole=True):
            made = [open_from(one, by=request.member, stage=given["stage"]) for one in read]
    except (QuickLineRefused, Refusal) as refusal:
        return _refused(request, str(refusal))
    return _made(request, made)


def open_from(read: Parsed, *, by: Member, stage: Stage | None) -> Opportunity:
    """One opportunity out of what was read; whom it is for is made where nobody is called so."""
    amount = read.amount
    owner = Member.objects.working().filter(pk=read.owner).first() if read.owner else None
    opportunity = Opportunity.open(
        read.title[:200], by=by, stage=stage, contact=_customer(read, by), owner=owner, tags=read.tags, stars=read.stars,
        amount_minor=amount.minor if amount else 0, currency=amount.currency if amount else None,
    )  # fmt: skip
    if read.activity is not None:
        panels.plan(opportunity, read.activity, by)
    return opportunity


def _customer(read: Parsed, by: Member) -> Contact | None:
    if read.company:
        return contact_named(read.company, by=by)
    return contact_named(read.person, by=by, kind=ContactKind.PERSON) if read.person else None


def _made(request: Any, made: list[Opportunity]) -> HttpResponse:
    if not request.htmx:
        return HttpResponseRedirect(reverse("pipeline:board"))
    response = HttpResponse(pieces(request, *(one.pk for one in made), stages=[made[0].stage_id]))
    response["Pv-Made"] = reverse("pipeline:opportunity", args=[made[0].pk])
    if len(made) == 1:
        return toast(
            response,
            f"Added {made[0].title}",
            undo=undo_url(made[0].opened or newest(made[0], request.member, "opportunity.created")),
        )
    undo = f"{reverse('pipeline:board')}undo/?" + "&".join(f"card={one.pk}" for one in made)
    return toast(response, f"Added {len(made)} cards", undo=undo)


def _refused(request: Any, why: str) -> HttpResponse:
    if not request.htmx:
        return HttpResponse(why, status=422, content_type="text/plain; charset=utf-8")
    response = HttpResponse("", status=422)
    response["Pv-Said"] = quote(why)
    return trigger(response, "pv:say", {"text": why})


def said(read: Parsed) -> str:
    """What was recognised, in one line below the field: for somebody new, and whom it may be the same as."""
    words = [_said(part.value) for part in read.parts if isinstance(part.value, Money | Planned)]
    name = read.company or read.person
    if name:
        words.append(_who(name))
    return " · ".join(words)


def _said(value: Money | Planned) -> str:
    if isinstance(value, Money):
        return money_text(value.minor, value.currency)
    when = due_phrase(value.day, today())[1]
    return f"{kind_words(value.kind)} {when}" + (f" {clock_phrase(value.at)}" if value.at else "")


def _who(name: str) -> str:
    alike = find_like(name, limit=1)
    if alike and fold(alike[0].name) == fold(name):
        return alike[0].name
    if alike and alike[0].score >= CLOSE_ENOUGH:
        return f"New: {name}. Did you mean {alike[0].name}?"
    return f"New: {name}"


__all__ = ["MAX_LINES", "create", "open_from", "preview", "said"]
