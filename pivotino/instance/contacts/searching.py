"""What of a contact the search over everything finds, and how a list of contacts is searched."""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from pivotino.instance.contacts.models.contact import Contact
from pivotino.instance.history import search
from pivotino.instance.members.models import Member
from pivotino.kit.fold import fold
from pivotino.kit.phones import pretty_phone

NEAR = 200


def index_contact(contact: Contact) -> None:
    """Tell the search over everything; a removed contact is forgotten there."""
    if contact.is_removed:
        search.forget("contact", contact.pk)
    else:
        search.index("contact", contact.pk, None, words_of(contact))


def words_of(contact: Contact) -> str:
    """Everything somebody may remember of a contact, numbers as they are dialled here and from abroad."""
    numbers = [number for number in (contact.phone, contact.mobile) if number]
    written = [pretty_phone(number, contact.country) for number in numbers]
    said = [contact.name, contact.email, contact.city, contact.job_position, contact.notes, *numbers, *written]
    return " ".join(filter(None, said))


def matching(found: "QuerySet[Contact]", text: str, member: Member) -> "QuerySet[Contact]":
    """Of these contacts, those that hold every word; if there are none, those one slip of the finger away."""
    if not fold(text):
        return found
    condition, params = search.holding(text, "contact")
    exact = found.filter(pk__in=RawSQL(condition, params))  # noqa: S611 - the condition is the search's own
    if exact.exists():
        return exact
    return found.filter(pk__in=[near.id for near in search.find(member, text, ["contact"], NEAR)])
