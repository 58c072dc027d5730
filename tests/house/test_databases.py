"""Every page about one database is its Business Owners' alone: to a User, a rival and a stranger it is not there."""

import pytest
from django.core.cache import cache

from tests.cast import Browser, Person
from tests.house.walk import Route, routes

PREFIX = "my/databases/<slug:slug>/"
PAGES = [route for route in routes() if route.plane == "control" and route.path.startswith(PREFIX)]
GIVEN = {"random": "0199c0de-0000-7000-8000-000000000000"}


def address(route: Route, slug: str) -> str:
    return "/" + route.address({**route.guess(), "slug": f"={slug}"}, GIVEN)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_nobody_but_an_owner_learns_that_it_is_there(
    route: Route, anna: Person, bruno: Person, rita: Person, stranger: Browser
) -> None:
    mine, none = address(route, "atap-suria"), address(route, "no-such-slug")
    for person in (anna, bruno, rita):
        person.take_seat()

    for method in ("get", "post"):
        for person in (bruno, rita):
            told = getattr(person.browser, method)(mine)
            assert told.status_code in (404, 405), f"{person.key} {method} {mine}: {told.status_code}"
            assert told.status_code == getattr(person.browser, method)(none).status_code
        nobody = getattr(stranger, method)(mine)
        assert nobody.status_code == 405 or nobody["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    "route", [page for page in PAGES if page.parameters == ("slug",)], ids=lambda route: route.name
)
def test_its_owner_finds_it(route: Route, anna: Person) -> None:
    anna.take_seat()

    answer = anna.browser.get(address(route, "atap-suria"))

    # 302: prove again that it is you, or go where this is done; 405: a press, not a page.
    assert answer.status_code in (200, 302, 405), answer.status_code
