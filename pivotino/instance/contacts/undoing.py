"""How what was done to a contact reads, and how it is taken back."""

from typing import Any

from pivotino.instance.contacts.models import Contact, NotContact
from pivotino.instance.contacts.models.contact import AddressKind
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, undoes
from pivotino.instance.history.sentences import Bold, Changed, Sentence, reads
from pivotino.instance.members.models import Member
from pivotino.kit.phones import pretty_phone
from pivotino.kit.places import UnknownCountry, country_name

WORDS = {
    "kind": "kind", "name": "name", "company_id": "company", "title": "title", "job_position": "job position", "email": "e-mail",
    "phone": "phone", "mobile": "mobile", "website": "website", "address_kind": "address kind", "street": "street",
    "street2": "street, second line", "city": "city", "state": "state", "zip": "postcode", "country": "country",
    "industry": "industry", "employees": "employees", "language": "language", "owner_id": "owner", "notes": "notes",
    "labels": "labels", "do_not_mail": "no mailings",
}  # fmt: skip


@undoes("contact.added")
def remove_again(event: Event, by: Member) -> Event:
    contact = _contact(event)
    if contact.version != 1 or contact.is_removed:
        raise CannotUndo(f"{contact.name} was changed since. Remove it instead.")
    return contact.remove(by=by)


@undoes("contact.edited")
def put_back(event: Event, by: Member) -> Event:
    """The fields of that edit, as they were, unless somebody changed one of them since."""
    contact = _contact(event)
    now = Contact.facts(contact)
    was: dict[str, Any] = {}
    for field, (before, after) in event.data["changes"].items():
        if (str(now[field]) if field.endswith("_id") and now[field] else now[field]) != after:
            raise CannotUndo(f"The {WORDS[field]} of {contact.name} was changed again since.")
        was[field] = before
    labels = was.pop("labels", None)
    try:
        answer = contact.edit(version=contact.version, by=by, labels=labels, **was)
    except NotContact as refusal:
        raise CannotUndo(str(refusal)) from None
    if answer is None:
        raise CannotUndo("There is nothing left to take back.")
    return answer


@undoes("contact.removed")
def bring_back(event: Event, by: Member) -> Event:
    contact = _contact(event)
    if not contact.is_removed:
        raise CannotUndo(f"{contact.name} is back already.")
    return contact.restore(by=by)


@undoes("contact.restored")
def remove_once_more(event: Event, by: Member) -> Event:
    contact = _contact(event)
    if contact.is_removed:
        raise CannotUndo(f"{contact.name} is removed already.")
    return contact.remove(by=by)


@reads("contact.added")
def added(event: Event) -> Sentence:
    return Sentence("people", "added ", _name(event))


@reads("contact.removed")
def removed(event: Event) -> Sentence:
    return Sentence("bin", "removed ", _name(event))


@reads("contact.restored")
def restored(event: Event) -> Sentence:
    return Sentence("undo", "brought back ", _name(event))


@reads("contact.edited")
def edited(event: Event) -> Sentence:
    found = [
        Changed(WORDS.get(field, field), _said(field, old), _said(field, new))
        for field, (old, new) in _changes(event).items()
    ]
    if list(_changes(event)) == ["do_not_mail"]:
        _, wanted = event.data["changes"]["do_not_mail"]
        return Sentence(
            "mail", "noted that ", _name(event), " wants no mailings" if wanted else " may get mailings again"
        )
    if len(found) == 1 and found[0].label not in ("notes", "labels"):
        return Sentence("edit", f"changed the {found[0].label} of ", _name(event), changes=found)
    return Sentence("edit", "changed ", _name(event), changes=found)


def _contact(event: Event) -> Contact:
    contact = Contact.objects.select_for_update().filter(pk=event.subject_id).first()
    if contact is None:
        raise CannotUndo("This contact is gone for good.")
    return contact


def _changes(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = event.data.get("changes", {})
    return found


def _name(event: Event) -> Bold:
    return Bold(event.data.get("name") or "a contact")


def _said(field: str, value: Any) -> str:
    """A stored value in words."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field == "company_id":
        return Contact.objects.filter(pk=value).values_list("name", flat=True).first() or "a company that is gone"
    if field == "owner_id":
        return Member.objects.filter(pk=value).values_list("name", flat=True).first() or "somebody who left"
    if field == "country":
        try:
            return country_name(value)
        except UnknownCountry:
            return str(value)
    if field == "address_kind":
        return str(dict(AddressKind.choices).get(value, value))
    if field in ("phone", "mobile"):
        return pretty_phone(str(value))
    if isinstance(value, list):
        return ", ".join(value)
    return str(value)
