"""One thing done to many cards at once: one entry on each, and one over all of them, by which all of it is taken back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, record, take_back, undoes
from pivotino.instance.history.sentences import Bold, Sentence, reads
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline import panels
from pivotino.instance.pipeline.models import LostReason, Opportunity, Stage
from pivotino.instance.pipeline.quickline import Planned
from pivotino.instance.pipeline.refusals import Refusal
from pivotino.instance.pipeline.totals import together
from pivotino.kit.ids import uuid7

Deed = Callable[[Opportunity], Event | None]


@dataclass
class Subject:
    """What the entry over all of them is about: the sweep itself, which belongs to whoever made it."""

    owner_id: UUID | None
    pk: UUID = field(default_factory=uuid7)
    kind: str = "sweep"


@dataclass
class Sweep:
    """What came of it. `event` is None where nothing was different; `stayed` says why some were left as they are."""

    event: Event | None = None
    done: list[Opportunity] = field(default_factory=list)
    stayed: list[str] = field(default_factory=list)
    stages: set[UUID] = field(default_factory=set)


def sweep(cards: Iterable[Opportunity], deed: Deed, told: str, *, by: Member) -> Sweep:
    """Do the same to every card; those that refuse stay as they are. Recorded as `sweep.done`.

    `told` says it with {} for the cards: "Moved {} to Quotation".
    """
    result, events = Sweep(), []
    with together():
        for card in cards:
            result.stages.add(card.stage_id)
            try:
                event = deed(card)
            except Refusal as refusal:
                result.stayed.append(refusal.message)
                continue
            result.done.append(card)
            result.stages.add(card.stage_id)
            if event is not None:
                events.append(str(event.pk))
        if events:
            result.event = record("sweep.done", Subject(by.pk), by=by, told=told, count=len(events), events=events)
    return result


# --- what can be done to many ---


def moving(stage: Stage, *, by: Member, reason: LostReason | None = None, note: str = "") -> Deed:
    """Into a stage; those that are there already stay where they are in it."""

    def deed(card: Opportunity) -> Event | None:
        if card.stage_id == stage.pk:
            return None
        return card.move_to(stage, version=None, by=by, reason=reason, note=note)

    return deed


def giving(owner: Member | None, *, by: Member) -> Deed:
    """To another owner, or to nobody."""
    return lambda card: card.edit(version=None, by=by, owner=owner)


def tagging(names: Iterable[str], *, by: Member) -> Deed:
    """With these tags besides those they have."""
    wanted = [*names]
    return lambda card: card.tag([*card.tag_names(), *wanted], by=by)


def planning(kind: Any, day: date, *, by: Member) -> Deed:
    """With something planned on a day."""

    def deed(card: Opportunity) -> Event | None:
        panels.plan(card, Planned(kind, day), by)
        return Event.objects.filter(subject_id=card.pk, by=by, verb="activity.planned").order_by("-id").first()

    return deed


# --- taking it back, and again ---


@undoes("sweep.done")
@undoes("sweep.undone")
def undo(event: Event, by: Member) -> Event:
    """Take back what was done to each; all of them, or none."""
    found = Event.objects.in_bulk([UUID(id) for id in event.data["events"]])
    with together():
        answers = [
            str(take_back(one, by=by).pk) for id in reversed(event.data["events"]) if (one := found.get(UUID(id)))
        ]
        if not answers:
            raise CannotUndo("There is nothing left to take back.")
        return record(
            "sweep.undone", Subject(by.pk), by=by, told=event.data["told"], count=len(answers), events=answers, of=str(event.pk)
        )  # fmt: skip


@reads("sweep.done")
def done(event: Event) -> Sentence:
    verb, _, rest = event.data["told"].partition("{}")
    return Sentence("layers", verb[:1].lower() + verb[1:], Bold(cards_said(event.data["count"])), rest)


@reads("sweep.undone")
def undone(event: Event) -> Sentence:
    return Sentence("undo", "took back what was done to ", Bold(cards_said(event.data["count"])))


def cards_said(count: int) -> str:
    return f"{count} card{'' if count == 1 else 's'}"
