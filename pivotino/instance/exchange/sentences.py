"""How the events of an import read."""

from pivotino.instance.history.models import Event
from pivotino.instance.history.sentences import Bold, Changed, Sentence, reads


@reads("opportunity.updated", "contact.updated")
def updated(event: Event) -> Sentence:
    changes = [Changed(label, before, after) for label, before, after in event.data.get("changes", [])]
    return Sentence("upload", "changed it with an import, ", Bold(event.data.get("file", "")), changes=changes)


@reads("import.applied")
def applied(event: Event) -> Sentence:
    return Sentence("upload", "took in ", Bold(event.data.get("file", "")))


@reads("import.taken_back")
def taken_back(event: Event) -> Sentence:
    return Sentence("undo", "took back the import of ", Bold(event.data.get("file", "")))
