"""The question about cookies in a real browser: by keyboard, with and without script; and how long a page was in sight."""

import re
from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, Site, until

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
FOCUSED = "document.activeElement.value"


@pytest.mark.promise("P42", "A11")
@pytest.mark.parametrize("choice", ["refuse", "accept"])
def test_by_keyboard_either_answer_is_one_press_and_escape_is_none(site: Site, chrome: Any, choice: str) -> None:
    window = chrome.new_context(viewport=DESK, user_agent=FIREFOX)
    page = window.new_page()
    page.goto(f"{site.url}/prices/")
    assert page.evaluate("document.activeElement === document.body")

    presses = 0
    while page.evaluate(FOCUSED) != choice and presses < 5:
        page.keyboard.press("Tab")
        presses += 1
    page.keyboard.press("Escape")

    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert (presses <= 3, page.locator("#consent-asks").count(), window.cookies()) == (True, 1, [])
    page.keyboard.press("Enter")
    page.wait_for_selector("#consent-asks", state="detached")
    assert page.url == f"{site.url}/prices/"
    assert [cookie["name"] for cookie in window.cookies() if cookie["name"] == "pv_consent"] == ["pv_consent"]
    window.close()


@pytest.mark.promise("A11")
def test_the_question_lets_the_keyboard_through(site: Site, chrome: Any) -> None:
    page = chrome.new_page(viewport=DESK)
    page.goto(f"{site.url}/prices/")

    for _ in range(6):
        page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('.consent')") is None
    page.close()


@pytest.mark.promise("A1")
def test_without_script_it_is_asked_and_answered(site: Site, chrome: Any) -> None:
    window = chrome.new_context(viewport=PHONE, java_script_enabled=False)
    page = window.new_page()
    page.goto(f"{site.url}/our-story/")

    page.click("button[value=refuse]")

    assert page.url == f"{site.url}/our-story/"
    assert page.locator("#consent-asks").count() == 0
    assert [cookie["name"] for cookie in window.cookies()] == ["pv_consent"]
    window.close()


@pytest.mark.promise("P06", "A1")
def test_before_a_choice_nothing_is_kept_in_the_browser(site: Site, chrome: Any) -> None:
    window = chrome.new_context(viewport=DESK)
    page = window.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    for address in ("/", "/prices/", "/privacy/", "/get-started/"):
        page.goto(f"{site.url}{address}", wait_until="networkidle")

    assert window.storage_state() == {"cookies": [], "origins": []}
    assert [url for url in asked if not url.startswith((site.url, "data:"))] == []
    assert [url for url in asked if "pings" in url or "length.js" in url] == []
    window.close()


@pytest.mark.promise("P07", "A3", "A12")
def test_the_length_of_a_visit_is_what_the_page_was_in_sight(site: Site, chrome: Any) -> None:
    window = chrome.new_context(viewport=DESK, user_agent=FIREFOX)
    page = window.new_page()
    page.clock.install()
    page.goto(f"{site.url}/prices/")
    page.click("button[value=accept]")
    page.wait_for_selector("#consent-asks", state="detached")
    until(page, "!!customElements.get('pv-visit-length')")

    with page.expect_response(re.compile("/visits/pings/")) as told:
        page.clock.run_for(15_000)
    page.goto(f"{site.url}/you/")

    assert told.value.status == 204
    length = page.locator(".cookie", has_text="Length").locator("dd").inner_text()
    assert 15 <= int(length.removesuffix(" s")) <= 16
    assert "/prices/" in page.content()
    page.click("text=Delete this visit")
    page.wait_for_url(re.compile("deleted"))
    assert "Your visit is deleted" in page.content()
    window.close()
