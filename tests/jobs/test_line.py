"""Standing in line, being done once, waiting, giving up."""

import pytest

from pivotino.jobs.models import Ticket
from pivotino.jobs.testing import run_all
from pivotino.tenancy import atomic, inside
from tests.cast import Instance
from tests.jobs import work


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    work.SEEN.clear()


def test_a_job_is_done_after_the_commit_and_once(control: None) -> None:
    work.note.later("a")

    assert run_all() == 1
    assert run_all() == 0
    assert work.SEEN == ["a"]
    assert not Ticket.objects.exists()


def test_an_errand_is_done_inside_its_instance(atap: Instance, zenit: Instance) -> None:
    with inside(atap), atomic():
        work.mark.later("EUR")
        assert not Ticket.objects.exists()

    run_all()

    with inside(atap):
        assert list(work.Rate.objects.values_list("currency", flat=True)) == ["EUR"]
    with inside(zenit):
        assert not work.Rate.objects.exists()
