"""A list comes in through the browser, and goes back: with scripts, without, and on a phone."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import DESK, Site, Visitor

DEALS = "id,deal,company,stage,amount,owner,closed\n" + "".join(
    f"B{number},Roof {number},Company {number % 9},{stage},{number * 10},{owner},{closed}\n"
    for number in range(1, 121)
    for stage, owner, closed in [
        ("Won", "Nurul Anna", "2025-03-04")
        if number % 3 == 0
        else ("Negotiation", "Petra New", "")
        if number % 3 == 1
        else ("Odd word", "", "")
    ]
)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "deals of last year.csv"
    path.write_text(DEALS)
    return path


def sign_in(visitor: Visitor, site: Site, who: str = "anna") -> Any:
    visitor.sign_in(site.do("cast_of_two")[who]["session"])
    return visitor.page


def bring(page: Any, sheet: Path) -> None:
    page.goto("/@atap-suria/import/")
    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("heading", name="Columns").wait_for()


def overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_list_comes_in_and_goes_back(desk: Visitor, site: Site, sheet: Path, theme: str) -> None:
    page = sign_in(desk, site)
    page.emulate_media(color_scheme=theme)
    page.goto("/@atap-suria/import/")
    assert desk.axe() == []
    bring(page, sheet)
    assert desk.axe() == []
    odd = page.get_by_label("Odd word")
    odd.select_option("New")
    page.locator("#first-rows").filter(has_not_text="not matched").wait_for()
    odd.select_option("")
    page.locator("#first-rows").get_by_text("not matched to a stage yet").first.wait_for()

    page.get_by_role("button", name="See what would change").click()
    page.get_by_text("80 rows are new").wait_for()
    assert desk.axe() == []
    page.get_by_role("link", name="Refused 40").click()
    page.get_by_text("is not matched to a stage yet").first.wait_for()
    assert page.get_by_text("is not matched to a stage yet").count() == 40
    with page.expect_download() as download:
        page.get_by_role("link", name="Refused rows as a file").click()
    assert download.value.suggested_filename == "deals-of-last-year-refused.csv"

    page.get_by_role("button", name="Take in 80 opportunities").click()
    page.get_by_text("80 opportunities came new").wait_for()
    assert desk.axe() == []
    assert page.get_by_role("row", name=re.compile("^Won 40 RM 24,600.00$")).count() == 1
    page.get_by_role("link", name="Take all of it back").click()
    assert desk.axe() == []
    page.get_by_role("button", name="Take 80 opportunities back").click()
    page.get_by_text("80 opportunities gone or as before").wait_for()
    page.goto("/@atap-suria/board/?text=Roof")
    assert page.get_by_text("Roof 3").count() == 0
    assert desk.errors == []


def test_on_a_phone_nothing_sticks_out(phone: Visitor, site: Site, sheet: Path) -> None:
    page = sign_in(phone, site)
    page.goto("/@atap-suria/import/")
    assert overflow(page) <= 0
    bring(page, sheet)
    assert overflow(page) <= 0
    page.get_by_role("button", name="See what would change").click()
    page.get_by_text("80 rows are new").wait_for()
    assert overflow(page) <= 0
    assert phone.axe() == []


def test_it_works_without_scripts(chrome: Any, site: Site, sheet: Path) -> None:
    context = chrome.new_context(viewport=DESK, base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    visitor = Visitor(page, site, [], [])
    sign_in(visitor, site, "bruno")
    bring(page, sheet)
    page.get_by_label("Odd word").select_option("New")
    page.get_by_role("button", name="Check again").click()
    assert page.get_by_label("Odd word").input_value() == "New"
    page.get_by_role("button", name="See what would change").click()
    for _ in range(40):
        if page.get_by_text("40 rows are new").count():
            break
        page.wait_for_timeout(250)
        page.reload()
    # Those without a salesperson are Bruno's own, those of others are refused.
    assert page.get_by_text("80 rows were refused").count() == 1
    context.close()
