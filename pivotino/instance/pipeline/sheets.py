"""What the sheet of one opportunity shows: its facts, its steps, its timeline."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import can_undo
from pivotino.instance.history.sentences import Sentence, sentence_of
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import base_currency, today, zone
from pivotino.instance.pipeline.forms import FACTS, FactForm, amount_typed
from pivotino.instance.pipeline.models import Opportunity, Outcome, Stage, Stay, Tag
from pivotino.instance.pipeline.pages import Family, families
from pivotino.instance.pipeline.panels import Panel, panels_of
from pivotino.instance.pipeline.pictures import money_text
from pivotino.kit.days import clock_phrase, date_phrase, day_in
from pivotino.kit.places import UnknownCountry, country_name
from pivotino.ui.faces import PIGMENTS

EVENTS_SHOWN = 30
SHOWS = {
    "notes": ("opportunity.noted",),
    "activities": ("activity.",),
    "changes": (
        "opportunity.created", "opportunity.moved", "opportunity.won", "opportunity.lost", "opportunity.reopened",
        "opportunity.edited", "opportunity.tagged", "opportunity.undone", "opportunity.restored",
    ),
}  # fmt: skip
CHIPS = (("", "All"), ("notes", "Notes"), ("activities", "Activities"), ("changes", "Changes"))


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the sheet's left side. `form` is there while it is being edited."""

    name: str
    label: str
    text: str = ""
    note: str = ""
    href: str = ""
    big: bool = False
    wide: bool = False
    tags: tuple[tuple[str, int], ...] = ()
    face: Any = None
    stars: int = -1
    form: FactForm | None = None


@dataclass(frozen=True, slots=True)
class Step:
    id: UUID
    name: str
    kind: str
    text: str
    done: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the timeline."""

    id: UUID
    who: str
    sentence: Sentence
    when: str
    machine: str


@dataclass(frozen=True, slots=True)
class Day:
    heading: str
    entries: list[Entry]


@dataclass
class Timeline:
    days: list[Day]
    more: str
    show: str
    chips: Iterable[tuple[str, str]] = CHIPS


@dataclass
class Sheet:
    """One opportunity as this member sees it. `editing` names the fact that is a field just now."""

    request: Any
    o: Opportunity
    editing: FactForm | None = None
    note: str = ""
    said: str = ""
    show: str = ""
    panels: list[Panel] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.member: Member = self.request.member
        self.to = reverse("pipeline:opportunity", args=[self.o.pk])
        self.board = reverse("pipeline:board")
        self.today, self.zone = today(), zone()
        made = panels_of(self.request, self.o)
        self.panels = [panel for panel in made if panel.spot == "side"]
        self.acts = [panel for panel in made if panel.spot == "acts"]

    # -- head

    @cached_property
    def outcome(self) -> Outcome | None:
        return Outcome.objects.select_related("reason").filter(opportunity=self.o).first() if self.o.is_closed else None

    @property
    def ribbon(self) -> str:
        """How it ended, in a sentence; nothing while it is open."""
        if self.outcome is None:
            return ""
        day = date_phrase(self.outcome.closed_on)
        if self.o.stage.is_won:
            days = self.o.days_to_win
            return f"Won on {day}" + ("." if days is None else f", after {days} {'day' if days == 1 else 'days'}.")
        reason = f": {self.outcome.reason.name}." if self.outcome.reason else "."
        return f"Lost on {day}{reason} {self.outcome.note}".strip()

    @property
    def needs_later_closing(self) -> bool:
        """True where reopening asks for a later day first (rule R6)."""
        closing = self.outcome.closing_before if self.outcome and self.o.stage.is_lost else self.o.expected_closing
        return self.o.is_closed and closing is not None and closing <= self.today

    @cached_property
    def steps(self) -> list[Step]:
        stages = list(Stage.objects.all())
        now = timezone.now()
        days: dict[UUID, int] = {}
        for stay in Stay.objects.filter(opportunity=self.o):
            if stay.ended_at is None or stay.ended_at != stay.started_at:
                days[stay.stage_id] = days.get(stay.stage_id, 0) + stay.days(now)
        here = self.o.stage.position
        shown = [stage for stage in stages if not stage.is_lost or stage.pk == self.o.stage_id]
        return [
            Step(
                id=stage.pk, name=stage.name, kind=str(stage.kind), current=stage.pk == self.o.stage_id,
                text=f"{stage.name} · {days[stage.pk]} d" if stage.pk in days else stage.name,
                done=stage.pk in days and stage.pk != self.o.stage_id and stage.position < here,
            )
            for stage in shown
        ]  # fmt: skip

    @property
    def who(self) -> Contact | None:
        return self.o.contact

    @property
    def company(self) -> Contact | None:
        return self.o.contact.company if self.o.contact else None

    def contact_url(self, contact: Contact | None) -> str:
        try:
            return reverse("contacts:show", args=[contact.pk]) if contact else ""
        except NoReverseMatch:
            return ""

    @property
    def suggest(self) -> str:
        return reverse("contacts:suggestions")

    @property
    def families(self) -> list[Family]:
        return families()

    # -- facts

    @cached_property
    def facts(self) -> list[Fact]:
        return [
            self._open(fact)
            for fact in self._facts()
            if fact.text or fact.tags or fact.name in ALWAYS or self._is_open(fact.name)
        ]

    @cached_property
    def reach(self) -> list[Fact]:
        """How to reach the customer: what the card has, else what the contact has."""
        return [self._open(fact) for fact in self._reach()]

    @property
    def absent(self) -> list[tuple[str, str]]:
        """Facts that are empty, offered as one quiet line: empty fields take no room."""
        there = {fact.name for fact in self.facts}
        return [(name, form.label) for name, form in FACTS.items() if name in ADDABLE and name not in there]

    def fact(self, name: str) -> Fact:
        return self._open(
            next(
                fact
                for fact in [*self._facts(), *self._reach(), Fact("title", "Title", self.o.title)]
                if fact.name == name
            )
        )

    def _facts(self) -> list[Fact]:
        o = self.o
        base = ""
        if o.currency != base_currency():
            base = f"{money_text(o.base_minor, base_currency())}" + (
                f" at the rate of {date_phrase(o.rate_on)}" if o.rate_on else ""
            )
        return [
            Fact("amount", "Amount", money_text(o.amount_minor, o.currency) if o.amount_minor else "", note=base, big=True),
            Fact("probability", "Chance", f"{o.probability} %", note="from the stage" if o.probability == o.stage.floor else ""),
            Fact("expected_closing", "Closing", date_phrase(o.expected_closing) if o.expected_closing else "", note=self._in_days(o.expected_closing)),
            Fact("owner", "Owner", o.owner.name if o.owner else "Nobody yet", face=o.owner),
            Fact("stars", "Priority", ("Low", "Medium", "High", "Very high")[o.stars], stars=o.stars),
            Fact("tags", "Tags", tags=tuple((tag.name, (tag.colour - 1) % PIGMENTS + 1) for tag in o.tags.all())),
            Fact("product", "Product", o.product),
            Fact("notes", "About", o.notes, wide=True),
        ]  # fmt: skip

    def _reach(self) -> list[Fact]:
        o, who = self.o, self.o.contact
        phone = o.phone or (who.mobile or who.phone if who else "")
        email = o.email or (who.email if who else "")
        found = [
            Fact("contact", "Customer", who.name if who else "", href=self.contact_url(who)),
            Fact("phone", "Phone", phone, href=f"tel:{phone.replace(' ', '')}" if phone else ""),
            Fact("email", "Email", email, href=f"mailto:{email}" if email else ""),
        ]
        if who and (address := address_of(who)):
            found.append(Fact("", "Address", address, wide=True))
        return found

    def _open(self, fact: Fact) -> Fact:
        if not fact.name or not self._is_open(fact.name):
            return fact
        form = self.editing or fact_form(fact.name, self.o, by=self.member)
        return Fact(fact.name, fact.label, fact.text, form=form, stars=fact.stars)

    def _is_open(self, name: str) -> bool:
        if self.editing is not None:
            return type(self.editing) is FACTS.get(name)
        return bool(self.request.GET.get("edit") == name)

    def _in_days(self, day: date | None) -> str:
        if day is None:
            return ""
        days = (day - self.today).days
        if days == 0:
            return "today"
        return (
            f"in {days} {'day' if days == 1 else 'days'}"
            if days > 0
            else f"{-days} {'day' if days == -1 else 'days'} ago"
        )

    @property
    def tag_names(self) -> list[str]:
        return list(Tag.objects.values_list("name", flat=True)[:200])

    # -- timeline

    @cached_property
    def timeline(self) -> Timeline:
        return timeline_of(
            self.o, self.member, show=self.show or self.request.GET.get("show", ""), today=self.today, zone=self.zone
        )


ALWAYS = frozenset({"amount", "probability", "expected_closing", "owner", "stars"})
ADDABLE = frozenset({"tags", "product", "notes"})


def sheet_of(request: HttpRequest, opportunity: Opportunity, **more: Any) -> Sheet:
    """The sheet with everything it shows read in few queries."""
    fresh = (
        Opportunity.objects.select_related("stage", "owner", "contact__company")
        .prefetch_related("tags")
        .get(pk=opportunity.pk)
    )
    return Sheet(request, fresh, **more)


def fact_form(name: str, opportunity: Opportunity, *, by: Member, data: Any = None) -> FactForm:
    """The form of one fact, with what is there now."""
    now = {
        "amount": amount_typed(opportunity.amount_minor, opportunity.currency), "currency": opportunity.currency,
        "owner": opportunity.owner_id, "contact": opportunity.contact.name if opportunity.contact else "",
        "tags": ", ".join(opportunity.tag_names()) if name == "tags" else "", "version": opportunity.version,
        **{plain: getattr(opportunity, plain) for plain in ("title", "probability", "expected_closing", "stars", "product", "email", "phone", "notes")},
    }  # fmt: skip
    return FACTS[name](data, initial=now, by=by, auto_id=f"fact-{name}-%s")


def timeline_of(
    opportunity: Opportunity, member: Member, *, show: str, today: date, zone: Any, before: UUID | None = None
) -> Timeline:
    """What happened to it, newest first, by day."""
    events = (
        Event.objects.filter(subject_id=opportunity.pk)
        .select_related("by")
        .exclude(verb="opportunity.ordered")
        .order_by("-id")
    )
    if before is not None:
        events = events.filter(id__lt=before)
    found = [event for event in events[: EVENTS_SHOWN * 4] if _is_shown(event.verb, show)][: EVENTS_SHOWN + 1]
    shown = found[:EVENTS_SHOWN]
    entries = [(day_in(zone, event.at), _entry(event, zone)) for event in shown]
    days = [
        Day(heading(day, today), [entry for _, entry in group])
        for day, group in groupby(entries, key=lambda pair: pair[0])
    ]
    return Timeline(days, str(shown[-1].pk) if len(found) > EVENTS_SHOWN else "", show)


def _is_shown(verb: str, show: str) -> bool:
    return not show or verb.startswith(SHOWS.get(show, ("",)))


def _entry(event: Event, zone: Any) -> Entry:
    at: datetime = event.at.astimezone(zone)
    who = event.by.name if event.by else ""
    return Entry(
        event.pk, who, sentence_of(event), clock_phrase(at.time().replace(second=0, microsecond=0)), at.isoformat()
    )


def heading(day: date, today: date) -> str:
    """Says "Today", "Yesterday", "Friday 20 November", in another year with it."""
    ago = (today - day).days
    if ago in (0, 1):
        return "Yesterday" if ago else "Today"
    return f"{day:%A} {day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")


def address_of(contact: Contact) -> str:
    """The address on as many lines as it has."""
    try:
        country = country_name(contact.country) if contact.country else ""
    except UnknownCountry:
        country = contact.country
    town = " ".join(filter(None, [contact.zip, contact.city]))
    return "\n".join(filter(None, [contact.street, contact.street2, town, contact.state, country]))


__all__ = ["Entry", "Fact", "Sheet", "Timeline", "can_undo", "fact_form", "sheet_of", "timeline_of"]
