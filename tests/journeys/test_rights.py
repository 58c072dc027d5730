"""Asking what we know, reading it, being erased, thinking better of it, and being erased after all: by keyboard alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, Site, Visitor, open_window
from tests.journeys.test_consent import press
from tests.journeys.test_prospects import write

KINDS = ["access", "portability", "correction", "objection", "restriction", "erasure"]


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def somebody(request: pytest.FixtureRequest, chrome: Any, site: Site) -> Iterator[Visitor]:
    """A window with a script and one without."""
    yield from open_window(chrome, site, DESK, java_script_enabled=request.param)


def ask(page: Any, kind: str, address: str) -> None:
    page.goto("/rights/")
    choose(page, kind)
    write(page, "Your mail address", address)
    press(page, "Ask")
    assert "A letter is on its way to the address you typed." in page.inner_text("main")


def choose(page: Any, kind: str) -> None:
    """Tab to the choices, and down to this one."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator("input[type=radio]:focus").count():
            break
    page.keyboard.press("Space")
    for _ in range(KINDS.index(kind)):
        page.keyboard.press("ArrowDown")
    assert page.locator("input[type=radio]:checked").get_attribute("value") == kind


def link(site: Site, address: str, subject: str, path: str) -> str:
    return next(str(one) for one in site.letter(address, matching=subject)["links"] if path in one)


def prove(page: Any, site: Site, address: str) -> None:
    page.goto(link(site, address, "Was it you who asked", "/rights/proofs/"))
    press(page, "Yes, it was me")


@pytest.mark.promise("P32", "A47", "A49")
def test_somebody_sees_what_we_know_and_is_erased_at_the_second_thought(
    somebody: Visitor, request: pytest.FixtureRequest
) -> None:
    page, site = somebody.page, somebody.site
    address = f"mei.{request.node.callspec.id.replace(' ', '.')}@rights.example"
    site.do("somebody_known", address)

    ask(page, "access", address)
    prove(page, site, address)
    page.goto(link(site, address, "What we know about you$", "/rights/packages/"))
    known = page.inner_text("main")
    for fact in (
        address,
        "Mei Tan",
        "+60123456789",
        "Roofs of Klang",
        "Roofers of Klang",
        "Why we keep it",
        "For how long",
    ):
        assert fact in known

    ask(page, "erasure", address)
    prove(page, site, address)
    assert "The account" in page.inner_text("main")
    press(page, "Erase it in 3 days")
    assert "Until then one press takes it back." in page.inner_text("main")
    press(page, "Take it back")
    assert "Taken back by the person" in page.inner_text("main")

    ask(page, "erasure", address)
    prove(page, site, address)
    press(page, "Erase it in 3 days")
    site.do("days_of_thinking_over_pass", address)

    page.goto(link(site, address, "^(?!Nothing).*is erased", "/certificates/"))
    certificate = page.inner_text("main")
    assert "A person was erased" in certificate and "The account" in certificate
    assert address not in certificate


@pytest.mark.parametrize("path", ["/rights/", "/rights/proofs/x/", "/rights/demands/x/"])
@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_nothing_on_these_pages_is_out_of_reach(chrome: Any, site: Site, path: str, size: Any, scheme: str) -> None:
    for visitor in open_window(chrome, site, size, color_scheme=scheme):
        visitor.page.goto(path)

        assert visitor.axe() == []
        assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
