"""What a customer decides goes to that customer: their owners by letter, their database by a row, with the clock running.

We look into no database: whom it is about is found there.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from pivotino.control.accounts.models import Seat
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.rights import letters
from pivotino.control.rights.links import page_link
from pivotino.control.rights.models import Demand, Kind
from pivotino.letters import send
from pivotino.tenancy.addresses import absolute, instance_url
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Place
from pivotino.tenancy.requests import Handed


class NotPossible(RuntimeError):
    """This cannot be handed over; the message says why."""


class Answers:
    """Hears from databases that a demand was answered there."""

    def answered(self, place: Place, id: object) -> None:
        for demand in Demand.objects.going().filter(pk=str(id), instance_id=place.id):
            demand.end(Demand.End.DONE)


def hand(ticket: Ticket, instance: Instance, kind: str) -> Demand:
    """Hand what a ticket asks for to a customer. Only a proven address is handed on. The same once more changes nothing."""
    if ticket.proved_at is None:
        raise NotPossible(
            "They have not proved yet that they read this address. Ask them to, in the ticket; then hand it over."
        )
    with transaction.atomic():
        address = ticket.email.strip().lower()
        before = Demand.objects.of(address).filter(instance=instance, kind=kind, ticket=ticket.number).first()
        if before is not None:
            return before
        says = next((one.body for one in ticket.messages.filter(direction="in").order_by("at")[:1]), "")
        demand = Demand.ask(kind, address, name=ticket.name, says=says[:2000], ticket=ticket.number)
        demand.start_clock(ticket.opened_at)
        demand.instance, demand.handed_at = instance, timezone.now()
        demand.save()
        _pass_on(demand, instance)
        by = f"{demand.due_at:%-d %B %Y}"
        told = [f"You wrote to us about data that {instance.name} keeps. What is kept there, {instance.name} decides; we only run the program, and do not look into it.",
                f"We passed on to them what you asked for, with your address. Expect their answer by {by}, counted from the day you wrote to us."]  # fmt: skip
        send(letters.PassedOn(to=address, says=told, link=page_link(demand), database=instance.name), key=f"rights-passed:{demand.pk}")  # fmt: skip
    return demand


def tell_their_databases(demand: Demand, instances: Iterable[Instance]) -> None:
    """Whoever leaves us leaves their colleagues' databases, too: those hear that their own rows about them stay theirs to erase."""
    for instance in instances:
        before = Demand.objects.of(demand.email).filter(instance=instance, kind=Kind.ERASURE, over_at__isnull=True)
        if not before.exists():
            copy = Demand.ask(
                Kind.ERASURE,
                demand.email,
                name=demand.name,
                says="They erased their account with Pivotino.",
                ticket=demand.ticket,
            )
            copy.start_clock(timezone.now())
            copy.instance, copy.handed_at = instance, timezone.now()
            copy.save()
            _pass_on(copy, instance)


def handed(demand: Demand) -> Handed:
    """As the database gets it."""
    assert demand.due_at is not None and demand.proved_at is not None
    return Handed(
        id=demand.pk, kind=demand.kind, email=demand.email, name=demand.name, says=demand.says, asked_at=demand.proved_at, due_at=demand.due_at
    )  # fmt: skip


def _pass_on(demand: Demand, instance: Instance) -> None:
    from pivotino.control.rights.jobs import hand_over

    what = Kind(demand.kind).label.lower()
    says = [f"Somebody who reads {demand.email} asks about data that {instance.name} keeps about them: “{what}”. They wrote to us; what you keep, you decide.",
            f"The law wants your answer by {demand.due_at:%-d %B %Y}. We have looked into nothing: find them in your database, and answer them yourselves."]  # fmt: skip
    owners = Seat.objects.filter(instance=instance, owner=True).select_related("account")
    for seat in owners:
        letter = letters.HandedOver(
            to=seat.account.email,
            says=says,
            link=absolute(instance_url(instance.slug, "subjects:requests")),
            database=instance.name,
        )
        send(letter, key=f"rights-handed:{demand.pk}:{seat.account_id}")
    hand_over.later(str(demand.pk), key=f"rights-hand:{demand.pk}")
