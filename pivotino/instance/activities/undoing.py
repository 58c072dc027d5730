"""Taking back what was done to activities: the rows become what they were, and the card's next step and closing with them."""

from pivotino.instance.activities.models import Activity, settle, touching
from pivotino.instance.history import consequences
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, record, undoes
from pivotino.instance.history.states import put_back, value_of
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.permissions import may_see
from pivotino.instance.pipeline.refusals import Refusal
from pivotino.instance.pipeline.totals import together

CHANGED = "This was changed since. Nothing was taken back."
VERBS = ("planned", "completed", "rescheduled", "edited", "cancelled", "followed", "undone")


def undo(event: Event, by: Member) -> Event:
    """Make the activities what they were before the event. Raises CannotUndo where they were changed since."""
    data, back = event.data, not event.data.get("back", False)
    with together():
        opportunity = Opportunity.objects.filter(pk=event.subject_id).first()
        if opportunity is None:
            raise CannotUndo("It is not there any more.")
        if event.by_id not in (None, by.pk) and not may_see(by, opportunity.owner_id):
            raise CannotUndo("This belongs to somebody else.")
        try:
            along = consequences.take_along(event, by=by) if back else []
            with touching(opportunity, by=by) as touch:
                put_back(Activity, found=data["rows"]["after"], wanted=data["rows"]["before"], refusal=CHANGED)
                was, became = (value_of(Opportunity, "expected_closing", day) for day in data["closing"])
                settle(opportunity, by=by, closing=(became, was))
                told = {name: data[name] for name in ("activity", "kind", "called") if name in data}
                answer = record(
                    "activity.undone", opportunity, by=touch.by, live={"stage": str(opportunity.stage_id)},
                    rows={"before": data["rows"]["after"], "after": data["rows"]["before"]}, closing=data["closing"][::-1],
                    of=data.get("of", event.verb), event=str(event.pk), back=back, along=along, **told,
                )  # fmt: skip
            if not back:
                answer.data["along"] = consequences.bring_again(data.get("along", []), by=by)
                answer.save(update_fields=["data"])
        except Refusal as refusal:
            raise CannotUndo(refusal.message) from refusal
    return answer


for verb in VERBS:
    undoes(f"activity.{verb}")(undo)
