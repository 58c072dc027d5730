"""Files that come with a question: judged at the door, shown as attachments, looked at again where ClamAV was away."""

from collections.abc import Iterable
from io import BytesIO
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase

from pivotino.control.helpdesk.models import Attachment, Direction, Ticket
from pivotino.jobs import schedule
from pivotino.kit import sensitive
from pivotino.kit.uploads import Refused, Taken, clean_name, harm_in, take
from pivotino.kit.uploads.answer import download
from pivotino.kit.uploads.fields import LARGEST, MOST

FILES = Prefetch("files", Attachment.objects.listed())


def taken_from_mail(parts: Iterable[tuple[str, bytes]]) -> tuple[list[Taken], list[str]]:
    """What may be kept of what hangs on a mail, and the names of the rest. Nobody stands at this door, so names are masked."""
    kept: list[Taken] = []
    named: list[str] = []
    for name, data in parts:
        shown = sensitive.mask(clean_name(name), sensitive.ALWAYS)
        try:
            if len(kept) == MOST:
                raise Refused
            kept.append(take(data, shown, largest=LARGEST))
        except Refused:
            named.append(shown)
    return kept, named


def download_of(ticket: Ticket, id: UUID, *, notes: bool = False) -> HttpResponseBase:
    """One file of this ticket; of our notes only for us. The caller has asked whether they may read the ticket."""
    found = Attachment.objects.filter(pk=id, message__ticket=ticket)
    one = (found if notes else found.exclude(message__direction=Direction.NOTE)).first()
    if one is None:
        raise Http404
    if not one.is_looked_at:
        return HttpResponse(
            "This file is still being looked at for harm. Try again in some minutes.",
            status=409,
            content_type="text/plain; charset=utf-8",
        )
    return download(BytesIO(bytes(one.data)), name=one.name, type=one.type, size=one.size)


@schedule("*/10 * * * *")
def look_again() -> None:
    """Show what waits to ClamAV. What does harm goes, and its name stays on the message."""
    for one in Attachment.objects.filter(is_looked_at=False):
        found = harm_in(bytes(one.data))
        if found is None:
            return
        if found:
            message = one.message
            message.attachments = [*message.attachments, f"{one.name} (shut away: {found})"[:160]]
            message.save(update_fields=["attachments"])
            one.delete()
        else:
            Attachment.objects.filter(pk=one.pk).update(is_looked_at=True)
