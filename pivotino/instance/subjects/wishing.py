"""What a contact said, kept so that it can be proved; and leaving their data alone."""

from datetime import date

from pivotino.instance.contacts.models import Contact
from pivotino.instance.contacts.models.contact import Remembered
from pivotino.instance.history.recording import record
from pivotino.instance.members.models import Member
from pivotino.instance.subjects.models import Consent, Restriction, Source
from pivotino.tenancy import atomic

MAILINGS = "Mailings"


def note_source(contact: Contact, *, how: str, on: date, by: Member) -> Source:
    """How we got their data; a second note takes the first one's place."""
    with atomic():
        row, _ = Source.objects.update_or_create(contact=contact, defaults={"how": how, "on": on, "by": by})
        record("contact.sourced", Remembered.of(contact), by=by, name=contact.name)
        return row


def note_consent(
    contact: Contact, *, topic: str, given: bool, on: date, how: str, by: Member, wording: str = ""
) -> Consent:
    """One more yes or no. A no to mailings is a no at once; a yes writes to nobody who stopped it themselves."""
    with atomic():
        row = Consent.objects.create(contact=contact, topic=topic, given=given, on=on, how=how, wording=wording, by=by)
        record(
            "contact.consented" if given else "contact.refused",
            Remembered.of(contact),
            by=by,
            name=contact.name,
            topic=topic,
        )
        if topic.casefold() == MAILINGS.casefold() and not given:
            contact.want_mailings(False, by=by)
        return row


def restrict(contact: Contact, *, why: str, by: Member) -> Restriction:
    """From now on their data is stored and neither changed nor used for mailings. Twice is once."""
    with atomic():
        contact.want_mailings(False, by=by)
        row, fresh = Restriction.objects.get_or_create(contact=contact, defaults={"why": why, "by": by})
        if fresh:
            record("contact.restricted", Remembered.of(contact), by=by, name=contact.name)
        return row


def lift(contact: Contact, *, by: Member) -> None:
    """It may be used again. Whether they want mailings is asked anew: that stays as it is."""
    with atomic():
        if Restriction.objects.filter(contact=contact).delete()[0]:
            record("contact.unrestricted", Remembered.of(contact), by=by, name=contact.name)
