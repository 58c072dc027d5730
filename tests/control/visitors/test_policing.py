"""What leaves the server is what was declared and agreed to, cookies and hosts alike."""

import dataclasses
import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from pivotino.control.privacy import register
from pivotino.control.privacy.models import Announcement
from pivotino.control.privacy.processors import processors
from pivotino.control.visitors import cookies, policing
from pivotino.control.visitors.middleware import CookieMiddleware
from tests.cast import Browser, Person
from tests.control.visitors.conftest import agrees
from tests.house.walk import routes


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policing, "_known", (None, ()))


def answered(setting: str, *, by_hand: bool = False) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        answer = HttpResponse("x")
        if by_hand:
            answer.headers["Set-Cookie"] = f"{setting}=1; Path=/"
        else:
            answer.set_cookie(setting, "1")
        return answer

    answer = CookieMiddleware(view)(RequestFactory().get("/"))
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.promise("P42", "A10")
@pytest.mark.parametrize("by_hand", [False, True])
def test_a_cookie_nobody_declared_is_taken_out_and_named(caplog: pytest.LogCaptureFixture, by_hand: bool) -> None:
    with caplog.at_level(logging.WARNING, "pivotino.cookies"):
        answer = answered("_track", by_hand=by_hand)

    assert dict(answer.cookies) == {}
    assert "Set-Cookie" not in answer.headers
    assert "Cookie _track is not declared" in caplog.text


def test_a_cookie_nobody_agreed_to_is_taken_out(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "pivotino.cookies"):
        assert dict(answered("pv_visit").cookies) == {}

    assert "Cookie pv_visit is not agreed to" in caplog.text


def test_what_is_necessary_passes() -> None:
    assert list(answered("pv_session").cookies) == ["pv_session"]


@pytest.mark.promise("P42", "A10")
def test_no_page_tries_to_set_a_cookie_that_is_not_in_the_list(anna: Person, caplog: pytest.LogCaptureFixture) -> None:
    """Walks every address of the control plane as a stranger and as Anna, and names each cookie that is not declared."""
    anna.take_seat()
    caplog.set_level(logging.WARNING, "pivotino.cookies")
    addresses = [f"/{route.path}" for route in routes() if route.plane == "control" and not route.parameters]

    for browser in (Browser(), anna.browser):
        for address in addresses:
            browser.get(address)
            browser.post(address)

    assert [record.getMessage() for record in caplog.records if record.name == "pivotino.cookies"] == []


def test_every_declared_cookie_says_what_it_is_for(visitor: Browser) -> None:
    page = visitor.get("/cookies/").content.decode()

    for cookie in cookies.declared():
        assert cookie.name in page
        assert all([cookie.purpose, cookie.lifetime, cookie.party])


@pytest.mark.promise("P39", "A62")
def test_the_content_policy_lets_in_who_is_registered_and_agreed_to(visitor: Browser) -> None:
    def policy() -> str:
        return str(visitor.get("/prices/").headers["Content-Security-Policy"])

    before = policy()
    rows = list(processors())
    measuring = dataclasses.replace(
        rows[0], name="Counter", role="Web analytics", hosts=(), scripts=("count.example",), cookies=("_c",)
    )
    register.publish([*rows, measuring])
    Announcement.objects.filter(name="Counter").update(effective_at="2026-01-01T00:00Z")
    register.forget()

    assert policy() == before
    agrees(visitor, "marketing")
    assert policy() == before
    agrees(visitor, "statistics")
    granted = policy()

    assert "script-src 'self' https://count.example" in granted
    assert (
        "count.example" in visitor.get("/cookies/").content.decode()
        or "_c" in visitor.get("/cookies/").content.decode()
    )
    agrees(visitor)
    assert policy() == before


@pytest.mark.promise("P39")
def test_today_nobody_is_let_in_whatever_is_agreed_to(visitor: Browser) -> None:
    before = visitor.get("/").headers["Content-Security-Policy"]

    visitor.post("/cookies/", {"choice": "accept"})

    assert visitor.get("/").headers["Content-Security-Policy"] == before
