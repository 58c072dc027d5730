"""Orders of a court, in two browsers and with the keyboard alone: written down, kept by two, handed over by two."""

import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import DESK, Site, Visitor, open_window, wait_until

WHY, USED = "The order says so on page two", "a mouse was used"
AN_ID = "[0-9a-f-]{36}"


@dataclass
class Hands:
    """One of us at a keyboard: whatever is pressed was reached without a mouse."""

    window: Visitor

    @property
    def page(self) -> Any:
        return self.window.page

    def go(self, address: str) -> None:
        self.page.goto(address)

    def press(self, role: str, name: str) -> None:
        """Go to a button or link and press Enter on it."""
        self.page.get_by_role(role, name=name, exact=True).first.focus()
        self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        self.page.locator(f"[name={name}]").focus()
        self.page.keyboard.type(text)

    def act(self, name: str, back: str, **more: str) -> None:
        """Choose what to do, say why, and do it."""
        self.press("link", name)
        self.page.wait_for_url("**/acts/**")
        for field, text in {**more, "why": WHY}.items():
            self.write(field, text)
        self.press("button", name)
        self.page.wait_for_url(back)

    def reads(self, text: str) -> bool:
        return text in self.page.inner_text("main")


@dataclass
class Office:
    sofia: Hands
    tom: Hands
    world: dict[str, Any]


@pytest.fixture(scope="module")
def office(chrome: Any, site: Site) -> Iterator[Office]:
    """Two of us, signed in, each in a window of their own; two orders, and two contacts they are about."""
    world = site.do("two_for_an_order")
    windows = [open_window(chrome, site, DESK), open_window(chrome, site, DESK)]
    sofia, tom = (Hands(next(window)) for window in windows)
    for name, hands in (("sofia", sofia), ("tom", tom)):
        hands.window.sign_in(world[name])
        hands.page.add_init_script(f"addEventListener('pointerdown', () => console.error('{USED}'), true)")
    yield Office(sofia, tom, world)
    for window in windows:
        assert next(window, None) is None
    assert USED not in sofia.window.errors + tom.window.errors


def test_an_order_is_written_down_as_it_stands_on_the_paper(office: Office) -> None:
    sofia = office.sofia
    sofia.go("/staff/orders/new/")
    assert sofia.window.axe() == []
    for name, text in (("authority", "High Court of Malaya"), ("instrument", "Order WA 23"), ("scope", "All offers.")):
        sofia.write(name, text)
    sofia.write("reviewer", "Tom")
    sofia.press("button", "Keep it")

    sofia.page.wait_for_url(re.compile(rf"/staff/orders/{AN_ID}/$"))
    assert sofia.reads("Order WA 23") and sofia.reads("Tom Staff") and sofia.window.axe() == []


@pytest.mark.promise("P37", "A51")
def test_two_keep_a_record_and_two_let_it_go(site: Site, office: Office) -> None:
    sofia, tom, contact = office.sofia, office.tom, office.world["held"]
    matter = f"{site.url}/staff/orders/{office.world['keeping']}/"

    # Sofia asks that one contact is kept. Alone she cannot confirm it; Tom can.
    sofia.go(matter)
    sofia.press("link", "Keep something")
    sofia.page.wait_for_url("**/holds/new/")
    for name, text in (("slug", "atap-suria"), ("records", f"contacts.Contact {contact}"), ("why", WHY)):
        sofia.write(name, text)
    sofia.press("button", "Keep it")
    sofia.page.wait_for_url(matter)
    sofia.press("link", "Confirm it")
    sofia.page.wait_for_url("**/acts/begin/")
    assert sofia.window.axe() == []
    sofia.write("why", WHY)
    sofia.press("button", "Confirm it")
    sofia.page.get_by_text("Somebody else has to confirm it").wait_for()
    tom.go(matter)
    tom.act("Confirm it", matter)
    assert tom.reads("In force")

    # The contact is erased, and kept. Two let it go, and it goes by itself.
    assert site.do("contacts_left", "atap-suria", [contact]) == [contact]
    tom.act("Ask for its release", matter)
    sofia.go(matter)
    sofia.act("Release it", matter)
    wait_until(sofia.page, lambda: site.do("kept_in_the_vault", [contact]) == 0)


@pytest.mark.promise("P37", "A55")
def test_two_hand_over_one_field_of_one_record_and_the_owner_is_told(
    site: Site, office: Office, desk: Visitor, tmp_path: Path
) -> None:
    sofia, tom, contact = office.sofia, office.tom, office.world["named"]

    # Sofia chooses one field of one contact.
    sofia.go(f"/staff/orders/{office.world['handing']}/")
    sofia.press("link", "Hand something over")
    sofia.page.wait_for_url("**/disclosures/new/")
    sofia.write("slug", "atap-suria")
    sofia.write("why", WHY)
    sofia.press("button", "Keep it")
    sofia.page.wait_for_url(re.compile(rf"/staff/disclosures/{AN_ID}/$"))
    disclosure = sofia.page.url
    assert sofia.window.axe() == []
    sofia.page.locator("select[name=kind]").focus()
    sofia.page.keyboard.type("contacts.Contact (")
    sofia.press("button", "Choose fields")
    sofia.page.wait_for_url("**/items/new/**")
    assert "kind=contacts.Contact" in sofia.page.url and sofia.window.axe() == []
    sofia.page.locator("[name=fields_][value=name]").focus()
    sofia.page.keyboard.press("Space")
    sofia.write("ids", contact)
    sofia.press("button", "Keep it")
    sofia.page.wait_for_url(disclosure)
    sofia.act("That is all of it", disclosure)

    # Tom approves it, and takes the package away, once.
    tom.go(disclosure)
    tom.act("Approve it", disclosure)
    take = tom.page.get_by_role("button", name="Take the package away, once")
    wait_until(tom.page, lambda: tom.go(disclosure) is None and take.count() == 1)
    assert tom.window.axe() == []
    with tom.page.expect_download() as coming:
        tom.press("button", "Take the package away, once")
    coming.value.save_as(tmp_path / "package.zip")
    tom.go(disclosure)
    assert take.count() == 0
    tom.act("Handed over", disclosure, to="Inspector Lim", how="in person")
    assert tom.reads("Inspector Lim")

    # A stranger opens it and checks it.
    with zipfile.ZipFile(tmp_path / "package.zip") as package:
        package.extractall(tmp_path)
    subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True)
    rows = json.loads((tmp_path / "data/01-contacts.Contact.json").read_text())["rows"]
    assert rows == [{"name": "Encik Rahman"}]

    # Anna is told, by letter and on her page; everybody reads a number.
    letter = site.letter("anna@atap-suria.example", matching="We had to hand over")
    assert "contacts.Contact: name" in letter["text"]
    desk.sign_in(office.world["anna"])
    desk.page.goto("/my/databases/atap-suria/orders/")
    assert "Order BT 7" in desk.page.inner_text("main") and desk.axe() == []
    desk.page.goto("/privacy/transparency/")
    assert re.search(r"Regulator or tax office\s+1\s+0\s+1\s+0\s+1", desk.page.inner_text("main")) and desk.axe() == []
