"""Whose data may only be stored is not changed."""

from pivotino.instance.contacts.models import Contact
from pivotino.instance.contacts.models.contact import guarded_by
from pivotino.instance.subjects.models import Restriction


@guarded_by
def why_not(contact: Contact, fields: frozenset[str]) -> str:
    """The sentence that refuses an edit. That they want no mailings may always be noted."""
    if fields == {"do_not_mail"} and contact.do_not_mail is False:
        return ""
    held = Restriction.objects.filter(contact=contact).exists()
    return (
        f"The data of {contact.name} may be stored, not changed. A Business Owner can lift that under “About this person”."
        if held
        else ""
    )
