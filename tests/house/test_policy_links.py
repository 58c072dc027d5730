"""The policy is one press away from every place where somebody meets us."""

import pytest
from django.conf import settings
from django.core import mail

from pivotino.jobs.testing import run_all
from pivotino.letters import send
from tests.cast import Browser, Person
from tests.control.website.pages import PAGES, Page
from tests.letters.some import leaflet, verification

ENTRANCE = ["/sign-in/", "/sign-in/code/", "/forgot-password/", "/fresh-password/", "/get-started/"]
POLICY = "/privacy/"


def links(page: str) -> list[str]:
    return [link.get("href") for link in Page(page).every("a")]


@pytest.mark.promise("P01")
@pytest.mark.parametrize("address", [*PAGES, *ENTRANCE, "/customers/", "/cookies/"])
def test_outside_the_policy_is_one_press_away(control: None, address: str) -> None:
    assert POLICY in links(Browser("anybody").get(address).content.decode())


@pytest.mark.promise("P01")
def test_inside_the_page_about_oneself_leads_to_it_for_everybody(anna: Person, bruno: Person) -> None:
    for person in (anna, bruno):
        found = links(person.browser.get(person.url("settings/me/")).content.decode())

        assert POLICY in found and "/terms/" in found
        assert person.browser.get(POLICY).status_code == 200


@pytest.mark.promise("P04")
def test_inside_the_page_about_oneself_names_whom_to_ask_about_privacy(bruno: Person) -> None:
    found = links(bruno.browser.get(bruno.url("settings/me/")).content.decode())

    assert [link for link in found if link.startswith(f"mailto:{settings.OPERATOR.support}")]


@pytest.mark.promise("P01")
def test_every_letter_carries_it_at_its_foot(control: None) -> None:
    send(verification(), key="v:1")
    send(leaflet(), key="m:1")
    run_all()

    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        assert isinstance(letter, mail.EmailMultiAlternatives)
        for twin in (str(letter.body), str(letter.alternatives[0][0])):
            assert f"{settings.BASE_URL}{POLICY}" in twin
