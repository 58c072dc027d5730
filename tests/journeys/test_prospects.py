"""Asking for a demo, asking what we know, and being forgotten: by keyboard, with and without a script."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, Site, Visitor, open_window
from tests.journeys.test_consent import focus, press, tick


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def somebody(request: pytest.FixtureRequest, chrome: Any, site: Site) -> Iterator[Visitor]:
    """A window with a script and one without."""
    yield from open_window(chrome, site, DESK, java_script_enabled=request.param)


def write(page: Any, label: str, words: str) -> None:
    focus(page, label)
    page.keyboard.type(words)


@pytest.mark.promise("P13", "P32", "P46")
def test_somebody_asks_reads_what_we_know_and_is_forgotten(somebody: Visitor, request: pytest.FixtureRequest) -> None:
    page, site = somebody.page, somebody.site
    address = f"mei.{request.node.callspec.id.replace(' ', '.')}@roofs.example"

    page.goto("/contact/")
    press(page, "Refuse")
    page.get_by_role("link", name="Ask for a demo").first.click()
    page.wait_for_url("**/demo/")
    write(page, "Your name", "Mei Tan")
    write(page, "Work email", address)
    write(page, "Phone", "012-345 6789")
    tick(page, "Send me tips and news of Pivotino now and then")
    press(page, "Ask for it")
    assert "A letter is on its way" in page.inner_text("main")

    page.goto(link(site, address, "Was it you", "/demo/"))
    press(page, "Yes, call me")
    assert "The address is yours." in page.inner_text("main")

    ask_what_we_know(page, address)
    page.goto(link(site, address, "Where we have your address from", "/where-from/"))
    known = page.inner_text("main")
    for fact in (address, "Mei Tan", "+60123456789", "Malaysia", "You asked us for a demo on", "You agreed to letters"):
        assert fact in known
    press(page, "Forget me, and never ask again")
    assert "We hold nothing about you any more." in page.inner_text("main")

    ask_what_we_know(page, address)
    page.goto(link(site, address, "Where we have your address from", "/where-from/"))
    assert "we hold nothing" in page.inner_text("main")


@pytest.mark.parametrize("path", ["/demo/", "/demo/asked/", "/where-from/", "/forget-me/x/", "/where-from/x/"])
@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_nothing_on_these_pages_is_out_of_reach(chrome: Any, site: Site, path: str, size: Any, scheme: str) -> None:
    for visitor in open_window(chrome, site, size, color_scheme=scheme):
        visitor.page.goto(path)

        assert visitor.axe() == []
        assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def ask_what_we_know(page: Any, address: str) -> None:
    page.goto("/where-from/")
    write(page, "Your mail address", address)
    press(page, "Send me the answer")
    assert "A letter goes to the address you typed." in page.inner_text("main")


def link(site: Site, address: str, subject: str, path: str) -> str:
    """Where the last letter of this subject leads. Older ones went with whoever was forgotten."""
    return next(str(one) for one in site.letter(address, matching=subject)["links"] if path in one)
