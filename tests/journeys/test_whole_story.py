"""The story the house stands for: a stranger finds the site, registers, gets an own instance, brings a list and wins a sale."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.instance.exchange import shape
from tests.journeys.conftest import Site, Visitor

ADDRESS = "maria@lim-hardware.example"
PASSWORD = "purple kettle sings at noon 42"


@pytest.mark.promise("P06")
@pytest.mark.promise("P10")
def test_from_the_front_door_to_a_sale_dragged_to_won(desk: Visitor, site: Site, tmp_path: Path) -> None:
    page = desk.page
    page.set_default_timeout(20_000)

    register(page)
    prove_the_address(page, site)
    choose_a_password(page, site)
    answer_the_questions(page)
    root = re.match(r".*/@[^/]+/", page.url).group(0)  # type: ignore[union-attr]
    count = bring_a_list(page, root, tmp_path)
    drag_one_to_won(page, root, count)

    assert desk.errors == []


def register(page: Page) -> None:
    page.goto("/")
    assert page.context.cookies() == []
    page.get_by_role("link", name="Start free").first.click()
    page.get_by_label("First name").fill("Maria")
    page.get_by_label("Last name").fill("Lim")
    page.get_by_label("Company").fill("Lim Hardware")
    page.get_by_label("Work email").fill(ADDRESS)
    page.get_by_label("Mobile number").fill("12-345 0187")
    page.get_by_label(re.compile("I agree")).check()
    page.get_by_label(re.compile("13 or older")).check()
    page.get_by_role("button", name="Make my board").click()
    expect(page.get_by_role("heading", name="Thank you, Maria Lim")).to_be_visible()
    assert page.context.cookies() == []


def prove_the_address(page: Page, site: Site) -> None:
    letter = site.letter(ADDRESS)
    page.goto(next(link for link in letter["links"] if "/verify/" in link))
    page.get_by_role("button", name="Yes, make my database").click()
    expect(page.get_by_text("Your password is in the mail")).to_be_visible()


def choose_a_password(page: Page, site: Site) -> None:
    letter = site.letter(ADDRESS, matching="welcome")
    first = re.search(r"First password: (\S+)", letter["text"]).group(1)  # type: ignore[union-attr]
    page.goto("/sign-in/")
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).first.fill(ADDRESS)
    page.locator("input[type=password]").first.fill(first)
    page.get_by_role("button", name=re.compile("log in|sign in", re.IGNORECASE)).first.click()
    expect(page.get_by_role("heading", name="Choose your own password")).to_be_visible()
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.get_by_role("button", name="Use this password").click()
    page.wait_for_url(re.compile("/set-up/"))


def answer_the_questions(page: Page) -> None:
    page.get_by_label("Manufacturing").check()
    page.get_by_label("14 days").first.check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="Ready. What first?")).to_be_visible()


def bring_a_list(page: Page, root: str, folder: Path) -> int:
    sheet = shape.write_pipeline(folder / "sales_pipeline.csv")
    page.goto(f"{root}import/")
    page.set_input_files("input[type=file]", sheet)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("button", name="See what would change").click(timeout=60_000)
    page.get_by_role("button", name=re.compile("Take in 8,800 opportunities")).click(timeout=90_000)
    expect(page.get_by_text("8,800 opportunities came new")).to_be_visible(timeout=120_000)
    page.goto(f"{root}board/")
    return int(re.sub(r"\D", "", page.locator(".strip--won .count").inner_text()))


def drag_one_to_won(page: Page, root: str, count: int) -> None:
    card = page.locator(".stage .card").first
    title = card.locator(".card__title").inner_text()
    # What somebody planned must be finished first: imported cards have nothing planned.
    start, end = card.bounding_box(), page.locator(".strip--won").bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 60, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 90, start["y"] + 60, steps=6)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 200, steps=20)
    page.mouse.up()
    expect(page.get_by_role("status").filter(has_text=title)).to_be_visible()
    expect(page.locator("#board .stage--won .count").first).to_have_text(
        re.compile(f"^{count + 1:,}$".replace(",", ",?"))
    )
