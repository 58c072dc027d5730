"""What a contact's page says of mailings: only where they stopped them, or nobody reads at their address."""

from pivotino.instance.contacts.models import Contact
from pivotino.instance.contacts.panels import Panel, panel
from pivotino.instance.mailing.models.stops import stops_of
from pivotino.instance.members.models import Member


@panel(60)
def stopped(contact: Contact, member: Member) -> Panel | None:
    stops = stops_of(contact.email)
    return Panel("mailing/panel.html", {"stops": stops, "contact": contact}) if stops else None
