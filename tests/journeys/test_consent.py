"""What one agrees to and what one gets, in a real browser by keyboard, with and without a script."""

import re
import time
from collections.abc import Iterator
from functools import reduce
from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, Site, Visitor, open_window
from tests.journeys.test_cookies import FIREFOX

ASKS = "#consent-asks"


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def somebody(request: pytest.FixtureRequest, chrome: Any, site: Site) -> Iterator[Visitor]:
    """A window with a script and one without."""
    yield from open_window(chrome, site, DESK, user_agent=FIREFOX, java_script_enabled=request.param)


def focus(page: Any, words: str, *, most: int = 60) -> int:
    """Press Tab until the button, link or tick of these words has the focus; how many presses it took."""
    kinds = ("button", "link", "checkbox", "textbox")
    first, *rest = (page.get_by_role(kind, name=words, exact=True) for kind in kinds)
    target = reduce(lambda one, other: one.or_(other), rest, first)
    for pressed in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.locator(":focus").and_(target).count():
            ring = page.locator(":focus").evaluate(
                "one => getComputedStyle(one).outlineStyle + getComputedStyle(one).boxShadow"
            )
            assert ring != "nonenone", f"nobody sees that {words} has the focus"
            return pressed
    raise AssertionError(f"Tab never came to {words}")


def press(page: Any, words: str) -> None:
    """Come to a button or a link by Tab and press Enter; the page that follows is there."""
    focus(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tick(page: Any, words: str) -> None:
    focus(page, words)
    page.keyboard.press("Space")


def cookies(visitor: Visitor) -> list[str]:
    return sorted(cookie["name"] for cookie in visitor.page.context.cookies())


@pytest.mark.promise("A11", "P42")
def test_refusing_takes_no_more_steps_than_accepting_and_nothing_holds_the_keyboard(somebody: Visitor) -> None:
    page = somebody.page
    steps = {}
    for answer in ("Refuse", "Accept"):
        page.goto("/prices/")
        steps[answer] = focus(page, answer)
        page.keyboard.press("Escape")
        assert (page.locator(ASKS).count(), cookies(somebody)) == (1, [])
    assert steps["Refuse"] <= steps["Accept"] <= 3
    focus(page, "Log in")
    page.keyboard.press("Shift+Tab")
    assert page.locator(":focus").count() == 1
    assert (page.locator(ASKS).count(), cookies(somebody)) == (1, [])


@pytest.mark.promise("A7", "A12", "P07", "P42")
def test_a_visit_is_seen_deleted_and_the_yes_taken_back(somebody: Visitor) -> None:
    page = somebody.page
    page.goto("/prices/")
    press(page, "Accept")
    assert page.locator(ASKS).count() == 0
    page.goto("/our-story/")
    assert cookies(somebody) == ["pv_consent", "pv_visit"]

    page.goto("/you/")
    assert "Firefox" in page.inner_text("main")
    assert "/our-story/" in page.inner_text("main")
    press(page, "Delete this visit")
    assert "Your visit is deleted. There is no row about you." in page.inner_text("main")
    assert cookies(somebody) == ["pv_consent"]

    page.goto("/our-story/")
    page.goto("/you/")
    assert page.get_by_role("button", name="Delete this visit").count() == 1
    press(page, "Take the yes back")
    press(page, "Refuse")
    page.goto("/you/")
    assert "There is no row about you" in page.inner_text("main")
    assert cookies(somebody) == ["pv_consent"]


@pytest.mark.promise("P42")
def test_exactly_what_is_ticked_counts_and_the_receipt_says_so(somebody: Visitor) -> None:
    page = somebody.page
    page.goto("/prices/")
    press(page, "Choose")
    tick(page, "Personalisation")
    press(page, "Keep what is ticked")
    receipt = page.inner_text(".receipt")

    page.get_by_role("link", name=receipt).click()
    page.locator(".cookie").nth(2).wait_for()

    rows = {row.split("\n")[0]: row.split("\n")[-1] for row in page.locator(".cookie").all_inner_texts()[:3]}
    assert rows == {"Statistics": "no", "Personalisation": "yes", "Marketing": "no"}
    page.goto("/our-story/")
    assert cookies(somebody) == ["pv_consent"]


@pytest.mark.promise("A8", "P42")
@pytest.mark.parametrize("script", [True, False])
def test_a_browser_that_refuses_by_itself_is_believed(chrome: Any, site: Site, script: bool) -> None:
    headers = {"Sec-GPC": "1"}
    for visitor in open_window(chrome, site, PHONE, extra_http_headers=headers, java_script_enabled=script):
        page = visitor.page
        page.goto("/")
        assert "personalisation and marketing are already refused" in page.inner_text(".consent")
        press(page, "Accept")
        page.goto("/cookies/")
        state = {name: (page.get_by_role("checkbox", name=name).is_checked(), page.get_by_role("checkbox", name=name).is_enabled())
                 for name in ("Statistics", "Personalisation", "Marketing")}  # fmt: skip
        assert state == {"Statistics": (True, True), "Personalisation": (False, False), "Marketing": (False, False)}


@pytest.mark.promise("A9")
def test_new_words_are_asked_about_once_and_the_old_receipt_still_proves(somebody: Visitor) -> None:
    page, site = somebody.page, somebody.site
    given = site.do("choice_about_older_words")
    page.context.add_cookies([{"name": "pv_consent", "value": given["cookie"], "url": site.url}])

    page.goto("/prices/")
    assert page.locator(ASKS).count() == 1
    page.goto("/cookies/")
    assert "We ask anew, because the words changed" in page.inner_text("main")
    assert page.locator(f"main a[href*='{given['receipt']}']").count() == 1
    press(page, "Refuse")
    page.goto("/prices/")

    assert page.locator(ASKS).count() == 0
    page.goto(f"/cookies/receipts/{given['receipt']}/")
    assert "Version 2026-01-01" in page.inner_text("main")
    assert re.search(r"Statistics\s+yes", page.inner_text("main"))


@pytest.mark.promise("P47", "A28")
def test_letters_are_stopped_chosen_and_taken_back(somebody: Visitor) -> None:
    page, site = somebody.page, somebody.site
    address = site.do("letter_of_marketing", "wei@kopi.example")
    page.goto(address)
    assert site.do("stopped_for", "wei@kopi.example") == []

    press(page, "Stop letters like this one")
    assert "It holds at once." in page.inner_text("main")
    assert site.do("stopped_for", "wei@kopi.example") == ["topic tips"]
    press(page, "Take it back")
    assert site.do("stopped_for", "wei@kopi.example") == []

    press(page, "What we may write to you")
    tick(page, "Offers")
    press(page, "Save")
    assert site.do("stopped_for", "wei@kopi.example") == ["topic promotions"]
    press(page, "What we may write to you")
    assert not page.get_by_role("checkbox", name="Offers").is_checked()
    press(page, "Stop all marketing")
    assert site.do("stopped_for", "wei@kopi.example") == ["marketing", "topic promotions"]
    press(page, "Take it back")
    assert site.do("stopped_for", "wei@kopi.example") == []
    assert cookies(somebody) == []


@pytest.mark.promise("P49")
def test_somebody_reads_all_we_wrote_to_them(somebody: Visitor) -> None:
    page, site = somebody.page, somebody.site
    email = f"siti-{time.time_ns()}@kopi.example"
    page.goto("/letters/")
    focus(page, "Your address")
    page.keyboard.type(email)
    page.keyboard.press("Enter")
    page.get_by_text("If this is your address").wait_for()

    letter = site.letter(email, matching="wrote to you")
    link = next(href for href in letter["links"] if "/letters/" in href)
    page.goto(link.removeprefix(site.url))

    assert email in page.inner_text("main")
    assert "You, or somebody with this address, asked for something and waited for this letter." in page.inner_text(
        "main"
    )
