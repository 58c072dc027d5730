"""Files of a company or a person: every member sees them, as they see the contact."""

from uuid import UUID

from pivotino.instance.contacts.models import Contact
from pivotino.instance.contacts.panels import Panel, panel
from pivotino.instance.files.carriers import Carrier, carries
from pivotino.instance.files.shown import files_of
from pivotino.instance.members.models import Member


@carries("contact")
def found(member: Member, id: UUID) -> Carrier | None:
    contact = Contact.objects.filter(pk=id).first()
    return _carrier(contact) if contact else None


@panel(80)
def files(contact: Contact, member: Member) -> Panel:
    return Panel("files/contact.html", {"files": files_of(_carrier(contact))})


def _carrier(contact: Contact) -> Carrier:
    return Carrier("contact", contact.pk, contact.owner_id, contact.name, "contacts:show", contact.is_removed)
