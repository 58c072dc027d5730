"""Which questions wait, for the people who answer them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Substr
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.helpdesk.files import FILES
from pivotino.control.helpdesk.models import Clock, Direction, Macro, Message, State, Ticket
from pivotino.tenancy.models import Instance

PAGE = 100
SHOWS = {
    "open": "Our turn",
    "mine": "Mine",
    "nobody": "Nobody’s",
    "waiting": "Their turn",
    "solved": "Solved",
    "circling": "Circling",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket of the list: what is due, in a word and a shape, and what was said last, by them or by us."""

    ticket: Ticket
    state: str
    due: str
    last: str
    by_us: bool


def tickets(show: str, *, me: UUID, category: str = "", text: str = "") -> list[Row]:
    """The most urgent first. A search looks at every state."""
    found = Ticket.objects.filter(merged_into__isnull=True).select_related("assignee")
    if text:
        found = found.filter(
            Q(number__iexact=text) | Q(email__icontains=text) | Q(name__icontains=text) | Q(subject__icontains=text)
        )
    else:
        found = found.filter(_of(show, me))
    if category:
        found = found.filter(category=category)
    newest = Message.objects.filter(ticket=OuterRef("pk")).public().order_by("-at", "-id")
    rows: Iterable[Any] = found.annotate(last=Subquery(newest.values(said=Substr("body", 1, 200))[:1]), last_from=Subquery(newest.values("direction")[:1])).by_clock()[:PAGE]  # fmt: skip
    return [Row(one, *due_words(one), one.last or "", one.last_from == Direction.OUT) for one in rows]


def beside(ticket: Ticket) -> tuple[str, str]:
    """The numbers before and after this one among those whose turn is ours; of one that is not there the first comes next."""
    line = list(Ticket.objects.filter(_of("open", ticket.pk), merged_into__isnull=True).by_clock().values_list("number", flat=True)[:PAGE])  # fmt: skip
    if ticket.number not in line:
        return "", line[0] if line else ""
    place = line.index(ticket.number)
    return line[place - 1] if place else "", line[place + 1] if place + 1 < len(line) else ""


def counts(me: UUID) -> dict[str, int]:
    """How many each view shows."""
    told = Ticket.objects.filter(merged_into__isnull=True).aggregate(
        **{name: Count("pk", filter=_of(name, me)) for name in SHOWS}
    )
    return {name: int(told[name]) for name in SHOWS}


def due_words(ticket: Ticket) -> tuple[str, str]:
    """Shape and words of what is due next: ("overdue", "2 hours late")."""
    if ticket.is_settled:
        return "won", ticket.get_state_display()
    if ticket.is_paused:
        return "nothing", "Stands still for a proof"
    clock = next_clock(ticket)
    if clock is None:
        return "nothing", "Nothing due"
    left = clock.due - timezone.now()
    if left < timedelta():
        return "overdue", f"{clock.name.label} {_span(-left)} late"
    return ("today" if clock.percent >= 50 else "planned"), f"{clock.name.label} in {_span(left)}"


def next_clock(ticket: Ticket) -> Clock | None:
    return min((one for one in ticket.clocks() if one.runs), key=lambda one: one.due, default=None)


def databases_of(ticket: Ticket) -> list[Instance]:
    """Whose customer pages may help: where it was asked from, and where the account with this address has a seat."""
    seats = Seat.objects.filter(account__email=ticket.email.lower(), instance__ready_at__isnull=False).select_related(
        "instance"
    )
    found = {seat.instance.slug: seat.instance for seat in seats}
    if ticket.instance:
        found = {ticket.instance.slug: ticket.instance, **found}
    return list(found.values())


def tickets_about(instance: Instance) -> list[Ticket]:
    """What was asked from this database, or by somebody who works in it, the newest first."""
    people = Account.objects.filter(seats__instance=instance).values("email")
    asked = Ticket.objects.filter(Q(about__instance=instance) | Q(email__in=people), merged_into__isnull=True)
    return list(asked.distinct().order_by("-place")[:10])


def others_of(ticket: Ticket) -> list[Ticket]:
    """What else the same person asked, the newest first."""
    return list(
        Ticket.objects.filter(email__iexact=ticket.email, merged_into__isnull=True)
        .exclude(pk=ticket.pk)
        .order_by("-place")[:10]
    )


def macros_for(ticket: Ticket) -> list[Macro]:
    return list(Macro.objects.filter(Q(category="") | Q(category=ticket.category)))


def helpers() -> list[Account]:
    """Who of us may look after a ticket."""
    return list(Account.objects.filter(is_staff=True, is_active=True).order_by("name"))


def thread(ticket: Ticket) -> list[Message]:
    """Everything said, our notes too."""
    return list(ticket.messages.prefetch_related(FILES))


def _of(show: str, me: UUID) -> Q:
    match show:
        case "mine":
            return Q(assignee_id=me, state__in=[State.OPEN, State.WAITING])
        case "nobody":
            return Q(assignee__isnull=True, state=State.OPEN)
        case "waiting":
            return Q(state=State.WAITING)
        case "solved":
            return Q(state__in=[State.SOLVED, State.CLOSED])
        case "circling":
            from pivotino.control.helpdesk.verbs import MOST_REOPENINGS

            return Q(reopenings__gte=MOST_REOPENINGS)
        case _:
            return Q(state=State.OPEN)


def _span(time: timedelta) -> str:
    hours = int(time.total_seconds() // 3600)
    if hours < 1:
        return "less than an hour"
    number, word = (hours, "hour") if hours < 48 else (hours // 24, "day")
    return f"{number} {word}{'s' if number != 1 else ''}"
