"""The rail: rooms register their places, and only those that exist are shown."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.test import RequestFactory, override_settings
from django.urls import ResolverMatch, path

from pivotino.ui import places
from pivotino.ui.places import Place, register, signposts


def _page(request: HttpRequest) -> None: ...


urlpatterns = [path("board/", _page, name="board"), path("board/table/", _page, name="table")]


@pytest.fixture(autouse=True)
def empty_rail(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(places, "_places", {})
    with override_settings(ROOT_URLCONF="tests.ui.test_places"):
        yield


def _request(path: str = "/") -> HttpRequest:
    return RequestFactory().get(path)


def test_places_stand_in_their_order_and_missing_ones_are_left_out() -> None:
    register(Place(name="table", label="Table", icon="table", url_name="table", order=20))
    register(Place(name="board", label="Board", icon="board", url_name="board", order=10))
    register(Place(name="quotes", label="Quotes", icon="paper", url_name="sales:index", order=5))

    assert [place.label for place in signposts(_request())] == ["Board", "Table"]


def test_the_longest_address_is_the_current_place() -> None:
    register(Place(name="board", label="Board", icon="board", url_name="board"))
    register(Place(name="table", label="Table", icon="table", url_name="table"))

    assert [place.label for place in signposts(_request("/board/table/7")) if place.current] == ["Table"]
    assert [place.label for place in signposts(_request("/board/7")) if place.current] == ["Board"]
    assert [place.label for place in signposts(_request("/boards/")) if place.current] == []


def test_a_page_may_belong_to_no_place() -> None:
    request = _request("/elsewhere")
    request.resolver_match = ResolverMatch(print, (), {}, url_name="search", namespaces=["rooms"])
    for spares, current in ((frozenset({"rooms:search"}), []), (frozenset(), ["Board"])):
        register(
            Place(
                name="board", label="Board", icon="board", url_name="board", covers=frozenset({"rooms"}), spares=spares
            )
        )

        assert [place.label for place in signposts(request) if place.current] == current


def test_a_place_that_is_not_for_this_person_is_not_shown() -> None:
    register(Place(name="board", label="Board", icon="board", url_name="board", allowed=lambda request: False))

    assert signposts(_request()) == []


def test_a_place_tells_how_much_waits_there() -> None:
    register(Place(name="board", label="Board", icon="board", url_name="board", waiting=lambda request: 7))

    assert [place.waiting for place in signposts(_request())] == [7]


def test_spots_are_kept_apart() -> None:
    register(Place(name="board", label="Board", icon="board", url_name="board"))
    register(Place(name="add", label="Add a card", icon="plus", url_name="table", spot="thumb"))

    assert [place.label for place in signposts(_request(), spot="thumb")] == ["Add a card"]
