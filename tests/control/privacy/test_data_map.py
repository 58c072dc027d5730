"""The page of all personal information: nothing we keep is missing from it."""

import pytest
from django.apps import apps

from pivotino.control.privacy.data_map import data_map
from pivotino.kit.holds import Holds
from tests.cast import Browser, Person
from tests.control.website.pages import Page


@pytest.mark.promise("P11")
def test_every_field_that_says_something_about_a_person_stands_on_the_page(control: None, stranger: Browser) -> None:
    page = Page(stranger.get("/privacy/data/").content.decode()).every("main")[0].text

    for model in apps.get_models():
        holds = getattr(model, "holds", None)
        if isinstance(holds, Holds) and holds.personal and holds.subject != "developer":
            told = [holds.purpose, holds.retention, holds.erasure, *holds.personal.values()]
            assert [words for words in told if " ".join(words.split()) not in " ".join(page.split())] == []


@pytest.mark.promise("P11")
def test_the_list_begins_with_visitors_and_says_who_decides_inside_an_instance() -> None:
    titles = list(data_map())

    assert titles[0] == "Visitors of our pages"
    assert "Inside an instance: contacts, for whom our customer decides" in titles


@pytest.mark.promise("P11")
def test_anybody_may_read_it_and_the_policy_leads_there(anna: Person, stranger: Browser) -> None:
    assert anna.browser.get("/privacy/data/").status_code == 200
    assert stranger.post("/privacy/data/").status_code == 405
    links = [link.get("href") for link in Page(stranger.get("/privacy/").content.decode()).every("a")]
    assert "/privacy/data/" in links
