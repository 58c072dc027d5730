"""A passkey is one person's: it opens what that person may enter, and is nothing to anybody else. With a device that plays."""

from typing import Any

import pytest

from tests.journeys.conftest import Site, Visitor, until, wait_until

ANNA, OMAR, PASSWORD = "anna@atap-suria.example", "omar@pivotino.example", "purple kettle sings at noon 42"
DEVICE = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
          "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


def with_a_device(page: Any) -> Any:
    """A phone or laptop that keeps passkeys and always says yes."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    return wire, wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


def type_the_password(page: Any, email: str) -> None:
    page.goto("/sign-in/")
    page.locator("[name=login]").focus()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def press_what_has_the_focus(page: Any, name: str) -> None:
    until(page, "name => document.activeElement.innerText?.trim() === name", name)
    page.keyboard.press("Enter")


def adds_one(page: Any, email: str) -> Any:
    """Somebody signs in with their password and adds a passkey that is enough by itself."""
    found = with_a_device(page)
    type_the_password(page, email)
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto("/my/security/passkeys/add/")
    if "/again/" in page.url:
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.locator("[name=name]").fill("my laptop")
    page.locator("[name=passwordless]").check()
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url(lambda url: "/passkeys/add/" not in url)
    return found


@pytest.mark.promise("P60")
def test_who_works_here_comes_in_by_a_door_of_their_own_with_the_keyboard(desk: Visitor, site: Site) -> None:
    page = desk.page
    site.do("somebody", OMAR, PASSWORD)
    adds_one(page, OMAR)
    page.add_init_script("addEventListener('pointerdown', () => { window.mouseWasUsed = true }, true)")
    page.context.clear_cookies()

    # The passkey of a customer opens nothing there.
    page.goto("/sign-in/staff/")
    assert desk.axe() == []
    assert page.locator("input[type=password]").count() == 0
    press_what_has_the_focus(page, "Use your passkey")
    page.get_by_text("This passkey opens nothing here.").wait_for()
    assert page.goto("/my/").url.endswith("/sign-in/?next=/my/")

    # Of somebody who works here it opens the page that was asked for.
    site.do("works_here", OMAR, True)
    page.goto("/staff/sessions/")
    page.wait_for_url("**/sign-in/staff/**")
    press_what_has_the_focus(page, "Use your passkey")
    page.get_by_role("heading", name="Support sessions").wait_for()

    # A password and then the passkey is as good; the page of the second step speaks of no app, for there is none.
    page.context.clear_cookies()
    type_the_password(page, OMAR)
    page.get_by_text("Use your passkey, or type one of your recovery codes.").wait_for()
    assert desk.axe() == []
    press_what_has_the_focus(page, "Use a passkey")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    assert page.goto("/staff/").status == 200
    assert not page.evaluate("window.mouseWasUsed ?? false")
    site.do("works_here", OMAR, False)
    wait_until(page, lambda: page.goto("/staff/").status == 404)
    desk.errors.clear()


@pytest.mark.promise("A19")
def test_a_passkey_opens_the_database_of_its_owner_and_no_other(desk: Visitor, site: Site) -> None:
    page = desk.page
    sessions = site.do("cast_of_two")
    site.do("with_password", ANNA, PASSWORD)
    wire, device = adds_one(page, ANNA)
    page.goto("/my/security/")
    assert page.get_by_text("my laptop").count() > 0
    assert len(wire.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]) == 1

    # Asked whether it is still her, Anna may show the passkey instead of typing.
    page.goto("/my/security/again/?next=/my/security/")
    page.get_by_role("link", name="Use a passkey instead").click()
    assert desk.axe() == []
    page.get_by_role("button", name="Use the passkey").click()
    page.wait_for_url(lambda url: url.endswith("/my/security/"))

    page.context.clear_cookies()
    page.goto("/sign-in/")
    assert desk.axe() == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    assert page.goto("/@atap-suria/board/").status == 200
    assert page.goto("/@zenit/board/").status == 404
    assert "zenit" not in page.content().lower()

    # The same device in the hands of Rita, who works there: nothing offers Anna's passkey, and it does not speak for Rita.
    page.context.clear_cookies()
    desk.sign_in(sessions["rita"]["session"])
    assert page.goto("/@zenit/board/").status == 200
    page.goto("/my/security/again/?next=/my/security/")
    assert page.locator("[data-passkey]").count() == 0
    page.goto("/my/security/")
    assert page.get_by_text("my laptop").count() == 0
    desk.errors.clear()
