"""The pages about one database: listed by the rooms that have them, open to its Business Owner alone."""

import pytest

from tests.cast import Browser, Person

pytestmark = pytest.mark.usefixtures("control")


def test_the_owner_finds_the_pages_about_a_database_and_the_current_one_is_marked(anna: Person) -> None:
    page = anna.take_seat().browser.get("/my/databases/atap-suria/").content.decode()

    assert '<a href="/my/databases/atap-suria/" aria-current="page">' in page
    assert 'href="/@atap-suria/"' in page


def test_a_user_the_rival_and_nobody_do_not(bruno: Person, rita: Person, stranger: Browser) -> None:
    at = "/my/databases/atap-suria/"

    assert bruno.take_seat().browser.get(at).status_code == 404
    assert rita.take_seat().browser.get(at).status_code == 404
    assert stranger.get(at)["Location"] == f"/sign-in/?next={at}"
