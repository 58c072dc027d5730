"""How removing a list is taken back."""

from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, undoes
from pivotino.instance.mailing.models import Audience
from pivotino.instance.members.models import Member


@undoes("audience.removed")
def bring_back(event: Event, by: Member) -> Event:
    audience = Audience.objects.filter(pk=event.subject_id).first()
    if audience is None or audience.removed_at is None:
        raise CannotUndo("This list is here already.")
    return audience.restore(by=by)
