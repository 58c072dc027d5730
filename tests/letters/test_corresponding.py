"""Whoever reads the mail of an address may see what we sent there."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from pivotino.jobs.testing import run_all
from pivotino.letters import send
from pivotino.letters.models.suppression import Scope
from pivotino.letters.suppression import suppress
from tests.cast import Browser, Person
from tests.letters.some import leaflet, verification

ALI = "ali@kedai.example"


@pytest.fixture(autouse=True)
def fresh(control: None) -> None:
    cache.clear()


def link_mailed(browser: Browser, address: str = ALI) -> str:
    assert browser.post("/letters/", {"email": address}).status_code == 200
    run_all()
    return next(word for word in str(mail.outbox[-1].body).split() if "/letters/" in word).replace(
        "http://testserver", ""
    )


@pytest.mark.promise("P49")
def test_the_page_lists_what_when_why_and_under_which_rule(stranger: Browser) -> None:
    send(verification(), key="v:1")
    run_all()
    suppress(ALI, Scope.MARKETING, how="link")
    send(leaflet(), key="m:1")
    send(verification("siti@kedai.example", company="Siti Sdn Bhd"), key="v:2")
    run_all()

    page = stranger.get(link_mailed(stranger)).content.decode()

    assert "Every letter to" in page and ALI in page
    assert "Confirm the address of Kedai Ali &amp; Anak" in page
    assert "because this address was used to register Kedai Ali &amp; Anak" in page
    assert "asked for something and waited for this letter" in page
    assert "Held back: This address wants no marketing." in page and "until you stop it" in page
    assert "Siti" not in page


def test_every_address_gets_the_same_answer(stranger: Browser) -> None:
    known, unknown = (
        stranger.post("/letters/", {"email": address}).content.decode().replace(address, "")
        for address in (ALI, "nobody@kedai.example")
    )

    assert known == unknown


def test_the_link_holds_no_address_and_works_for_a_day(stranger: Browser) -> None:
    link = link_mailed(stranger)

    assert "ali" not in link.split("/")[2].lower()
    assert stranger.get(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert stranger.get(link).status_code == 404


@pytest.mark.parametrize("token", ["no-such-token", "x" * 300])
def test_a_link_that_is_not_ours_shows_nothing(stranger: Browser, anna: Person, token: str) -> None:
    for browser in (stranger, anna.browser):
        answer = browser.get(f"/letters/{token}/")
        assert answer.status_code == 404 and "This link is too old" in answer.content.decode()


def test_looking_at_the_form_mails_nothing(stranger: Browser) -> None:
    assert stranger.get("/letters/?email=ali@kedai.example").status_code == 200
    run_all()
    assert mail.outbox == []


def test_what_is_no_address_is_said_and_kept(stranger: Browser) -> None:
    answer = stranger.post("/letters/", {"email": "ali at kedai"})

    assert answer.status_code == 422
    assert 'value="ali at kedai"' in answer.content.decode()


def test_nobody_is_flooded_with_links(stranger: Browser) -> None:
    answers = [stranger.post("/letters/", {"email": ALI}) for _ in range(4)]
    run_all()

    assert [answer.status_code for answer in answers] == [200, 200, 200, 422]
    assert len(mail.outbox) == 3


def test_an_address_that_was_forgotten_opens_nothing(stranger: Browser) -> None:
    from pivotino.letters.models import Sent

    link = link_mailed(stranger)
    Sent.objects.update(to="")

    assert stranger.get(link).status_code == 404


def test_it_works_for_who_is_signed_in_too(anna: Person, stranger: Browser) -> None:
    link: Any = link_mailed(anna.browser)

    assert anna.browser.get(link).status_code == 200 and stranger.get(link).status_code == 200
