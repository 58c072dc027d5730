"""How the events of an opportunity read in a timeline, after the name of who did it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from pivotino.instance.history.models import Event
from pivotino.instance.history.sentences import Bold, Changed, Sentence, reads
from pivotino.kit.days import date_phrase
from pivotino.kit.money import money_parts

LABELS = {
    "title": "name", "contact_id": "customer", "email": "mail", "phone": "phone", "amount_minor": "amount", "currency": "currency",
    "probability": "probability", "expected_closing": "expected closing", "owner_id": "salesperson", "stars": "stars",
    "product": "product", "notes": "notes",
}  # fmt: skip
NONE = "nothing"


@reads("opportunity.created")
def created(event: Event) -> Sentence:
    return Sentence("plus", "opened it in ", Bold(event.data.get("stage", "")))


@reads("opportunity.imported")
def imported(event: Event) -> Sentence:
    return Sentence("upload", "brought it in with an import")


@reads("opportunity.moved")
def moved(event: Event) -> Sentence:
    return Sentence("arrow", "moved it from ", Bold(event.data["left"]), " to ", Bold(event.data["entered"]))


@reads("opportunity.ordered")
def ordered(event: Event) -> Sentence:
    return Sentence("sort", "changed its place in ", Bold(event.data.get("stage", "the column")))


@reads("opportunity.won")
def won(event: Event) -> Sentence:
    return Sentence("trophy", "won it")


@reads("opportunity.lost")
def lost(event: Event) -> Sentence:
    reason = event.data.get("reason", "")
    if event.data.get("by_rule"):
        return Sentence("zap", "gave this up: expected closing passed", text=reason)
    return Sentence("flag", "lost it: ", Bold(reason), text=event.data.get("note", ""))


@reads("opportunity.reopened")
def reopened(event: Event) -> Sentence:
    return Sentence("undo", "opened it again in ", Bold(event.data["entered"]))


@reads("opportunity.edited")
def edited(event: Event) -> Sentence:
    """One change is a sentence, several are a list below it."""
    changes = list(_changes(event))
    if len(changes) == 1:
        one = changes[0]
        if event.data["after"].keys() & {"notes"}:
            return Sentence("edit", "changed the notes", changes=changes)
        return Sentence(
            "edit", f"changed the {one.label} from ", Bold(one.before or NONE), " to ", Bold(one.after or NONE)
        )
    labels = [change.label for change in changes]
    return Sentence(
        "edit", "changed ", ", ".join(labels[:-1]), f" and {labels[-1]}" if labels else "it", changes=changes
    )


@reads("opportunity.tagged")
def tagged(event: Event) -> Sentence:
    before, after = event.data["tags"]["before"], event.data["tags"]["after"]
    added, gone = [name for name in after if name not in before], [name for name in before if name not in after]
    said = [f"added {', '.join(added)}"] if added else []
    said += [f"took off {', '.join(gone)}"] if gone else []
    return Sentence("tag", " and ".join(said) or "changed the tags")


@reads("opportunity.noted")
def noted(event: Event) -> Sentence:
    return Sentence("note", "wrote a note", text=event.data.get("body", ""))


@reads("opportunity.removed")
def removed(event: Event) -> Sentence:
    return Sentence("bin", "removed it")


@reads("opportunity.restored")
def restored(event: Event) -> Sentence:
    return Sentence("undo", "brought it back")


@reads("opportunity.undone")
def undone(event: Event) -> Sentence:
    """What was taken back, or brought again."""
    what = _WHAT.get(event.data.get("of", ""), "a change")
    return Sentence("undo", f"took back {what}" if event.data.get("back") else f"repeated {what}")


_WHAT = {
    "opportunity.created": "opening it", "opportunity.moved": "the move", "opportunity.ordered": "the new place",
    "opportunity.won": "winning it", "opportunity.lost": "losing it", "opportunity.reopened": "opening it again",
    "opportunity.edited": "the change", "opportunity.tagged": "the tags", "opportunity.noted": "the note",
    "opportunity.removed": "removing it", "opportunity.restored": "bringing it back",
}  # fmt: skip


def _changes(event: Event) -> "list[Changed]":
    before, after = event.data["before"], event.data["after"]
    told = []
    for column, label in LABELS.items():
        if column not in after or (column == "currency" and "amount_minor" in after):
            continue
        name = column.removesuffix("_id")
        was, now = event.data.get("names", {}).get(name) or (_value(column, state, event) for state in (before, after))
        told.append(Changed(label, was, now))
    return told


def _value(column: str, state: dict[str, Any], event: Event) -> str:
    value = state.get(column)
    if value is None or value == "":
        return ""
    if column == "amount_minor":
        return " ".join(money_parts(value, state.get("currency") or event.data.get("currency", "")))
    return _WORDS.get(column, str)(value)


_WORDS: dict[str, Callable[[Any], str]] = {
    "expected_closing": lambda day: date_phrase(date.fromisoformat(day)),
    "probability": lambda percent: f"{percent} %",
}
