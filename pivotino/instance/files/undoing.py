"""How what was done with files reads, and how it is taken back."""

from pivotino.instance.files.carriers import Carrier, carrier_of
from pivotino.instance.files.models import File
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, undoes
from pivotino.instance.history.sentences import Bold, Sentence, reads
from pivotino.instance.members.models import Member

GONE = "This file is gone for good by now."


@undoes("file.added")
@undoes("file.restored")
def take_off(event: Event, by: Member) -> Event:
    file, carrier = _file(event, by)
    if file.removed_at is not None:
        raise CannotUndo(f"{file.name} was removed already.")
    return file.remove(carrier, by=by)


@undoes("file.removed")
def put_back(event: Event, by: Member) -> Event:
    file, carrier = _file(event, by)
    if file.removed_at is None:
        raise CannotUndo(f"{file.name} is back already.")
    return file.restore(carrier, by=by)


@reads("file.added")
def added(event: Event) -> Sentence:
    unread = event.data.get("unread", "")
    return Sentence("clip", "added ", _name(event), *([f". {unread.rstrip('.')}"] if unread else []))


@reads("file.removed")
def removed(event: Event) -> Sentence:
    return Sentence("bin", "removed ", _name(event))


@reads("file.restored")
def restored(event: Event) -> Sentence:
    return Sentence("undo", "brought back ", _name(event))


@reads("file.quarantined")
def quarantined(event: Event) -> Sentence:
    return Sentence(
        "alert", "sent ", _name(event), f", which holds {event.data.get('found', 'harm')}; it was quarantined"
    )


def _file(event: Event, by: Member) -> tuple[File, Carrier]:
    file = File.objects.select_for_update().filter(pk=event.data.get("file", "")).first()
    carrier = carrier_of(by, event.subject_kind, event.subject_id)
    if file is None:
        raise CannotUndo(GONE)
    if carrier is None:
        raise CannotUndo("What it belongs to is not there any more.")
    return file, carrier


def _name(event: Event) -> Bold:
    return Bold(event.data.get("name") or "a file")
