"""Recording what happened, telling the rooms above, and taking it back."""

import json
from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from django.dispatch import Signal
from django.utils import timezone

from pivotino.instance.history import sql
from pivotino.instance.history.models import Event, Undoing
from pivotino.instance.members.models import Member
from pivotino.tenancy import atomic

# The only signal of the codebase: rooms above hear it in their reactions.py, in the same transaction.
event_recorded = Signal()

Undo = Callable[[Event, Member], Event]
_undoes: dict[str, Undo] = {}


class Subject(Protocol):
    """What a thing must know of itself to have a history."""

    pk: Any

    @property
    def kind(self) -> str: ...

    @property
    def owner_id(self) -> UUID | None: ...


class CannotUndo(ValueError):
    """It is too late to take this back; the message says why, in words for the person who tried."""


def record(
    verb: str,
    subject: Subject,
    *,
    by: Member | None,
    owner_before: UUID | None = None,
    live: dict[str, Any] | None = None,
    **data: Any,
) -> Event:
    """Write one event and its line for open browsers, and let the rooms above react. All in the caller's transaction.

    `by=None` says that a rule did it. `data` goes into the event as it is (JSON values only); `live` to the browsers
    (ids only, never contents). `owner_before` is set when the owner changed, so that the one who lost it is told.
    """
    event = Event(
        verb=verb,
        subject_kind=subject.kind,
        subject_id=subject.pk,
        by=by,
        owner_id=subject.owner_id,
        data=data,
        at=timezone.now(),
    )
    sql.insert(event)
    tell(verb, subject_id=subject.pk, owner_id=subject.owner_id, owner_before_id=owner_before, by=by, **(live or {}))
    event_recorded.send(sender=type(subject), event=event, subject=subject, by=by)
    return event


def tell(
    kind: str,
    *,
    subject_id: UUID | None,
    owner_id: UUID | None,
    owner_before_id: UUID | None = None,
    by: Member | None,
    **data: Any,
) -> None:
    """Put a line for open browsers into the outbox without recording history."""
    sql.run(
        "INSERT INTO history_outbox (at, kind, subject_id, owner_id, owner_before_id, by_id, data) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [timezone.now(), kind, subject_id, owner_id, owner_before_id, by.pk if by else None, json.dumps(data)],
    )


def undoes(verb: str) -> Callable[[Undo], Undo]:
    """Register how events of one verb are taken back: a function of the event and the member, returning the new event."""

    def keep(undo: Undo) -> Undo:
        _undoes[verb] = undo
        return undo

    return keep


def can_undo(event: Event) -> bool:
    """True where this kind of event can be taken back at all."""
    return event.verb in _undoes and not event.data.get("erased")


def take_back(event: Event, *, by: Member) -> Event:
    """Undo one event. Raises CannotUndo when it was taken back already, cannot be, or somebody changed the record since."""
    if not can_undo(event):
        raise CannotUndo("This cannot be taken back.")
    with atomic():
        if Undoing.objects.filter(event=event).exists():
            raise CannotUndo("This was already taken back.")
        answer = _undoes[event.verb](event, by)
        Undoing.objects.create(event=event, answer=answer)
        return answer
