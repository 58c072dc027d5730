"""A photo on a card, in a real browser: added on a phone, had back without its place, removed by keyboard."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Site, Visitor, still, until
from tests.kit.papers import pdf, saying
from tests.kit.test_uploads import noted, photo

PAPER = pdf(saying("An offer for the roof"))
ASKED = """
for (const name of ["query"]) {
  const ask = navigator.permissions[name].bind(navigator.permissions)
  navigator.permissions[name] = (...what) => { window.asked = (window.asked ?? 0) + 1; return ask(...what) }
}
navigator.mediaDevices && (navigator.mediaDevices.getUserMedia = () => { window.asked = (window.asked ?? 0) + 1; return Promise.reject() })
"""


DROPS = """() => {
  const data = new DataTransfer()
  data.items.add(new File(["The roof is 12 m wide."], "dropped.txt", { type: "text/plain" }))
  const section = document.querySelector(".sheet .files")
  for (const type of ["dragover", "drop"]) section.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }))
}"""
PICTURES = os.environ.get("PIVOTINO_PICTURES", "")


@pytest.fixture
def snap(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_7.jpg"
    path.write_bytes(photo(size=(900, 600), exif=noted()))
    return path


def a_card(visitor: Visitor, site: Site) -> str:
    visitor.sign_in(site.do("cast_of_two")["anna"]["session"])
    made = site.do("fresh_board", [{"title": "Solar for the clinic", "next": ["call", 0]}])
    return f"/@atap-suria/opportunities/{made['Solar for the clinic']}/"


def overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.promise("P09", "A45", "A67")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_photo_taken_on_a_phone_comes_back_without_its_place(
    phone: Visitor, site: Site, snap: Path, theme: str
) -> None:
    page, card = phone.page, a_card(phone, site)
    page.add_init_script(ASKED)
    page.emulate_media(color_scheme=theme)
    answer = page.goto(card)
    refused = answer.headers["permissions-policy"]
    assert all(f"{what}=()" in refused for what in ("camera", "microphone", "geolocation"))

    camera = page.locator("input[type=file][capture]")
    assert camera.get_attribute("capture") == "environment" and page.get_by_text("Take a photo").is_visible()
    camera.set_input_files(snap)
    page.locator(".files__name", has_text="IMG_7.jpg").wait_for()
    until(page, "() => document.querySelector('.files__picture img')?.naturalWidth > 0")

    with page.expect_download() as coming:
        page.get_by_role("link", name="IMG_7.jpg").click()
    got = Path(coming.value.path()).read_bytes()

    assert b"Aminah" in snap.read_bytes() and b"Aminah" not in got and b"Exif" not in got
    assert coming.value.suggested_filename == "IMG_7.jpg"
    assert page.evaluate("window.asked ?? 0") == 0
    assert overflow(page) == 0 and phone.axe() == []
    assert phone.errors == []


@pytest.mark.promise("P09")
def test_the_sheet_over_the_board_takes_files_too(desk: Visitor, site: Site, tmp_path: Path) -> None:
    page = desk.page
    a_card(desk, site)
    (tmp_path / "offer.pdf").write_bytes(PAPER)
    page.goto("/@atap-suria/board/")

    page.get_by_role("link", name="Solar for the clinic").first.click()
    page.locator(".sheet input[type=file]").first.set_input_files(tmp_path / "offer.pdf")

    page.locator(".sheet .files__name", has_text="offer.pdf").wait_for()
    assert desk.errors == []


@pytest.mark.promise("P09", "A67")
@pytest.mark.parametrize("where", ["today/", "activities/"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_sheet_over_today_and_activities_takes_files_too(
    request: pytest.FixtureRequest, site: Site, snap: Path, tmp_path: Path, size: str, where: str
) -> None:
    visitor: Visitor = request.getfixturevalue(size)
    page = visitor.page
    a_card(visitor, site)
    (tmp_path / "offer.pdf").write_bytes(PAPER)
    page.add_init_script(ASKED)
    answer = page.goto(f"/@atap-suria/{where}")
    assert "camera=()" in answer.headers["permissions-policy"]
    page.get_by_role("link", name="Solar for the clinic").first.click()

    page.locator(".sheet input[type=file]:not([capture])").set_input_files(tmp_path / "offer.pdf")
    page.locator(".sheet a.files__name", has_text="offer.pdf").wait_for()
    page.locator(".sheet input[type=file][capture]").set_input_files(snap)
    page.locator(".sheet a.files__name", has_text="IMG_7.jpg").wait_for()
    page.evaluate(DROPS)
    page.locator(".sheet a.files__name", has_text="dropped.txt").wait_for()
    if PICTURES:
        page.locator(".sheet .files").first.scroll_into_view_if_needed()
        page.screenshot(path=f"{PICTURES}/files-{where.strip('/')}-{size}.png")

    page.get_by_role("button", name="Remove dropped.txt").click()
    page.locator(".sheet a.files__name", has_text="dropped.txt").wait_for(state="detached")
    assert page.locator(".sheet a.files__name", has_text="offer.pdf").is_visible()
    assert page.evaluate("window.asked ?? 0") == 0
    assert visitor.axe() == [] and overflow(page) == 0 and visitor.errors == []


def test_by_keyboard_a_file_is_added_removed_and_brought_back(desk: Visitor, site: Site, tmp_path: Path) -> None:
    page = desk.page
    page.on("filechooser", lambda _: None)  # the browser tells of it from now on, and not a moment after the key
    page.goto(a_card(desk, site))
    (tmp_path / "offer.pdf").write_bytes(PAPER)
    chooser = page.locator("input[type=file]:not([capture])")
    chooser.focus()
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Enter")
    asked.value.set_files(tmp_path / "offer.pdf")
    name = page.locator(".files__name", has_text="offer.pdf")
    name.wait_for()

    page.get_by_role("button", name="Remove offer.pdf").focus()
    page.keyboard.press("Enter")
    name.wait_for(state="detached")
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    name.wait_for()

    assert desk.axe() == [] and desk.errors == []


def test_while_a_photo_is_chosen_its_place_is_not_drawn_anew(desk: Visitor, site: Site, snap: Path) -> None:
    page = desk.page
    page.on("filechooser", lambda _: None)  # as above
    page.goto(a_card(desk, site))
    page.locator("input[type=file]:not([capture])").focus()
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Enter")
    with page.expect_response(lambda answer: "/opportunities/" in answer.url):
        page.evaluate("document.dispatchEvent(new CustomEvent('pv:filed'))")
    still(page)
    assert page.locator("input[data-choosing]").count() == 1

    asked.value.set_files(snap)
    page.locator("a.files__name", has_text="IMG_7.jpg").wait_for()
    assert page.locator("input[data-choosing]").count() == 0
    assert desk.errors == []


def test_what_is_not_kept_says_why_and_a_lost_connection_loses_nothing(
    desk: Visitor, site: Site, tmp_path: Path
) -> None:
    page = desk.page
    page.goto(a_card(desk, site))
    (tmp_path / "holiday.jpg").write_bytes(b"MZ\x90\0" + b"\0" * 64)
    (tmp_path / "offer.pdf").write_bytes(PAPER)
    chooser = page.locator("input[type=file]:not([capture])")

    chooser.set_input_files(tmp_path / "holiday.jpg")
    why = page.locator(".files__why", has_text="This is a program, whatever its name says.")
    why.wait_for()
    page.get_by_role("button", name="Take off holiday.jpg").click()
    why.wait_for(state="detached")

    page.context.set_offline(True)
    chooser.set_input_files(tmp_path / "offer.pdf")
    page.locator(".files__why", has_text="Waits for a connection.").wait_for()
    page.context.set_offline(False)
    page.locator("a.files__name", has_text="offer.pdf").wait_for()
    assert page.locator(".files__going").count() == 0
