"""From wherever somebody is, the one policy is a link away."""

import pytest
from django.core import mail

from pivotino.jobs.testing import run_all
from pivotino.letters import send
from tests.cast import Browser, Person
from tests.control.website.pages import Page
from tests.letters.some import leaflet, verification


def links(browser: Browser, address: str) -> list[str]:
    return [str(link.get("href")) for link in Page(browser.get(address, follow=True).content.decode()).every("a")]


@pytest.mark.promise("P01")
@pytest.mark.parametrize(
    "address",
    ["/", "/prices/", "/get-started/", "/cookies/", "/promises/", "/sign-in/", "/sign-in/code/"],
)
def test_every_public_page_and_the_entrance_lead_to_the_policy(stranger: Browser, address: str) -> None:
    assert any(link.startswith("/privacy/") for link in links(stranger, address))


@pytest.mark.promise("P01")
@pytest.mark.parametrize("address", ["", "board/", "people/", "settings/", "settings/me/"])
def test_every_page_of_an_instance_leads_to_it_for_owner_and_user(anna: Person, bruno: Person, address: str) -> None:
    for person in (anna, bruno):
        assert "/privacy/" in links(person.browser, person.url(address))


@pytest.mark.promise("P01")
def test_every_kind_of_letter_leads_to_it(control: None) -> None:
    send(leaflet(), key="m:1")
    send(verification(), key="v:1")
    run_all()

    assert ["/privacy/" in str(letter.body) for letter in mail.outbox] == [True, True]
