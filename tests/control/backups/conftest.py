"""What the tests of backups share."""

import time

import pytest
from django.core.files.storage import storages

from pivotino.control.backups import making
from pivotino.control.backups.models import Backup
from pivotino.instance.contacts.models import Contact
from pivotino.tenancy import atomic, inside
from pivotino.tenancy.models import Instance
from tests.cast import Browser, Person
from tests.control.lives import whole_lives  # noqa: F401


@pytest.fixture
def backup(atap: Instance) -> Backup:
    """One backup of Atap Suria, made just now."""
    row = making.ask_for(atap)
    making.make(row)
    row.refresh_from_db()
    return row


def file_of(backup: Backup) -> bytes:
    """The sealed file as it lies in the storage."""
    with storages["backups"].open(backup.storage_name, "rb") as handle:
        return bytes(handle.read())


def write(instance: Instance, *names: str) -> None:
    with inside(instance.place.writable), atomic():
        for name in names:
            Contact.objects.create(name=name, folded=name.lower())


def names(instance: Instance) -> list[str]:
    instance.refresh_from_db()
    with inside(instance.place):
        return sorted(Contact.objects.values_list("name", flat=True))


def proven(person: Person) -> Browser:
    """A browser in which the password was typed a moment ago."""
    browser = person.take_seat().browser
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return browser
