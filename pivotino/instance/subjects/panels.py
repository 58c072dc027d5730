"""What a contact's page says of wishes: the source, what they agreed to, and whether their data may be used."""

from pivotino.instance.contacts.models import Contact
from pivotino.instance.contacts.panels import Panel, panel
from pivotino.instance.members.models import Member
from pivotino.instance.subjects.models import Consent, Erasure, Restriction
from pivotino.instance.subjects.packages import source_of


@panel(70)
def about(contact: Contact, member: Member) -> Panel:
    newest: dict[str, Consent] = {}
    for one in contact.consents.all():
        newest.setdefault(one.topic.casefold(), one)
    seen = {
        "contact": contact, "source": source_of(contact), "consents": list(newest.values()), "owner": member.is_owner,
        "restricted": Restriction.objects.filter(contact=contact).first(), "erasure": Erasure.objects.standing().filter(contact_id=contact.pk).first(),
    }  # fmt: skip
    return Panel("subjects/panel.html", seen)
