"""Taking back what was done to an opportunity: the row, its stays, its outcome and its tags become what they were.

One function for every verb, because each event keeps what was before and after. What rules did because of it goes along.
Taking back the taking back is the redo.
"""

from typing import Any

from django.utils import timezone

from pivotino.instance.history import consequences
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, undoes
from pivotino.instance.history.states import apply, expect, put_back
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Note, Opportunity, Outcome, Stay, Tag
from pivotino.instance.pipeline.permissions import may_see
from pivotino.instance.pipeline.refusals import Refusal
from pivotino.instance.pipeline.totals import together

CHANGED = "This was changed since. Nothing was taken back."
VERBS = (
    "created",
    "moved",
    "ordered",
    "won",
    "lost",
    "reopened",
    "edited",
    "tagged",
    "noted",
    "removed",
    "restored",
    "undone",
)


def undo(event: Event, by: Member) -> Event:
    """Make the opportunity what it was before the event. Raises CannotUndo where somebody has been there since."""
    back = not event.data.get("back", False)
    with together():
        opportunity = Opportunity.objects.filter(pk=event.subject_id).first()
        if opportunity is None:
            raise CannotUndo("It is not there any more.")
        if event.by_id != by.pk and not may_see(by, opportunity.owner_id):
            raise CannotUndo("This opportunity belongs to somebody else.")
        consequences.refuse_if_others_came_later(event, by=by, noun="opportunity")
        try:
            along = consequences.take_along(event, by=by) if back else []
            answer = _restore(opportunity, event, by, back=back, along=along)
            if not back:
                again = consequences.bring_again(event.data.get("along", []), by=by)
                # Known only now; nobody has read the event yet.
                answer.data["along"] = again
                answer.save(update_fields=["data"])
        except Refusal as refusal:
            raise CannotUndo(refusal.message) from refusal
    return answer


for verb in VERBS:
    undoes(f"opportunity.{verb}")(undo)


def _restore(opportunity: Opportunity, event: Event, by: Member, *, back: bool, along: list[str]) -> Event:
    data = event.data
    with opportunity.changing(by=None, removed_too=True) as change:
        change.by = by
        expect(opportunity, data["after"], refusal=CHANGED)
        apply(opportunity, data["before"])
        swapped: dict[str, Any] = {}
        for name, model in (("stays", Stay), ("outcome", Outcome)):
            if name in data:
                swapped[name] = {"before": data[name]["after"], "after": data[name]["before"]}
                put_back(model, found=data[name]["after"], wanted=data[name]["before"], refusal=CHANGED)
        if "tags" in data:
            swapped["tags"] = {"before": data["tags"]["after"], "after": data["tags"]["before"]}
            _retag(opportunity, found=data["tags"]["after"], wanted=data["tags"]["before"])
        if "note" in data and event.verb in ("opportunity.noted", "opportunity.undone"):
            swapped["note"] = data["note"]
            _turn_note(data["note"], gone=back)
        return change.keep(
            "opportunity.undone", of=data.get("of", event.verb), event=str(event.pk), back=back, along=along,
            left=data.get("entered", ""), entered=data.get("left", ""), **swapped,
        )  # fmt: skip


def _retag(opportunity: Opportunity, *, found: list[str], wanted: list[str]) -> None:
    if opportunity.tag_names() != found:
        raise CannotUndo(CHANGED)
    opportunity.tags.set(Tag.objects.named(wanted))


def _turn_note(id: str, *, gone: bool) -> None:
    Note.objects.filter(pk=id).update(removed_at=timezone.now() if gone else None)
