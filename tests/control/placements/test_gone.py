"""The server of a bucket is gone for a while: its customers are told, nobody else notices, and it goes on by itself."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pivotino.control.placements import jobs, moving
from pivotino.control.placements.models import Move
from pivotino.jobs import Retry
from tests.cast import Person
from tests.control.carried import can_write, now_at
from tests.control.firms import firm
from tests.control.killing import wait_for
from tests.plugins import engines

pytestmark = [pytest.mark.engine("postgres"), pytest.mark.usefixtures("quick", "clusters")]


@pytest.fixture
def elsewhere(anna: Person, clusters: None) -> Iterator[Person]:
    """A company of Anna's on the second server."""
    with firm(anna.account, bucket="second") as made:
        yield made


def server(verb: str) -> None:
    """Stop or start the second server, as a machine that loses its power and gets it back."""
    folder, programs = Path(os.environ["PIVOTINO_TEST_HOME"]) / "second", engines.programs()
    assert programs is not None
    more = (
        ["-m", "immediate"]
        if verb == "stop"
        else ["-l", folder / "log", "-o", f"-c listen_addresses='' -c unix_socket_directories={folder}"]
    )
    engines.run(programs / "pg_ctl", "-D", folder / "data", "-w", *more, verb)


def test_its_customers_are_told_and_others_do_not_notice_and_then_it_goes_on(elsewhere: Person, anna: Person) -> None:
    page, browser = elsewhere.url("people/"), elsewhere.browser
    browser.raise_request_exception = False  # it sees our page of an error
    assert browser.get(page).status_code == 200
    server("stop")
    try:
        told = browser.get(page)
        assert told.status_code == 503 and "Everything you saved is safe" in told.text
        assert anna.browser.get(anna.url("people/")).status_code == 200
    finally:
        server("start")

    wait_for(lambda: browser.get(page).status_code == 200)
    assert can_write(elsewhere)


def test_a_move_waits_for_it_and_then_arrives(kedai: Person) -> None:
    work = moving.move(kedai.instance, to="second", by="ops", why="a test")
    server("stop")
    try:
        with pytest.raises(Retry):
            moving.go_on(work)
        assert kedai.browser.get(kedai.url("board/")).status_code == 200
    finally:
        server("start")

    with suppress(Retry):  # its pool may still think so
        moving.go_on(work)
    jobs.go_on_moving(str(work.pk))

    work = Move.objects.get(pk=work.pk)
    assert work.opened_at and now_at(kedai).bucket == "second" and can_write(kedai)
