"""An order of a court, in two browsers and with the keyboard alone: kept by two, handed over by two, told to the owner."""

import json
import re
import zipfile
from typing import Any

import pytest

from tests.journeys.conftest import DESK, Site, Visitor, wait_until

WHY = "The order says so on page two"


def press(page: Any, role: str, name: str) -> None:
    """Go to a button or link and press Enter on it."""
    place = page.get_by_role(role, name=name, exact=True).first
    place.focus()
    page.keyboard.press("Enter")


def write(page: Any, name: str, text: str) -> None:
    page.locator(f"[name={name}]").focus()
    page.keyboard.type(text)


def because(page: Any, button: str, back: str) -> None:
    """Say why, and do it."""
    page.wait_for_url("**/acts/**")
    write(page, "why", WHY)
    press(page, "button", button)
    page.wait_for_url(back)


@pytest.mark.promise("P37", "A51", "A55")
def test_an_order_is_kept_and_obeyed_by_two(site: Site, desk: Visitor, chrome: Any, tmp_path: Any) -> None:
    world = site.do("two_for_an_order")
    window = chrome.new_context(viewport=DESK, base_url=site.url, accept_downloads=True)
    sofia, tom = desk.page, window.new_page()
    desk.sign_in(world["sofia"])
    window.add_cookies([{"name": "pv_session", "value": world["tom"], "url": site.url}])
    for page in (sofia, tom):
        page.add_init_script("addEventListener('pointerdown', () => { window.mouseWasUsed = true }, true)")
    second = Visitor(tom, site, [], [])

    # Sofia writes the order down.
    sofia.goto("/staff/orders/new/")
    assert desk.axe() == []
    write(sofia, "authority", "High Court of Malaya")
    write(sofia, "instrument", "Order WA 23")
    write(sofia, "scope", "What was offered to Encik Rahman.")
    sofia.locator("[name=reviewer]").focus()
    sofia.keyboard.type("Tom")
    press(sofia, "button", "Keep it")
    sofia.wait_for_url(re.compile(r"/staff/orders/[0-9a-f-]{36}/$"))
    matter = sofia.url
    assert desk.axe() == []

    # She asks that one contact is kept. Alone she cannot confirm it; Tom can.
    press(sofia, "link", "Keep something")
    sofia.wait_for_url("**/holds/new/")
    write(sofia, "slug", "atap-suria")
    write(sofia, "records", f"contacts.Contact {world['contact']}")
    write(sofia, "why", WHY)
    press(sofia, "button", "Keep it")
    sofia.wait_for_url(matter)
    press(sofia, "link", "Confirm it")
    sofia.wait_for_url("**/acts/begin/")
    assert desk.axe() == []
    write(sofia, "why", WHY)
    press(sofia, "button", "Confirm it")
    sofia.get_by_text("Somebody else has to confirm it").wait_for()
    tom.goto(matter)
    press(tom, "link", "Confirm it")
    because(tom, "Confirm it", matter)
    assert "In force" in tom.inner_text("main")

    # She chooses one field of that one contact.
    sofia.goto(matter)
    press(sofia, "link", "Hand something over")
    sofia.wait_for_url("**/disclosures/new/")
    write(sofia, "slug", "atap-suria")
    write(sofia, "why", WHY)
    press(sofia, "button", "Keep it")
    sofia.wait_for_url(re.compile(r"/staff/disclosures/[0-9a-f-]{36}/$"))
    disclosure = sofia.url
    assert desk.axe() == []
    sofia.locator("select[name=kind]").focus()
    sofia.keyboard.type("contacts.Contact (")
    press(sofia, "button", "Choose fields")
    sofia.wait_for_url("**/items/new/**")
    assert "kind=contacts.Contact" in sofia.url
    assert desk.axe() == []
    sofia.locator("[name=fields_][value=name]").focus()
    sofia.keyboard.press("Space")
    write(sofia, "ids", world["contact"])
    press(sofia, "button", "Keep it")
    sofia.wait_for_url(disclosure)
    press(sofia, "link", "That is all of it")
    because(sofia, "That is all of it", disclosure)

    # Tom approves it and takes the package away, once.
    tom.goto(disclosure)
    press(tom, "link", "Approve it")
    because(tom, "Approve it", disclosure)
    wait_until(
        tom,
        lambda: (
            tom.goto(disclosure) is not None
            and tom.get_by_role("button", name="Take the package away, once").count() == 1
        ),
    )
    assert second.axe() == []
    with tom.expect_download() as coming:
        press(tom, "button", "Take the package away, once")
    coming.value.save_as(tmp_path / "package.zip")
    with zipfile.ZipFile(tmp_path / "package.zip") as package:
        assert json.loads(package.read("data/01-contacts.Contact.json"))["rows"] == [{"name": "Encik Rahman"}]
    tom.goto(disclosure)
    assert tom.get_by_role("button", name="Take the package away, once").count() == 0
    press(tom, "link", "Handed over")
    tom.wait_for_url("**/acts/hand-over/")
    write(tom, "to", "Inspector Lim")
    write(tom, "how", "in person")
    because(tom, "Handed over", disclosure)
    assert "Inspector Lim" in tom.inner_text("main")

    # Anna is told, by letter and on her page; everybody reads a number.
    letter = site.letter("anna@atap-suria.example", matching="We had to hand over")
    assert "contacts.Contact: name" in letter["text"]
    anna = chrome.new_context(base_url=site.url)
    anna.add_cookies([{"name": "pv_session", "value": world["anna"], "url": site.url}])
    hers = anna.new_page()
    hers.goto("/my/databases/atap-suria/orders/")
    assert "Order WA 23" in hers.inner_text("main")
    assert Visitor(hers, site, [], []).axe() == []
    hers.goto("/privacy/transparency/")
    assert re.search(r"Court order\s+1\s+0\s+1\s+1\s+1", hers.inner_text("main"))
    assert Visitor(hers, site, [], []).axe() == []

    # The contact is erased, and kept; two let it go, and it goes by itself.
    assert site.do("contacts_left", "atap-suria", [world["contact"]]) == [world["contact"]]
    tom.goto(matter)
    press(tom, "link", "Ask for its release")
    because(tom, "Ask for its release", matter)
    sofia.goto(matter)
    press(sofia, "link", "Release it")
    because(sofia, "Release it", matter)
    wait_until(sofia, lambda: site.do("kept_in_the_vault", [world["contact"]]) == 0)
    for page in (sofia, tom):
        assert not page.evaluate("window.mouseWasUsed ?? false")
    anna.close()
    window.close()
