"""The provider of these tests, and an Atap Suria that the control plane knows."""

from collections.abc import Iterator

import pytest
from django.core import mail

from pivotino.control.billing.wishes import Wish
from pivotino.control.payments import provider as payments
from pivotino.control.payments.provider import Order
from pivotino.jobs.testing import run_all
from pivotino.tenancy.models import Instance
from tests.cast import Person
from tests.control.billing.fake import Fake


@pytest.fixture
def fake(control: None) -> Iterator[Fake]:
    """A provider in memory, in place of the installation's."""
    made, before = Fake(), list(payments._makers)
    payments.use(lambda: made)
    yield made
    payments._makers[:] = before


@pytest.fixture
def team(atap: Instance, anna: Person, bruno: Person, carla: Person) -> Instance:
    """Atap Suria with three people that the control plane knows."""
    for one in (anna, bruno, carla):
        one.take_seat()
    return atap


@pytest.fixture
def paying(team: Instance, fake: Fake) -> Order:
    """Atap Suria pays for five people, each month, in Ringgit."""
    order = fake.begin(team, Wish.read("team-monthly.MYR.5").lines(None))
    run_all()
    mail.outbox.clear()
    return order
