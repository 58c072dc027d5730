"""What rules did because of an event goes back with it, and comes again when the taking back is taken back.

An event that followed from another names it in `data["because"]`. The answer of an undo lists in `data["along"]` what it
took back besides, and says with `data["back"]` that it leads backwards.
"""

from django.db.models import Exists, OuterRef

from pivotino.instance.history.models import Event, Undoing
from pivotino.instance.history.recording import CannotUndo, take_back
from pivotino.instance.members.models import Member

# Verbs that add to a record without changing it: nobody's change is lost when an earlier one is taken back.
ADDITIONS = frozenset({"opportunity.noted"})


def consequences(event: Event) -> list[Event]:
    """What rules did because of this event and what still stands, the newest first."""
    undone = Exists(Undoing.objects.filter(event=OuterRef("pk")))
    later = Event.objects.filter(subject_id=event.subject_id, pk__gt=event.pk).exclude(undone).order_by("-pk")
    return [one for one in later if one.data.get("because") == str(event.pk)]


def take_along(event: Event, *, by: Member) -> list[str]:
    """Take back what followed from an event, or came again with it; the ids of the answers, for `bring_again`."""
    answers = [str(take_back(one, by=by).pk) for one in consequences(event)]
    return answers + bring_again(event.data.get("along", []), by=by)


def bring_again(answers: list[str], *, by: Member) -> list[str]:
    """Take back these events in the opposite order; the ids of the new answers."""
    found = {str(pk): event for pk, event in Event.objects.in_bulk(answers).items()}
    return [str(take_back(found[id], by=by).pk) for id in reversed(answers)]


def refuse_if_others_came_later(event: Event, *, by: Member, noun: str) -> None:
    """Raise CannotUndo where another person changed the same record after this event, and that still stands."""
    undone = Exists(Undoing.objects.filter(event=OuterRef("pk")))
    later = (
        Event.objects.filter(subject_id=event.subject_id, pk__gt=event.pk, verb__startswith=f"{noun}.", by__isnull=False)
        .exclude(by=by).exclude(verb__in=ADDITIONS).exclude(undone).select_related("by").order_by("-pk")
    )  # fmt: skip
    for one in later:
        if not one.data.get("back") and one.by is not None:
            raise CannotUndo(f"{one.by.name} changed this since. Nothing was taken back.")
