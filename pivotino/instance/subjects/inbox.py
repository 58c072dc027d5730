"""What people ask about their data, as it arrives: noted by a member, or handed over by Pivotino; and its answer."""

from datetime import date

from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history import trail
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import company, local_day, today
from pivotino.instance.subjects import clocks
from pivotino.instance.subjects.models import Asking
from pivotino.tenancy import atomic, requests
from pivotino.tenancy.requests import Handed


def receive(
    *, sort: str, who: str, by: Member, address: str = "", said: str = "", came_on: date | None = None, contact: Contact | None = None
) -> Asking:  # fmt: skip
    """Keep a request somebody of us received, with its clock."""
    came_on = came_on or today()
    row = Asking(
        sort=sort, who=who, address=address.strip().lower(), said=said, contact=contact or _contact_at(address), came_on=came_on,
        due_on=clocks.due_on(came_on, company().country),
    )  # fmt: skip
    with atomic():
        row.save(force_insert=True)
        trail.write("request.came", by=by.name, by_id=by.pk, facts={"request": str(row.pk), "sort": sort})
    return row


@requests.takes
def take(handed: Handed) -> None:
    """One that reached Pivotino instead. The clock runs since then."""
    if Asking.objects.filter(pk=handed.id).exists():
        return
    Asking.objects.create(
        id=handed.id, sort=handed.kind, who=handed.name or handed.email, address=handed.email, said=handed.says, handed=True,
        contact=_contact_at(handed.email), came_on=local_day(handed.asked_at), due_on=local_day(handed.due_at),
    )  # fmt: skip
    trail.write("request.came", by="Pivotino", facts={"request": str(handed.id), "sort": handed.kind})


def answer(row: Asking, *, said: str, by: Member | None) -> None:
    """It is answered; Pivotino hears of one it handed over, and nothing of the answer. Twice is once."""
    with atomic():
        if Asking.objects.filter(pk=row.pk, answered_at__isnull=True).update(
            answered_at=timezone.now(), answer=said, by=by
        ):
            trail.write(
                "request.answered",
                by=by.name if by else "By itself",
                by_id=by.pk if by else None,
                facts={"request": str(row.pk)},
            )
            if row.handed:
                requests.answered(row.pk)


def _contact_at(address: str) -> Contact | None:
    """The one contact at this address; none where there are several."""
    found = list(Contact.objects.kept().filter(email__iexact=address.strip())[:2]) if address.strip() else []
    return found[0] if len(found) == 1 else None
