"""Where did you get my address? The answer goes to that address, and tells nobody else anything."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.prospects.models import Gone, Origin, Prospect
from pivotino.control.prospects.taking_in import STAYS_OUT, Person, refused, take_in
from pivotino.jobs.testing import run_all
from pivotino.letters.models import Sent
from tests.cast import Browser
from tests.cast import Person as Cast
from tests.control.newcomer import letters_to
from tests.control.prospects.conftest import last_link, origin

pytestmark = pytest.mark.usefixtures("control")
MEI = "mei@roofs.example"


def take_mei() -> Origin:
    source = origin()
    take_in([Person(address=MEI, name="Mei Tan", country="MY", phone="+60123456789", urls={"phone": "https://roofs.example/call"})], source)  # fmt: skip
    return source


def ask(browser: Browser, address: str = MEI) -> bytes:
    return bytes(browser.post("/where-from/", {"email": address}).content)


@pytest.mark.promise("P46")
def test_the_page_says_the_same_of_an_address_we_hold_and_of_one_we_do_not(stranger: Browser) -> None:
    take_mei()

    assert ask(stranger) == ask(stranger, "nobody@nowhere.example")
    run_all()
    assert letters_to(MEI)[0].subject == letters_to("nobody@nowhere.example")[0].subject


@pytest.mark.promise("P13")
@pytest.mark.promise("P46")
def test_the_letters_link_shows_every_fact_with_where_it_came_from(stranger: Browser) -> None:
    take_mei()
    ask(stranger)

    page = stranger.get(last_link(MEI, "/where-from/")).content.decode()

    for fact in (MEI, "Mei Tan", "+60123456789", "Roofers of Klang, members 2026", "https://roofs.example/call", "In quarantine"):  # fmt: skip
        assert fact in page


def test_the_letter_itself_tells_nothing(stranger: Browser) -> None:
    take_mei()
    ask(stranger)
    run_all()

    assert "Roofers" not in letters_to(MEI)[0].body


def test_where_we_hold_nothing_the_page_says_so(stranger: Browser) -> None:
    ask(stranger, "nobody@nowhere.example")

    page = stranger.get(last_link("nobody@nowhere.example", "/where-from/")).content.decode()

    assert "we hold nothing" in page


def test_who_has_an_account_is_sent_there(stranger: Browser, anna: Cast) -> None:
    ask(stranger, anna.account.email)

    assert "There is an account" in stranger.get(last_link(anna.account.email, "/where-from/")).content.decode()


@pytest.mark.promise("P32")
@pytest.mark.promise("A37")
def test_one_press_erases_everything_and_nobody_takes_them_in_again(stranger: Browser) -> None:
    source = take_mei()
    ask(stranger)
    link = last_link(MEI, "/where-from/")

    assert "We hold nothing about you any more" in stranger.post(link).content.decode()

    assert (Prospect.objects.count(), Origin.objects.filter(pk=source.pk).count()) == (0, 0)
    assert not Sent.objects.filter(to=MEI).exists()
    assert Gone.objects.count() == 1
    assert refused([MEI]) == {MEI: STAYS_OUT}
    assert take_in([Person(address=MEI)], origin()) == 0
    assert stranger.get(link).status_code == 404


def test_a_link_is_good_for_three_days(stranger: Browser) -> None:
    take_mei()
    ask(stranger)
    link = last_link(MEI, "/where-from/")

    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        assert stranger.get(link).status_code == 404
        assert stranger.post(link).status_code == 404
    assert Prospect.objects.count() == 1


def test_the_link_of_another_letter_opens_nothing(stranger: Browser) -> None:
    assert stranger.get("/where-from/no-such-token/").status_code == 404


def test_an_address_gets_three_letters_a_day_and_nobody_notices(stranger: Browser) -> None:
    answers = {ask(stranger) for _ in range(5)}
    run_all()

    assert len(answers) == 1
    assert len(letters_to(MEI)) == 3


def test_one_network_may_not_ask_for_everybody(stranger: Browser) -> None:
    for number in range(10):
        assert stranger.post("/where-from/", {"email": f"one{number}@roofs.example"}).status_code == 200

    assert stranger.post("/where-from/", {"email": MEI}).status_code == 429


def test_what_is_no_address_is_said_and_stays(stranger: Browser) -> None:
    answer = stranger.post("/where-from/", {"email": "mei at roofs"})

    assert answer.status_code == 422
    assert 'value="mei at roofs"' in answer.content.decode()
    assert stranger.get("/where-from/").status_code == 200
