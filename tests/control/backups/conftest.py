"""What the tests of backups share."""

import pytest
from django.core.files.storage import storages

from pivotino.control.backups import making
from pivotino.control.backups.models import Backup
from pivotino.instance.contacts.models import Contact
from pivotino.jobs.models import Alert
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


def open_alerts() -> list[Alert]:
    return list(Alert.objects.filter(settled_at__isnull=True))


PASSWORD = "a long password of hers"


def proven(person: Person) -> Browser:
    """A browser in which the password was typed a moment ago."""
    person.take_seat()
    person.account.set_password(PASSWORD)
    person.account.save()
    browser = person.browser
    browser.post("/my/security/again/", {"password": PASSWORD, "next": "/my/account/"})
    return browser
