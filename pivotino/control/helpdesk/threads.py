"""Which ticket a mail belongs to: by the letter of ours it answers, by the sealed mark in its subject, by an earlier mail of theirs."""

from uuid import UUID

from pivotino.control.helpdesk.links import marked, whole
from pivotino.control.helpdesk.models import Message, Ticket
from pivotino.letters.models import Sent


def find(*, subject: str, ours: tuple[str, ...], theirs: tuple[str, ...], sender: str) -> Ticket | None:
    """The ticket, of a merged one the one it went into; None where the mail begins a new one.

    `ours` are references of our letters, which nobody can guess; `theirs` other Message-IDs, which count only from the requester.
    """
    for key in (
        Sent.objects.filter(reference__in=ours, key__startswith="helpdesk:")
        .order_by("-at")
        .values_list("key", flat=True)
    ):
        if found := Ticket.objects.filter(pk=UUID(key.split(":")[1])).exclude(email="").first():
            return whole(found)
    if found := marked(subject):
        return whole(found)
    if not theirs:
        return None
    earlier = (
        Message.objects.filter(message_id__in=theirs, ticket__email__iexact=sender)
        .select_related("ticket")
        .order_by("-at")
        .first()
    )
    return whole(earlier.ticket) if earlier else None
