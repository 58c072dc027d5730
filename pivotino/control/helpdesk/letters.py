"""The letters of this room. An answer of a person says that it is one; everything else says that a machine wrote it (RFC 3834)."""

import re
from typing import Any

from django.conf import settings

from pivotino.control.helpdesk.links import link_to, mark_of, proof_link
from pivotino.control.helpdesk.models import Alarm, Attachment, Message, Ticket
from pivotino.letters import Kind, Letter, send
from pivotino.tenancy.addresses import absolute

MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}>")


class AboutTicket(Letter):
    """Belongs to the thread of a ticket, in every mail program."""

    def __init__(self, *, ticket: Ticket, **words: Any) -> None:
        self.ticket = ticket
        super().__init__(
            to=ticket.email, reply_to=settings.OPERATOR.support, ticket=ticket, mark=mark_of(ticket), link=link_to(ticket), **words
        )  # fmt: skip

    def headers(self) -> dict[str, str]:
        theirs = [
            one
            for one in self.ticket.messages.order_by("at").values_list("message_id", flat=True)
            if MESSAGE_ID.fullmatch(one)
        ]
        thread = {"In-Reply-To": theirs[-1], "References": " ".join(theirs[-10:])} if theirs else {}
        return {**super().headers(), **thread}


class Received(AboutTicket):
    """We have it, under this number. It repeats nothing of what was typed: the address may be somebody else's."""

    kind = Kind.TRANSACTIONAL
    template = "helpdesk/letters/received"
    why = "You get this letter because a question was sent to our helpdesk from this address."

    def headers(self) -> dict[str, str]:
        return {**super().headers(), "Auto-Submitted": "auto-replied"}


class Answer(AboutTicket):
    """What a person of us answers."""

    kind = Kind.TRANSACTIONAL
    template = "helpdesk/letters/answer"
    why = "You get this letter because you asked our helpdesk something and this is the answer."

    def headers(self) -> dict[str, str]:
        return {**super().headers(), "Auto-Submitted": "no"}


class Solved(AboutTicket):
    """We think it is done. Was it?"""

    kind = Kind.TRANSACTIONAL
    template = "helpdesk/letters/solved"
    why = "You get this letter because we think that what you asked our helpdesk is solved."


class PutOutOfSight(AboutTicket):
    """You wrote something nobody should have; it was not kept."""

    kind = Kind.TRANSACTIONAL
    template = "helpdesk/letters/put_out_of_sight"
    why = "You get this letter because a password or a card number stood in what you wrote to our helpdesk."

    def headers(self) -> dict[str, str]:
        return {**super().headers(), "Auto-Submitted": "auto-replied"}


class ProveAddress(AboutTicket):
    """Was it you?"""

    kind = Kind.TRANSACTIONAL
    template = "helpdesk/letters/prove"
    why = "You get this letter because somebody asked our helpdesk, under this address, for something only you may ask for."


class Late(Letter):
    """To us: a clock is nearly over."""

    kind = Kind.NOTICE
    template = "helpdesk/letters/late"
    why = "You get this letter because you look after the helpdesk."


def received(ticket: Ticket, masked: list[str]) -> None:
    send(Received(ticket=ticket, masked=masked), key=f"helpdesk:{ticket.pk}:received")


def answer_key(message: Message) -> str:
    return f"helpdesk:{message.ticket_id}:answer:{message.pk}"


def answer(ticket: Ticket, message: Message, *, solved: bool) -> None:
    """Raises AsksForPassword where it asks for one; then nothing was said."""
    send(
        Answer(
            ticket=ticket,
            text=message.body,
            author=message.author,
            solved=solved,
            files=Attachment.objects.filter(message=message).exists(),
        ),
        key=answer_key(message),
    )


def solved(ticket: Ticket) -> None:
    send(Solved(ticket=ticket), key=f"helpdesk:{ticket.pk}:solved:{ticket.version}")


def put_out_of_sight(ticket: Ticket, message: Message) -> None:
    """Once a day a ticket: a machine that writes of passwords in each mail gets no letter for each."""
    send(PutOutOfSight(ticket=ticket, masked=message.masked), key=f"helpdesk:{ticket.pk}:masked:{message.at:%Y-%m-%d}")


def prove(ticket: Ticket) -> None:
    send(ProveAddress(ticket=ticket, proof=proof_link(ticket)), key=f"helpdesk:{ticket.pk}:prove:{ticket.version}")


def late(alarm: Alarm, to: str, page: str) -> None:
    send(Late(to=to, ticket=alarm.ticket, alarm=alarm, page=absolute(page)), key=f"helpdesk-late:{alarm.pk}:{to}")
