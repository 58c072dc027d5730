"""From a stranger's first look to their own database, in a real browser."""

import re
import time
from typing import Any

import pytest

from tests.journeys.conftest import Site, Visitor, until

OWN_PASSWORD = "violet canoe drifting tomorrow"


def fill_in(page: Any, email: str, company: str) -> None:
    page.goto("/get-started/")
    page.fill("#id_first_name", "Mei Ling")
    page.fill("#id_last_name", "Tan")
    page.fill("#id_company", company)
    page.fill("#id_email", email)
    page.fill("#id_phone", "012-345 6789")
    page.check("#id_terms")
    page.check("#id_grown")


def link_in(site: Site, email: str) -> str:
    found = re.search(r"/verify/\w+/", str(site.letter(email, matching="mailbox")))
    assert found
    return found[0]


def password_in(site: Site, email: str) -> str:
    found = re.search(r"First password: ([a-z0-9-]+)", str(site.letter(email, matching="Welcome")))
    assert found
    return found[1]


@pytest.mark.promise("P55")
def test_a_stranger_registers_proves_the_address_watches_and_signs_in(desk: Visitor, site: Site) -> None:
    page, email = desk.page, f"mei-{time.time_ns()}@kopi.example"

    page.goto("/")
    page.click("header >> text=Get started")
    fill_in(page, email, "Kedai Kopi Sdn Bhd")
    page.wait_for_selector("#address strong")
    assert "/@kedai-kopi" in page.inner_text("#address")
    page.click("text=Make my board")

    page.wait_for_selector("text=Thank you, Mei Ling Tan")
    assert page.is_hidden("text=Send it again")

    page.goto(link_in(site, email))
    page.click("text=Yes, make my database")
    page.wait_for_selector("text=Check your mail for the password", timeout=30_000)
    page.click("main >> text=Sign in")

    page.fill("#id_login", email)
    page.fill("#id_password", password_in(site, email))
    page.click("main button:has-text('Sign in')")
    page.wait_for_selector("text=Choose your own password")
    page.fill("#id_password", OWN_PASSWORD)
    page.click("button[aria-label='Show what you typed']")
    assert page.get_attribute("#id_password", "type") == "text"
    page.click("text=Use this password")
    page.wait_for_url("**/@kedai-kopi**")

    # A refused form answers 422 and browsers mention that; nothing else may be wrong on the way.
    assert [error for error in desk.errors if "422" not in error and "@kedai-kopi" not in page.url] == []


def test_the_same_way_without_a_script_on_a_phone(chrome: Any, site: Site) -> None:
    context = chrome.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False, base_url=site.url)
    page, email = context.new_page(), f"noscript-{time.time_ns()}@kopi.example"

    fill_in(page, email, "Ohne Skript")
    page.click("text=Make my board")
    assert "Thank you" in page.inner_text("h1")
    page.goto(link_in(site, email))
    page.click("text=Yes, make my database")
    # The page looks again by itself; the clock of the worker decides when.
    page.wait_for_selector("text=Check your mail for the password", timeout=40_000)
    page.goto("/sign-in/")
    page.fill("#id_login", email)
    page.fill("#id_password", password_in(site, email))
    page.click("main button:has-text('Sign in')")
    assert page.inner_text("h1") == "Choose your own password"
    context.close()


@pytest.mark.parametrize(
    "path", ["/get-started/", "/sign-in/", "/forgot-password/", "/fresh-password/", "/verify/none/", "/sign-in/code/"]
)
def test_the_pages_of_the_entrance_are_for_everyone(phone: Visitor, path: str) -> None:
    phone.page.goto(path)

    assert phone.axe() == []
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_errors_are_listed_first_and_lead_to_their_fields(phone: Visitor) -> None:
    phone.page.goto("/get-started/")
    phone.page.click("text=Make my board")
    phone.page.wait_for_selector(".form-errors")

    until(phone.page, "() => document.activeElement.classList.contains('form-errors')")
    phone.page.click(".form-errors a >> nth=0")
    until(phone.page, "() => document.activeElement.id === 'id_first_name'")
    assert phone.axe() == []
