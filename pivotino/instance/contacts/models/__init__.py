"""Companies and people outside: whom we sell to."""

from pivotino.instance.contacts.models.contact import (
    AddressKind,
    Contact,
    ContactKind,
    NotContact,
    Remembered,
    StaleContact,
)
from pivotino.instance.contacts.models.label import Label

__all__ = ["AddressKind", "Contact", "ContactKind", "Label", "NotContact", "Remembered", "StaleContact"]
