"""A support session in two browsers, with the keyboard alone: asked, allowed, looked at, revealed, evicted."""

import re
from typing import Any

import pytest

from tests.journeys.conftest import Site, Visitor, until, wait_until

SUM = "The sum of the card is said to be wrong"


def press(page: Any, place: Any) -> None:
    """Go to a button or link and press Enter on it."""
    place.focus()
    page.keyboard.press("Enter")


def write(page: Any, name: str, text: str) -> None:
    page.locator(f"[name={name}]").first.focus()
    page.keyboard.type(text)


@pytest.mark.promise("A57", "A58", "A59", "P59", "P60", "P61", "P62")
def test_staff_are_let_in_look_covered_reveal_with_a_reason_and_are_evicted(
    desk: Visitor, colleague: Visitor, site: Site
) -> None:
    world = site.do("helpdesk_and_owner")
    staff, owner, card = desk.page, colleague.page, world["card"]
    desk.sign_in(world["aida"])
    colleague.sign_in(world["anna"])
    for page in (staff, owner):
        page.add_init_script("addEventListener('pointerdown', () => { window.mouseWasUsed = true }, true)")

    # Without a session there is nothing.
    assert staff.goto(f"/@atap-suria{card}").status == 404

    # Aida asks, for the board, for a ticket, with a reason.
    staff.goto(f"/staff/sessions/new/?database=atap-suria&ticket={world['ticket']}")
    assert desk.axe() == []
    write(staff, "reason", SUM)
    staff.locator("[name=scope][value=settings]").focus()
    staff.keyboard.press("ArrowDown")
    staff.locator("[name=rooms][value=pipeline]").focus()
    staff.keyboard.press("Space")
    press(staff, staff.get_by_role("button", name="Ask", exact=True))
    staff.wait_for_url(re.compile(r"/staff/sessions/[0-9a-f-]{36}/$"))
    session = staff.url
    assert staff.get_by_role("button", name="Go in").count() == 0

    # Anna has a letter, reads it, and lets her in.
    link = re.search(
        r"https?://\S+/support-sessions/\S+/", site.letter("anna@atap-suria.example", matching="look")["text"]
    )
    assert link is not None
    owner.goto(link.group(0))
    assert colleague.axe() == []
    assert owner.get_by_text(SUM).count() > 0
    press(owner, owner.get_by_role("button", name="Let them in"))
    owner.get_by_text("May begin").first.wait_for()
    owner.goto("/@atap-suria/board/")
    until(owner, "() => window.hears === true")

    # Aida goes in. Anna's open page says so at once; Aida sees the card covered.
    staff.goto(session)
    press(staff, staff.get_by_role("button", name="Go in"))
    staff.wait_for_url("**/@atap-suria/settings/company/")
    owner.get_by_text("Aida Rahman of Pivotino’s helpdesk").wait_for()
    staff.goto(f"/@atap-suria{card}")
    assert desk.axe() == []
    assert "Bukit" not in staff.content()
    assert "•••••" in staff.content()

    # She uncovers it, with a reason.
    press(staff, staff.get_by_role("link", name="Reveal this page"))
    staff.wait_for_url("**/reveals/**")
    assert desk.axe() == []
    write(staff, "why", SUM)
    press(staff, staff.get_by_role("button", name="Reveal", exact=True))
    staff.wait_for_url(f"**/@atap-suria{card}")
    assert "Metal deck for Bukit Raja" in staff.content()
    assert staff.goto("/@atap-suria/people/").status == 403
    staff.goto(f"/@atap-suria{card}")

    # Anna evicts her from the line over her board. The open page of Aida leaves by itself; nothing opens any more.
    press(owner, owner.get_by_role("button", name="Evict"))
    owner.wait_for_url("**/support-sessions/**")
    assert colleague.axe() == []
    staff.wait_for_url(session, timeout=10_000)
    assert staff.goto(f"/@atap-suria{card}").status == 404

    # Anna reads what was opened, and gets it in a letter.
    shown = owner.locator("table").inner_text()
    for words in (card, "Looked at, covered", "Uncovered", "Read, uncovered", "Was refused", SUM):
        assert words in shown, words
    over = site.letter("anna@atap-suria.example", matching="is over")["text"]
    assert card in over
    wait_until(owner, lambda: owner.get_by_text("Ended by a Business Owner").count() > 0)
    for page in (staff, owner):
        assert not page.evaluate("window.mouseWasUsed ?? false")
    assert [one for one in colleague.errors if "404" not in one] == []
    assert [one for one in desk.errors if "404" not in one and "403" not in one] == []
