"""What matters write: to those whose data was handed over, and the cover of a package."""

from collections.abc import Iterator
from uuid import UUID

from django.utils import timezone

from pivotino.control.accounts.models import Seat
from pivotino.control.matters.models import Disclosure, Incident
from pivotino.control.matters.models.disclosure import TAKEN
from pivotino.kit.places import country_name
from pivotino.letters import Kind, Letter, send
from pivotino.tenancy.addresses import absolute, control_url


class Disclosed(Letter):
    """We had to hand something over: what, to whom, by which paper. Nobody can switch it off."""

    kind = Kind.TRANSACTIONAL
    template = "matters/letters/disclosed"
    why = "You get this letter because the law made us hand over data that is about you or yours, and lets us say so."


class Breached(Letter):
    """Something got out that touches a customer's database. They answer for the people in it, so they have to know at once."""

    kind = Kind.TRANSACTIONAL
    template = "matters/letters/breached"
    why = "You get this letter because you are a Business Owner of a database at Pivotino, and something happened to its data."


def tell_of_breach(incident: Incident, instance_id: UUID, says: str) -> int:
    """One letter to every owner of one database; says how many."""
    owners = Seat.objects.filter(instance_id=instance_id, owner=True).select_related("account", "instance")
    for seat in owners:
        letter = Breached(
            to=seat.account.email, name=seat.account.first_name, company=seat.instance.name, slug=seat.instance.slug,
            number=str(incident), says=[line for line in says.splitlines() if line.strip()],
        )  # fmt: skip
        send(letter, key=f"breach:{incident.pk}:{instance_id}:{seat.account_id}")
    return len(owners)


def tell(disclosure: Disclosure) -> None:
    """One letter to everybody it concerns: the owners of the database, or the person."""
    turn = disclosure.custody.filter(what=TAKEN).count()
    for letter in drafts(disclosure):
        send(letter, key=f"disclosed:{disclosure.pk}:{turn}:{letter.to}")


def drafts(disclosure: Disclosure) -> Iterator[Disclosed]:
    """The letters as they will be, one for each who is told."""
    matter = disclosure.matter
    for address, name in _whom(disclosure):
        yield Disclosed(
            to=address, name=name, about=disclosure.slug, authority=matter.authority, instrument=matter.instrument,
            country=country_name(matter.jurisdiction), received_on=matter.received_on, number=str(matter),
            left_on=timezone.localdate(disclosure.left_at), sha256=disclosure.sha256 or "it stands here once the package is made",
            reached=[(item.kind, ", ".join(item.fields)) for item in disclosure.items.all()],
            link=absolute(control_url("matters:transparency")),
        )  # fmt: skip


def cover(disclosure: Disclosure, rows: int) -> str:
    """The first page of a package."""
    matter = disclosure.matter
    days = f"{matter.from_on or 'the beginning'} to {matter.until_on or 'today'}"
    lines = [
        f"Matter {matter}", "", f"For: {matter.authority}", f"By: {matter.instrument} ({country_name(matter.jurisdiction)})",
        f"About: {disclosure}", f"Dates of the order: {days}", f"Rows: {rows}", "",
        "This holds the fields the order names, of the records the order names, and nothing else.",
        "Every file carries the number of the matter. manifest.json says what is in each and through whose hands it went.",
        "To check that nothing was changed, unpack it and type: sha256sum -c SHA256SUMS",
        f"Prepared by {disclosure.prepared_by}. Approved by {disclosure.approved_by}.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _whom(disclosure: Disclosure) -> list[tuple[str, str]]:
    if disclosure.instance_id is None:
        return [(disclosure.email, "")]
    seats = Seat.objects.filter(instance_id=disclosure.instance_id, owner=True).select_related("account")
    return [(seat.account.email, seat.account.first_name) for seat in seats.order_by("taken_at")]
