"""A day's work with the keyboard alone. Every step says where the focus is, and the focus can always be seen."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.conftest import Site, Visitor, hold, until, wait_until

CARDS = [
    {"title": "Carport", "who": "Puan Salmah", "amount": 38400},
    {"title": "Clay tiles", "amount": 22750, "next": ["call", 0]},
    {"title": "Deck re-roof", "stage": "First Activity", "amount": 148500},
    {"title": "Leak survey", "stage": "Quotation", "amount": 4200},
]
# A ring of its own, or the outline of the card or field that holds the focus.
SEEN = """() => {
  for (let e = document.activeElement, up = 0; e && e !== document.body && up < 4; e = e.parentElement, up++) {
    const s = getComputedStyle(e)
    if (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1.5 || s.boxShadow !== 'none') return true
  }
  return document.activeElement.matches('body, main')
}"""


@pytest.fixture
def board(desk: Visitor, site: Site) -> Iterator[Any]:
    """The board, on which no mouse may be used and no focus may be lost from sight."""
    session = site.do("cast_of_two")["anna"]["session"]
    site.do("fresh_board", CARDS)
    desk.sign_in(session)
    page = desk.page
    page.goto("/@atap-suria/board/")
    until(page, "() => customElements.get('pv-board') && document.querySelector('#board .card')")
    page.evaluate("document.addEventListener('pointerdown', () => { window.mouseWasUsed = true }, true)")
    yield page
    assert not page.evaluate("window.mouseWasUsed ?? false")
    assert desk.errors == []


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        assert page.evaluate(SEEN), f"after {key} the focus cannot be seen: {focused(page)}"


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))


def title(page: Any) -> str:
    """The title of the card that holds the focus."""
    return str(
        page.evaluate("document.activeElement.closest('.card')?.querySelector('.card__title').textContent.trim() ?? ''")
    )


def stage(page: Any, wanted: str) -> str:
    return str(page.evaluate(
        "t => [...document.querySelectorAll('#board .card')].find(c => c.querySelector('.card__title').textContent.trim() === t)"
        "?.closest('.stage').dataset.name ?? ''", wanted,
    ))  # fmt: skip


def spoken(page: Any, text: str) -> None:
    until(page, "text => document.getElementById('say').textContent.includes(text)", arg=text)


def toast(page: Any, text: str) -> None:
    page.locator(".toast__text", has_text=text).first.wait_for()


def go_to(page: Any, wanted: str) -> None:
    """By arrows to a card, wherever it is."""
    page.evaluate("document.activeElement.blur()")
    press(page, "ArrowDown")
    for across in range(6):
        for _ in range(4):
            if title(page) == wanted:
                return
            press(page, "ArrowDown")
        press(page, "ArrowRight")
        for _ in range(4):
            press(page, "ArrowUp")
        assert across < 5, f"no arrows lead to {wanted}"


def test_tab_leads_past_the_rail_to_the_first_card_and_every_stop_can_be_seen(board: Any) -> None:
    for _ in range(45):
        press(board, "Tab")
        if title(board):
            break
    assert title(board), "45 times Tab, and no card"


def test_the_first_stop_leads_past_the_rail(board: Any) -> None:
    press(board, "Tab")
    assert board.evaluate("document.activeElement.className") == "skip"
    press(board, "Enter")
    assert board.evaluate("document.activeElement.id") == "main"


def test_arrows_walk_and_m_carries_a_card_which_escape_puts_back(board: Any, site: Site) -> None:
    press(board, "ArrowDown")
    first = title(board)
    press(board, "ArrowRight")
    assert stage(board, title(board)) == "First Activity"
    press(board, "ArrowLeft")
    assert stage(board, title(board)) == stage(board, first)

    moved = title(board)
    press(board, "m", "ArrowRight", "Escape")
    spoken(board, "back")
    assert (title(board), stage(board, moved)) == (moved, "New")

    press(board, "m", "ArrowRight")
    spoken(board, "First Activity")
    press(board, "Enter")
    toast(board, f"Moved {moved} to First Activity")
    spoken(board, "First Activity")
    assert (title(board), stage(board, moved)) == (moved, "First Activity")

    press(board, "Control+z")
    until(
        board,
        "t => [...document.querySelectorAll(\"#board .stage[data-name='New'] .card__title\")].some(c => c.textContent.trim() === t)",
        arg=moved,
    )


def test_n_opens_the_quick_line_and_enter_adds(board: Any) -> None:
    press(board, "n")
    board.keyboard.type("Gutter guards RM 7.8k")
    press(board, "Enter")
    toast(board, "Added Gutter guards")

    assert stage(board, "Gutter guards") == "New"
    assert board.evaluate("document.activeElement.matches('.quick__input')")
    press(board, "Escape")
    assert board.locator("#board pv-quick").count() == 0


def test_the_command_bar_leads_to_people(board: Any) -> None:
    board.keyboard.press("Control+k")
    board.keyboard.type("people")
    board.keyboard.press("Enter")
    board.wait_for_url("**/people/")


def test_enter_waits_for_what_fits_the_very_words(board: Any) -> None:
    asked = hold(board, "/search/?q=")

    board.keyboard.press("Control+k")
    board.keyboard.type("clay")
    asked.wait_for(1)
    for _ in "clay":
        board.keyboard.press("Backspace")
    board.keyboard.type("leak")
    board.keyboard.press("Enter")
    wait_until(board, lambda: asked.routes[-1].request.url.endswith("q=leak"))
    assert board.url.endswith("/board/")
    asked.let_go()

    board.wait_for_url("**/opportunities/*/")
    board.locator(".sheet__title", has_text="Leak survey").wait_for()


def test_the_chosen_row_stays_chosen_when_results_come(board: Any) -> None:
    asked = hold(board, "/search/?q=")
    board.keyboard.press("Control+k")
    board.keyboard.type("a")
    asked.wait_for(1)
    chosen = board.locator("#command [aria-selected=true]").text_content()

    asked.let_go()
    board.locator("#command-found .option:not([hidden])").first.wait_for()

    assert "Activities" in chosen
    assert board.locator("#command [aria-selected=true]").text_content() == chosen


def test_a_question_mark_lists_every_key_and_escape_leads_back(board: Any) -> None:
    press(board, "ArrowDown")
    before = title(board)
    press(board, "?")
    board.locator("#keys[open]").wait_for()
    told = board.locator("#keys").text_content()

    for label in ("New card", "Find or do anything"):
        assert label in told
    press(board, "Escape")
    assert not board.locator("#keys[open]").count()
    assert title(board) == before


def test_w_wins_and_ctrl_z_takes_it_back(board: Any) -> None:
    go_to(board, "Leak survey")
    press(board, "w")
    toast(board, "Leak survey")
    until(board, "() => document.querySelector(\"#board .stage[data-name='Won'] .count\").textContent.trim() === '1'")

    board.keyboard.press("Control+z")
    until(board, "() => document.querySelector(\"#board .stage[data-name='Won'] .count\").textContent.trim() === '0'")


def test_l_asks_why_and_the_answer_is_given_by_keys(board: Any, site: Site) -> None:
    go_to(board, "Deck re-roof")
    press(board, "l")
    board.get_by_role("heading", name="Why was it lost?").wait_for()
    assert board.evaluate("document.activeElement.closest('dialog') !== null")
    press(board, "Escape")
    assert title(board) == "Deck re-roof"

    press(board, "l")
    board.get_by_role("heading", name="Why was it lost?").wait_for()
    for _ in range(12):
        if board.evaluate("document.activeElement.type === 'radio'"):
            break
        press(board, "Tab")
    press(board, " ")
    press(board, "Enter")
    toast(board, "Deck re-roof")
    until(board, "() => document.querySelector(\"#board .stage[data-name='Lost'] .count\").textContent.trim() === '1'")


def test_escape_from_the_sheet_returns_to_the_same_card(board: Any) -> None:
    go_to(board, "Clay tiles")
    press(board, "Enter")
    board.locator("dialog.sheet .sheet__title", has_text="Clay tiles").wait_for()
    for _ in range(8):
        press(board, "Tab")
        assert board.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('dialog, pv-toasts') !== null"
        ), "the focus left the sheet"
    press(board, "Escape")
    board.wait_for_url("**/board/")

    assert title(board) == "Clay tiles"
