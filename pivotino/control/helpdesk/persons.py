"""What somebody asked us, and what was answered."""

from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils import timezone

from pivotino.control.erasures.persons import (
    CONTRACT,
    FROM_YOU,
    INTEREST,
    Found,
    Mention,
    Person,
    Plan,
    Said,
    Words,
    free,
    knows,
)
from pivotino.control.helpdesk.models import About, Attachment, Direction, Message, Rating, State, Ticket

MODELS = {f"helpdesk.{name}" for name in ("Ticket", "Message", "Attachment", "About", "Alarm", "Rating")}


@knows("Questions and answers", models=MODELS, order=35)
class Questions:
    def find(self, person: Person) -> Iterator[Found]:
        for one in Ticket.objects.filter(email__iexact=person.email):
            rating = Rating.objects.filter(ticket=one).first()
            said = tuple(
                (f"{message.at:%Y-%m-%d %H:%M} UTC, {message.get_direction_display().lower()}", message.body)
                for message in one.messages.public()
            )
            yield Found.of(Ticket, what=f"Your question {one.number}", basis=CONTRACT if one.account_id else INTEREST, source=FROM_YOU, plan=Plan.BLANK, provided=True,
                           recipients="Our helpdesk, and the mail server that carried the answers",
                           facts=(("Subject", one.subject), ("Asked", f"{one.opened_at:%Y-%m-%d %H:%M} UTC"), *said,
                                  *((("Your opinion", rating.remark or ("satisfied" if rating.good else "not satisfied")),) if rating else ())))  # fmt: skip

    def forget(self, person: Person) -> int:
        """Words, name and address are emptied; number, category and times stay. What waited for an answer is closed."""
        mine = list(free(Ticket.objects.filter(email__iexact=person.email)).values_list("pk", flat=True))
        messages = free(Message.objects.filter(ticket__in=mine))
        count = messages.exclude(body="").count()
        messages.update(body="", sender="", message_id="", attachments=[])
        messages.filter(direction=Direction.IN).update(author="", account=None)
        Attachment.objects.filter(message__in=messages).delete()
        About.objects.filter(ticket__in=mine).delete()
        Rating.objects.filter(ticket__in=mine).delete()
        rows = Ticket.objects.filter(pk__in=mine)
        rows.exclude(state=State.CLOSED).update(state=State.CLOSED, closed_at=timezone.now(), due_at=None)
        return count + rows.update(email="", name="", subject="", account=None)

    def correct(self, person: Person, said: Said) -> int:
        told = {what: said[what] for what in ("name", "email") if said.get(what)}
        return Ticket.objects.filter(email__iexact=person.email).update(**told) if told else 0

    def addresses(self) -> Iterable[str]:
        return Ticket.objects.exclude(email="").values_list("email", flat=True)

    def mentions(self, words: Words) -> Iterator[Mention]:
        theirs = Q()
        for word in words.all:
            theirs |= Q(ticket__email__iexact=word)
        for one in Message.objects.filter(words.within("body")).exclude(theirs).select_related("ticket"):
            yield Mention(
                model="helpdesk.Message",
                id=str(one.pk),
                place=f"A message in {one.ticket.number}",
                excerpt=words.among(one.body),
            )
