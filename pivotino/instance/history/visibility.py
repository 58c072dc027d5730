"""Whose events a member may see: an owner everybody's, others their own and those about what everybody sees."""

from django.db.models import Q, QuerySet

from pivotino.instance.history.models import Event
from pivotino.instance.members.models import Member

_open: set[str] = set()


def open_to_all(*kinds: str) -> None:
    """Every member sees the history of records of these kinds, as they see the records."""
    _open.update(kinds)


def visible_events(member: Member) -> "QuerySet[Event]":
    """The events this member may see. The only door to history pages and to taking back."""
    events = Event.objects.all()
    if member.sees_all:
        return events
    return events.filter(Q(owner_id=member.seen_owner) | Q(subject_kind__in=_open))
