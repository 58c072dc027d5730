"""The editor of letters to many in a real browser: by keyboard, with and without script, and by hand."""

from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, Site, Visitor, hold, wait_until
from tests.letters.bulletins.some import a_picture


@pytest.fixture
def world(site: Site) -> dict[str, str]:
    found: dict[str, str] = site.do("campaign_desk", "November")
    return found


def kinds(page: Any) -> list[str]:
    """The blocks in the editor, from above."""
    found: list[str] = page.locator("[data-rows] .block-row__kind").all_inner_texts()
    return [one.strip() for one in found]


def press(page: Any, name: str) -> None:
    """Reach a button by its name and press it by key, as somebody without a mouse."""
    button = page.get_by_role("button", name=name, exact=True).first
    button.focus()
    page.keyboard.press("Enter")


def send(page: Any, name: str, place: int = 0) -> None:
    """The same where each press is a page of its own."""
    page.get_by_role("button", name=name, exact=True).nth(place).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_by_keyboard_a_letter_is_written_ordered_undone_and_kept(
    site: Site, world: dict[str, str], desk: Visitor
) -> None:
    desk.sign_in(world["session"])
    page = desk.page
    page.goto(f"{world['url']}letter/")
    press(page, "Add a heading")
    page.keyboard.type("New this month")
    press(page, "Add a paragraph")
    page.keyboard.type("Drag a **card**. [See how](https://docs.example/how/)")
    press(page, "Add a line")
    assert kinds(page) == ["Heading", "Paragraph", "Line"]

    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert kinds(page) == ["Line", "Heading", "Paragraph"]
    wait_until(page, lambda: "Line: place 1 of 3" in page.locator("#say").inner_text())
    page.get_by_label("Words", exact=True).focus()
    page.keyboard.press("Alt+ArrowUp")
    assert kinds(page) == ["Line", "Paragraph", "Heading"]
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"

    press(page, "Remove")
    assert kinds(page) == ["Paragraph", "Heading"]
    page.keyboard.press("Enter")
    assert kinds(page) == ["Line", "Paragraph", "Heading"]

    frame = page.frame_locator("iframe")
    frame.get_by_text("New this month").first.wait_for()
    assert frame.locator("strong").first.inner_text() == "card"
    wait_until(page, lambda: "Kept." in page.locator("[data-kept-at]").inner_text())
    assert [block["kind"] for block in site.do("body_of", world["id"])] == ["divider", "text", "heading"]
    assert desk.axe() == [] and desk.errors == []


def test_without_script_every_button_works_and_nothing_typed_is_lost(
    site: Site, world: dict[str, str], chrome: Any
) -> None:
    window = chrome.new_context(viewport=PHONE, java_script_enabled=False, base_url=site.url)
    window.add_cookies([{"name": "pv_session", "value": world["session"], "url": site.url}])
    page = window.new_page()
    page.goto(f"{world['url']}letter/")
    send(page, "Add a heading")
    page.keyboard.type("New this month")
    send(page, "Add a button")
    page.keyboard.type("Try it")
    page.keyboard.press("Tab")
    page.keyboard.type("plain.example")
    send(page, "Up", 1)
    assert kinds(page) == ["Button", "Heading"]
    assert page.evaluate("document.activeElement.value").startswith("up:")
    send(page, "Remove")
    assert kinds(page) == ["Heading"]
    send(page, "Take it back")
    assert kinds(page) == ["Button", "Heading"]

    send(page, "Save")
    assert "cannot be followed from a letter" in page.inner_text("main")
    page.get_by_label("Leads to").fill("https://docs.example/try/")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.url.endswith(world["url"])
    assert [block["words"] for block in site.do("body_of", world["id"])] == ["Try it", "New this month"]
    window.close()


def test_by_hand_a_block_is_dragged_and_a_picture_is_shown_at_once(
    site: Site, world: dict[str, str], desk: Visitor
) -> None:
    desk.sign_in(world["session"])
    page = desk.page
    page.goto(f"{world['url']}letter/")
    page.get_by_role("button", name="Add a picture").click()
    page.get_by_role("button", name="Add a heading").click()
    page.get_by_label("Heading", exact=True).fill("Above the picture")
    page.set_input_files("input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": a_picture()})
    page.get_by_label("In words").fill("An orange field")
    picture = page.locator("[data-picture]")
    wait_until(page, lambda: bool(picture.is_visible() and picture.evaluate("one => one.naturalWidth") == 40))

    grip, first = page.locator("[data-grip]").nth(1).bounding_box(), page.locator("[data-row]").first.bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, first["y"] + 4, steps=6)
    page.mouse.up()

    assert kinds(page) == ["Heading", "Picture"]
    letter = page.frame_locator("iframe")
    letter.get_by_alt_text("An orange field").wait_for()
    assert letter.get_by_alt_text("An orange field").evaluate("one => one.naturalWidth") == 40
    assert desk.errors == []


def test_a_quick_hand_that_saves_while_it_is_being_kept_is_nobody_else(
    site: Site, world: dict[str, str], desk: Visitor
) -> None:
    desk.sign_in(world["session"])
    page = desk.page
    page.goto(f"{world['url']}letter/")
    page.get_by_role("button", name="Add a heading").click()
    held = hold(page, "/letter/", method="POST")
    page.get_by_label("Heading", exact=True).fill("In a hurry")
    held.wait_for(1)
    page.get_by_role("button", name="Save", exact=True).click()
    held.let_go()
    held.wait_for(1)
    held.let_go()
    page.wait_for_url(f"**{world['url']}")

    assert [block["words"] for block in site.do("body_of", world["id"])] == ["In a hurry"]


def test_the_letter_stands_beside_on_a_desk_and_below_on_a_phone(
    site: Site, world: dict[str, str], chrome: Any
) -> None:
    for size, beside in ((DESK, True), (PHONE, False)):
        window = chrome.new_context(viewport=size, base_url=site.url)
        window.add_cookies([{"name": "pv_session", "value": world["session"], "url": site.url}])
        page = window.new_page()
        page.goto(f"{world['url']}letter/")
        page.get_by_role("button", name="Add a paragraph").click()
        desk, look = page.locator(".blocks__desk").bounding_box(), page.locator(".blocks__look").bounding_box()
        assert (look["x"] >= desk["x"] + desk["width"]) is beside
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        window.close()
