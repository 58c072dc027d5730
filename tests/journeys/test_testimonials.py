"""What a customer says: asked by letter, answered by keyboard, shown, taken back; with and without script."""

import re
from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, Site, Visitor

WORDS = "I see who waits for me before they have to ask twice."
FOCUSED = "(document.activeElement.innerText || document.activeElement.value || '').trim()"


def tab_to(page: Any, words: str) -> None:
    """By the Tab key alone, as somebody without a mouse gets there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(words):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"{words} is not reached")


def link_in(site: Site, who: str) -> str:
    letter = site.letter(who, matching="May we show")
    assert WORDS in letter["text"]
    return next(str(link) for link in letter["links"] if "/testimonials/" in link)


@pytest.mark.promise("P24", "A39", "A40")
@pytest.mark.parametrize("script", [True, False])
def test_by_keyboard_from_the_letter_to_the_page_and_off_it(site: Site, chrome: Any, script: bool) -> None:
    who = f"farid-{'with' if script else 'without'}@kopi.example"
    id = site.do("ask_for_a_testimonial", who, WORDS)
    window = chrome.new_context(viewport=DESK, java_script_enabled=script)
    page, anybody = window.new_page(), chrome.new_page(viewport=PHONE)
    link = link_in(site, who)

    page.goto(link)
    assert WORDS in page.inner_text("main") and "On our front page" in page.inner_text("main")
    tab_to(page, "Yes, show exactly this")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("did=yes"))
    assert "not on our site yet" in page.inner_text("main")
    anybody.goto(f"{site.url}/customers/")
    assert WORDS not in anybody.content()

    site.do("publish_a_testimonial", id)
    for address in ("/customers/", "/"):
        anybody.goto(f"{site.url}{address}")
        assert WORDS in anybody.inner_text("main")

    page.goto(link)
    tab_to(page, "Take it back")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("did=withdraw"))
    assert "gone from every page" in page.inner_text("main")
    for address in ("/customers/", "/"):
        anybody.goto(f"{site.url}{address}")
        assert WORDS not in anybody.inner_text("main")
    anybody.go_back()
    assert WORDS not in anybody.inner_text("main"), "the browser kept it"
    assert WORDS in site.letter(who, matching="gone from our site")["text"]
    window.close()
    anybody.close()


@pytest.mark.promise("P24")
def test_other_words_by_keyboard(site: Site, desk: Visitor) -> None:
    id = site.do("ask_for_a_testimonial", "mei@kopi.example", WORDS)
    page = desk.page
    page.goto(link_in(site, "mei@kopi.example"))

    tab_to(page, "Yes, but in other words")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "text"
    page.keyboard.press("Control+a")
    page.keyboard.type("Nobody has to ask me twice any more.")
    tab_to(page, "Yes, show it like this")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("did=edit"))
    assert "Nobody has to ask me twice any more." in page.inner_text("main")

    site.do("publish_a_testimonial", id)
    page.goto("/customers/")
    assert "Nobody has to ask me twice any more." in page.inner_text("main") and WORDS not in page.inner_text("main")
    assert "version 2" in page.inner_text("main")
    assert desk.axe() == []
    site.do("drop_a_testimonial", id)
