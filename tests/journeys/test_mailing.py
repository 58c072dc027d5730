"""A company writes to its contacts: set up, listed, written, sent by keyboard; and one of them wants no more, with and without script."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.instance.mailing.offices import Office, an_office
from tests.journeys.conftest import Site, Visitor, wait_until


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        yield office


def type_in(page: Any, label: str, words: str) -> None:
    """Come to a field by Tab, as somebody without a mouse does, and type."""
    field = page.get_by_label(label, exact=True)
    for _ in range(80):
        if field.evaluate("(one) => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"Tab never came to {label}")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(words)


def press(page: Any, name: str, *, key: str = "Enter") -> None:
    """Come to a button or link by Tab and press it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(
            "() => (document.activeElement.getAttribute('aria-label') || document.activeElement.textContent).trim()"
        ).startswith(name):
            page.keyboard.press(key)
            return
    raise AssertionError(f"Tab never came to {name}")


def test_a_company_writes_to_many_by_keyboard_and_one_wants_no_more(
    site: Site, desk: Visitor, chrome: Any, office: Office
) -> None:
    anna = site.do("cast_of_two")["anna"]
    page, home = desk.page, anna["url"]
    desk.sign_in(anna["session"])
    for name in ("Siti Mailing", "Ali Mailing"):
        page.goto(f"{home}people/new/?kind=person")
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("E-mail").fill(f"{name.split()[0].lower()}@kedai.example")
        page.keyboard.press("Control+S")
        page.wait_for_url("**/people/0*/")

    # Who writes: nothing can be done before.
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/mailing/")
    assert desk.axe() == []
    press(page, "Set up the sender")
    page.wait_for_url("**/mailing/sender/")
    type_in(page, "Name", "Atap Suria")
    type_in(page, "E-mail address", "news@atap-suria.example")
    type_in(page, "Postal address", "12 Jalan Satu\n30000 Ipoh")
    type_in(page, "Mail server", "127.0.0.1")
    type_in(page, "Port", str(office.port))
    page.keyboard.press("Tab")
    page.keyboard.type("None")
    page.keyboard.press("Control+S")
    page.get_by_text("Not proven yet.").wait_for()
    assert desk.axe() == []
    press(page, "Send the test letter")
    page.get_by_text("Proven:").wait_for()
    assert len(office.letters) == 1

    # To whom: a list picked by hand.
    page.goto(f"{home}mailing/lists/new/")
    type_in(page, "Name", "Shops in Ipoh")
    page.keyboard.press("Control+S")
    page.wait_for_url("**/mailing/lists/0*/")
    page.get_by_label("Search your contacts").focus()
    page.keyboard.type("Mailing")
    page.keyboard.press("Enter")
    page.get_by_text("Found for").wait_for()
    for box in page.get_by_role("checkbox", name=re.compile("kedai")).all():
        box.focus()
        page.keyboard.press("Space")
    press(page, "Put them on the list")
    page.get_by_text("2 people get it.").wait_for()
    assert desk.axe() == []
    page.goto(f"{home}mailing/lists/new/?of=conditions")
    assert desk.axe() == []

    # The letter.
    page.goto(f"{home}mailing/")
    page.keyboard.press("n")
    page.wait_for_url("**/edit/")
    type_in(page, "Subject", "Raya hours")
    page.get_by_label("Who gets it").focus()
    page.keyboard.type("Shops")
    press(page, "Add a paragraph")
    page.get_by_label("Words", exact=True).wait_for()
    page.keyboard.insert_text("We are closed on **Monday**. [The days](https://atap.example/days)")
    page.frame_locator("iframe").get_by_text("We are closed on").wait_for()
    assert desk.axe() == []
    page.keyboard.press("Control+S")
    page.get_by_text("Before it goes").wait_for()
    assert desk.axe() == []
    press(page, "Send it to 2 people")
    wait_until(page, lambda: len(office.letters) == 3, seconds=40)
    page.reload()
    page.get_by_text("What became of it").wait_for()
    assert desk.axe() == []

    # Siti, by the link in her letter, without script; Ali with, and takes it back.
    links = {mail["To"]: mail["List-Unsubscribe"].strip(" <>") for mail in office.letters}
    plain = chrome.new_context(java_script_enabled=False).new_page()
    plain.goto(links["siti@kedai.example"])
    assert "Pivotino" not in plain.inner_text("body")
    plain.get_by_role("button", name="Stop all mailings").focus()
    plain.keyboard.press("Enter")
    plain.get_by_role("heading", name="Stopped").wait_for()
    outside = chrome.new_context().new_page()
    outside.goto(links["ali@kedai.example"])
    press(outside, "Only letters like this one")
    outside.get_by_role("heading", name="Stopped").wait_for()
    press(outside, "Take it back")
    outside.get_by_role("heading", name="Taken back").wait_for()
    plain.context.close()
    outside.context.close()

    page.goto(f"{home}mailing/stops/")
    page.get_by_text("Siti Mailing").wait_for()
    assert page.get_by_text("Ali Mailing").count() == 0
    assert desk.axe() == []
    assert desk.errors == []
