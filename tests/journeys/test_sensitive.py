"""Scenario 26: what must not be kept is typed, pasted and uploaded by keyboard, and nothing of it is anywhere afterwards."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, Site, Visitor, still, wait_until

CARD, GROWN, CLOCK = "4539 1488 0343 6467", "880101-14-5566", "4556 7375 8689 9855"
BOARD, SETTINGS = "/@atap-suria/board/", "/@atap-suria/settings/sensitive/"
NAMES = {"anna": "Nurul Anna", "bruno": "Bruno Sales"}
PICTURES = os.environ.get("PIVOTINO_PICTURES", "")


def open_card(visitor: Visitor, site: Site, who: str = "anna") -> Any:
    key = site.do("cast_of_two")[who]["session"]
    site.do("fresh_board", [{"title": "Roof for Klinik Harmoni", "owner": NAMES[who]}])
    visitor.sign_in(key)
    page = visitor.page
    page.on("dialog", lambda leaving: leaving.accept())  # what was typed and refused is left behind
    page.goto(BOARD)
    page.get_by_role("link", name="Roof for Klinik Harmoni").first.click()
    page.locator("#note-body").wait_for()
    return page


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def kept(site: Site) -> list[str]:
    """The files below the folder of this site in which a number stands."""
    files = [path for path in Path(site.environment["PIVOTINO_VAR"]).rglob("*") if path.is_file()]
    return [
        path.name
        for path in files
        if CARD.encode() in (held := path.read_bytes()) or CARD.replace(" ", "").encode() in held
    ]


@pytest.mark.promise("P53", "P54", "A43")
def test_a_card_gets_in_nowhere(desk: Visitor, site: Site, tmp_path: Path) -> None:
    page = open_card(desk, site)
    page.locator("#note-body").fill(f"They pay with {CARD}, cvv 737")
    page.keyboard.press("Control+Enter")
    refused = page.get_by_text("This looks like a card number (•••• 6467)").first
    refused.wait_for()
    picture(page, "note")
    assert desk.axe() == []

    page.goto(BOARD)
    page.keyboard.press("n")
    page.keyboard.type(f"Roof {CARD}")
    page.keyboard.press("Enter")
    page.get_by_text("This looks like a card number (•••• 6467)").first.wait_for()
    picture(page, "quick")

    for name, text in ((f"list {CARD}.csv", "Opportunity\nRoof\n"), ("list.csv", f"Opportunity,Notes\nRoof,{CARD}\n")):
        (tmp_path / name).write_text(text)
        page.goto("/@atap-suria/import/")
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        page.get_by_role("button", name="Read the file").press("Enter")
        page.get_by_text("looks like a card number (•••• 6467)").first.wait_for()
        picture(page, name.split()[0].partition(".")[0] + "-file")
        assert desk.axe() == []
    assert page.get_by_text("Take the number out and choose the file again.").count()
    assert kept(site) == []


@pytest.mark.promise("P15")
def test_an_identity_number_is_asked_about_and_a_press_keeps_it(desk: Visitor, site: Site) -> None:
    page = open_card(desk, site, "bruno")
    note = page.locator("#note-body")
    note.fill(f"Signed by {GROWN}")
    page.keyboard.press("Control+Enter")
    question = page.locator(".field__ask", has_text="the number of an identity card (•••• 5566)")
    question.wait_for()
    still(page)
    picture(page, "question")
    assert desk.axe() == []
    assert page.locator("#keep[open]").count() == 0 and page.evaluate("document.activeElement.id") == "note-body"
    assert note.input_value() == f"Signed by {GROWN}", "what was typed is still there"
    page.keyboard.type(", fine")
    question.wait_for(state="detached")

    note.press("Control+Enter")
    question.wait_for()
    note.press("Control+Enter")
    page.locator("#o-timeline", has_text=f"Signed by {GROWN}, fine").wait_for()
    question.wait_for(state="detached")

    page.goto(BOARD)
    page.keyboard.press("n")
    page.keyboard.type(f"Shed of {GROWN}")
    page.keyboard.press("Enter")
    page.locator(".quick__error", has_text="Enter keeps it.").wait_for()
    picture(page, "question-quick")
    assert page.locator(".quick__input").input_value() == f"Shed of {GROWN}"
    page.keyboard.press("Enter")
    page.get_by_role("link", name=f"Shed of {GROWN}").first.wait_for()


def test_a_name_that_is_asked_about_is_kept_by_the_button_beside_it(phone: Visitor, site: Site) -> None:
    phone.sign_in(site.do("cast_of_two")["bruno"]["session"])
    page = phone.page
    page.goto("/@atap-suria/people/new/?kind=company")
    page.get_by_label("Name", exact=True).fill(f"Rumah {GROWN}")
    page.get_by_role("button", name="Add contact").click()
    page.get_by_role("button", name="Keep it").wait_for()
    picture(page, "question-phone")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("heading", name=f"Rumah {GROWN}").first.wait_for()


def test_without_a_script_the_question_is_a_page(chrome: Any, site: Site) -> None:
    context = chrome.new_context(viewport=PHONE, base_url=site.url, java_script_enabled=False)
    try:
        page = context.new_page()
        key = site.do("cast_of_two")["bruno"]["session"]
        context.add_cookies([{"name": "pv_session", "value": key, "url": site.url}])
        page.goto("/@atap-suria/people/new/?kind=company")
        page.get_by_label("Name", exact=True).fill(f"Rumah {GROWN}")
        page.get_by_role("button", name="Add contact").click()
        page.get_by_role("heading", name="Keep this?").wait_for()
        picture(page, "question-without-script")
        assert page.get_by_label("Name", exact=True).input_value() == f"Rumah {GROWN}"
        page.get_by_role("button", name="Keep it").click()
        page.get_by_role("heading", name=f"Rumah {GROWN}").first.wait_for()
    finally:
        context.close()


def test_an_owner_is_stricter_and_looks_at_what_was_kept_before(desk: Visitor, site: Site, phone: Visitor) -> None:
    page = open_card(desk, site)
    page.locator("#note-body").fill(f"Serial {CLOCK}")
    page.keyboard.press("Control+Enter")
    page.get_by_text("This looks like a card number (•••• 9855)").first.wait_for()
    page.goto(SETTINGS)
    page.get_by_role("group", name="Words about health").get_by_label("Refuse").check()
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("Saved", exact=True).first.wait_for()
    page.get_by_role("button", name="Not a card: •••• 9855").first.click()
    page.get_by_role("heading", name="Let in").wait_for()
    assert page.get_by_role("group", name="Words about health").get_by_label("Refuse").is_checked()
    page.get_by_role("button", name="Look through everything").press("Enter")
    wait_until(page, lambda: page.get_by_role("button", name="Look again").count() == 1, seconds=30)
    for visitor, size in ((desk, DESK), (phone, PHONE)):
        visitor.sign_in(site.do("cast_of_two")["anna"]["session"])
        for theme in ("light", "dark"):
            visitor.page.emulate_media(color_scheme=theme)
            visitor.page.goto(SETTINGS)
            assert visitor.axe() == []
            assert visitor.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            picture(visitor.page, f"settings-{size['width']}-{theme}")
    assert desk.errors == [error for error in desk.errors if "422" in error]
