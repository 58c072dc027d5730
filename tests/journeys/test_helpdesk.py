"""A stranger asks by the form, staff answer, the stranger replies on the page, it is solved, they are satisfied: by keyboard."""

from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, Site, until, wait_until
from tests.journeys.test_testimonials import tab_to


def link_in(site: Site, who: str, matching: str) -> str:
    return next(str(link) for link in site.letter(who, matching=matching)["links"] if "/tickets/" in link)


@pytest.mark.promise("P04")
@pytest.mark.parametrize("script", [True, False])
def test_from_a_question_to_a_satisfied_answer_by_keyboard(site: Site, chrome: Any, script: bool) -> None:
    who = f"ali-{'with' if script else 'without'}@kedai.example"
    stranger = chrome.new_context(viewport=PHONE, java_script_enabled=script).new_page()
    helper = chrome.new_context(viewport=DESK, java_script_enabled=script)
    helper.add_cookies([{"name": "pv_session", "value": site.do("sofia_at_her_desk"), "url": site.url}])
    desk = helper.new_page()

    stranger.goto(f"{site.url}/contact/?about=support")
    stranger.focus("[name=subject]")
    stranger.keyboard.type(f"Where is my board, {who}")
    stranger.keyboard.press("Tab")
    stranger.keyboard.type("I looked everywhere.")
    stranger.focus("[name=email]")
    stranger.keyboard.type(who)
    stranger.keyboard.press("Enter")
    stranger.wait_for_url("**/contact/sent/")
    link = link_in(site, who, "We have your question")

    desk.goto(f"{site.url}/staff/tickets/")
    if script:
        desk.keyboard.press("j")
        until(desk, "() => document.activeElement.matches('.inbox__open')")
        while who not in desk.inner_text(":focus"):
            desk.keyboard.press("j")
    else:
        tab_to(desk, f"Where is my board, {who}")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/staff/tickets/T-*/")
    if script:
        desk.keyboard.press("r")
        wait_until(desk, lambda: desk.evaluate("document.activeElement.name") == "body")
    else:
        desk.focus("[name=body]")
    desk.keyboard.type("At the top left.")
    if script:
        desk.keyboard.press("Control+Enter")
    else:
        tab_to(desk, "Send")
        desk.keyboard.press("Enter")
    desk.wait_for_url("**#end")
    assert "At the top left." in site.letter(who, matching="Where is my board")["text"]

    stranger.goto(link)
    assert "At the top left." in stranger.inner_text("main")
    stranger.focus("[name=body]")
    stranger.keyboard.type("Found it.")
    tab_to(stranger, "Send")
    stranger.keyboard.press("Enter")
    stranger.wait_for_url("**#end")
    assert "Found it." in stranger.inner_text(".thread")

    desk.reload()
    assert "Found it." in desk.inner_text(".thread")
    tab_to(desk, "Solved")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=Open again")

    stranger.goto(link_in(site, who, "Is it solved?"))
    stranger.focus("[name=remark]")
    stranger.keyboard.type("Quick.")
    tab_to(stranger, "Yes")
    stranger.keyboard.press("Enter")
    stranger.wait_for_selector("text=You said you were satisfied.")
    desk.reload()
    assert "They were satisfied. “Quick.”" in desk.inner_text("main")
