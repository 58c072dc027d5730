"""A company that may send: its own mail server (a real one), a sender that was proven, a few contacts."""

from collections.abc import Iterator
from typing import Any

import pytest

from pivotino.instance.contacts.models import Contact
from pivotino.instance.mailing.models import Audience, Mailing, Security, Sender
from pivotino.tenancy import inside
from tests.cast import Person
from tests.instance.mailing.offices import Office, an_office

BODY = [
    {"kind": "heading", "words": "Raya hours"},
    {"kind": "text", "words": "We are closed on **Monday**. [See the days](https://atap.example/days)"},
]


@pytest.fixture
def office(settings: Any) -> Iterator[Office]:
    """The customer's own mail server. It stands in this house, which development allows."""
    settings.DEBUG = True
    with an_office() as office:
        yield office


@pytest.fixture
def sender(anna: Person, office: Office) -> Sender:
    """Atap Suria as a sender whose test letter went through."""
    with inside(anna.instance):
        return proven(anna, office)


def proven(person: Person, office: Office, name: str = "Atap Suria", host: str = "127.0.0.1") -> Sender:
    sender = Sender.ours()
    sender.change(
        by=person.member, name=name, address=f"news@{person.instance.slug}.example", postal="12 Jalan Satu\n30000 Ipoh", host=host,
        port=office.port, security=Security.NONE, user="",
    )  # fmt: skip
    sender.prove()
    return sender


@pytest.fixture
def crowd(anna: Person) -> Audience:
    """A list of three: Siti, Ali and Mei."""
    with inside(anna.instance):
        people = [
            Contact.add(name, by=anna.member, kind="person", email=f"{name.lower()}@kedai.example")
            for name in ("Siti", "Ali", "Mei")
        ]
        audience = Audience.make("Shops", by=anna.member)
        audience.add(people, by=anna.member)
        return audience


@pytest.fixture
def letter(anna: Person, sender: Sender, crowd: Audience) -> Mailing:
    """A draft to the list that is ready to go."""
    with inside(anna.instance):
        return Mailing.objects.create(name="Raya", subject="Raya hours", body=BODY, audience=crowd, by=anna.member)
