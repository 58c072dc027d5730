"""A passkey is one person's: it opens what that person may enter, and is nothing to anybody else. With a device that plays."""

from typing import Any

import pytest

from tests.journeys.conftest import Site, Visitor

ANNA, PASSWORD = "anna@atap-suria.example", "purple kettle sings at noon 42"
DEVICE = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
          "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


def with_a_device(page: Any) -> Any:
    """A phone or laptop that keeps passkeys and always says yes."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    return wire, wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


@pytest.mark.promise("A19")
def test_a_passkey_opens_the_database_of_its_owner_and_no_other(desk: Visitor, site: Site) -> None:
    page = desk.page
    sessions = site.do("cast_of_two")
    site.do("with_password", ANNA, PASSWORD)
    wire, device = with_a_device(page)
    page.goto("/sign-in/")
    page.locator("[name=login]").fill(ANNA)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto("/my/security/passkeys/add/")
    if "/again/" in page.url:
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.locator("[name=name]").fill("my laptop")
    page.locator("[name=passwordless]").check()
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url(lambda url: "/passkeys/add/" not in url)
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
