"""How the events of activities read in an opportunity's timeline, after the name of who did it."""

from datetime import date

from pivotino.instance.history.models import Event
from pivotino.instance.history.sentences import Bold, Sentence, reads
from pivotino.kit.days import date_phrase

ICONS = {
    "first": "zap",
    "todo": "todo",
    "call": "phone",
    "email": "mail",
    "meeting": "people",
    "visit": "map",
    "upload": "upload",
}


@reads("activity.planned")
def planned(event: Event) -> Sentence:
    return Sentence(_icon(event), "planned ", Bold(event.data["called"]), f" for {_day(event)}")


@reads("activity.completed")
def completed(event: Event) -> Sentence:
    return Sentence("check", "finished ", Bold(event.data["called"]), text=event.data.get("feedback", ""))


@reads("activity.rescheduled")
def rescheduled(event: Event) -> Sentence:
    return Sentence("calendar", "moved ", Bold(event.data["called"]), f" to {_day(event)}")


@reads("activity.edited")
def edited(event: Event) -> Sentence:
    return Sentence(_icon(event), "changed ", Bold(event.data["called"]))


@reads("activity.cancelled")
def cancelled(event: Event) -> Sentence:
    return Sentence("x", "cancelled ", Bold(event.data["called"]))


@reads("activity.followed")
def followed(event: Event) -> Sentence:
    """What a rule did after something else."""
    done, plan = event.data.get("completed", []), event.data.get("planned", "")
    said = [f"finished {', '.join(done)}"] if done else []
    said += [f"planned {plan} for {_day(event)}"] if plan else []
    return Sentence("zap", " and ".join(said))


@reads("activity.undone")
def undone(event: Event) -> Sentence:
    verb = "took back" if event.data.get("back") else "repeated"
    if event.data.get("of") == "activity.followed":
        return Sentence("undo", f"{verb} what the rule did")
    what = event.data.get("of", "").partition(".")[2].replace("_", " ")
    return Sentence("undo", f"{verb} that ", Bold(event.data.get("called", "an activity")), f" was {what}")


def _icon(event: Event) -> str:
    return ICONS.get(event.data.get("kind", ""), "calendar")


def _day(event: Event) -> str:
    day = event.data.get("due_on")
    return date_phrase(date.fromisoformat(day)) if day else "later"
