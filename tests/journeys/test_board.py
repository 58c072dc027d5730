"""The board in a real browser: by mouse, by keys alone, by touch, and with a colleague at work."""

import re
from typing import Any

import pytest

from tests.journeys.conftest import Site, Visitor, hold, still, until, wait_until

CARDS = [
    {"title": "Carport", "who": "Puan Salmah", "amount": 38400, "next": ["call", -1]},
    {"title": "Clay tiles", "amount": 22750, "next": ["call", 0]},
    {"title": "Awning", "amount": 6480, "next": ["call", 3]},
    {"title": "Deck re-roof", "stage": "First Activity", "amount": 148500},
    {"title": "Leak survey", "stage": "First Activity", "amount": 4200},
    {"title": "Factory solar", "stage": "Follow Up", "amount": 172500, "next": ["meeting", 1]},
]


@pytest.fixture
def cards(site: Site) -> dict[str, str]:
    """The cards on Atap Suria's board by title."""
    sessions = site.do("cast_of_two")
    made: dict[str, str] = site.do("fresh_board", CARDS)
    return {**made, **{f"@{key}": one["session"] for key, one in sessions.items()}}


def open_board(visitor: Visitor, cards: dict[str, str], who: str = "anna", query: str = "") -> Any:
    visitor.sign_in(cards[f"@{who}"])
    visitor.page.goto(f"/@atap-suria/board/{query}")
    until(visitor.page, "() => customElements.get('pv-board') && document.querySelector('#board .card')")
    return visitor.page


def card(page: Any, title: str) -> Any:
    return page.locator("#board .card", has=page.get_by_role("link", name=title, exact=True))


def column(page: Any, name: str) -> Any:
    return page.locator(f"#board .stage[data-name='{name}']")


def titles(page: Any, name: str) -> list[str]:
    return [
        text.strip() for text in column(page, name).locator(".card:not(.card--away) .card__title").all_text_contents()
    ]


def count(page: Any, name: str) -> int:
    return int(column(page, name).locator(".count").first.text_content())


def where(page: Any, title: str) -> str:
    """The stage a card stands in, asked in one breath: pieces may be put anew at any moment."""
    return str(page.evaluate(
        "title => [...document.querySelectorAll('#board .card')].find(c => c.querySelector('a').textContent === title)"
        "?.closest('.stage').dataset.name ?? ''", title,
    ))  # fmt: skip


def drag(page: Any, title: str, x: float, y: float, *, drop: bool = True) -> None:
    box = None
    while box is None:  # an answer may be putting the card anew at this very moment
        card(page, title).wait_for()
        box = card(page, title).bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 26)
    page.mouse.move(x, y, steps=8)
    still(page)
    if drop:
        page.mouse.up()


def middle(page: Any, name: str) -> tuple[float, float]:
    box = None
    while box is None:  # its pieces may be put anew at this very moment
        column(page, name).wait_for()
        box = column(page, name).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + 200


def toast(page: Any, text: str) -> Any:
    found = page.locator(".toast__text", has_text=text).first
    found.wait_for()
    return found


def spoken(page: Any, text: str) -> None:
    until(page, "text => document.getElementById('say').textContent.includes(text)", arg=text)


def test_a_card_dragged_to_another_stage_is_there_at_once_and_undo_brings_it_back(
    desk: Visitor, site: Site, cards: dict[str, str]
) -> None:
    page = open_board(desk, cards)
    before = page.locator("#board-sum").text_content()

    drag(page, "Deck re-roof", *middle(page, "Follow Up"), drop=False)
    assert page.locator(".card--ghost").count() == 1
    assert "takes its place by its day" in column(page, "Follow Up").text_content()
    page.mouse.up()
    assert where(page, "Deck re-roof") == "Follow Up"
    toast(page, "Moved Deck re-roof to Follow Up")

    assert (count(page, "First Activity"), count(page, "Follow Up")) == (1, 2)
    assert site.do("stage_of", cards["Deck re-roof"]) == "Follow Up"
    page.keyboard.press("Control+z")
    until(page, "() => document.querySelectorAll(\"#board .stage[data-name='First Activity'] .card\").length === 2")
    assert (count(page, "First Activity"), count(page, "Follow Up")) == (2, 1)
    assert page.locator("#board-sum").text_content() == before
    assert desk.errors == []


def test_escape_while_dragging_puts_the_card_back(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)
    before = titles(page, "New")

    drag(page, "Carport", *middle(page, "Quotation"), drop=False)
    page.keyboard.press("Escape")
    page.mouse.up()

    assert titles(page, "New") == before
    assert page.locator(".card--ghost, .slot").count() == 0
    assert site.do("stage_of", cards["Carport"]) == "New"
    assert page.url.endswith("/board/")


def test_a_refused_drop_returns_the_card_restores_the_figures_and_says_why(
    desk: Visitor, site: Site, cards: dict[str, str]
) -> None:
    page = open_board(desk, cards)

    drag(page, "Factory solar", *middle(page, "Won"))
    page.locator(".toasts__bad .toast__text", has_text="Meeting is still open").wait_for()

    assert where(page, "Factory solar") == "Follow Up"
    assert (count(page, "Follow Up"), count(page, "Won")) == (1, 0)
    assert site.do("stage_of", cards["Factory solar"]) == "Follow Up"


def test_by_hand_a_card_lands_between_the_two_it_was_dropped_between(
    desk: Visitor, site: Site, cards: dict[str, str]
) -> None:
    page = open_board(desk, cards, query="?order=hand")
    assert titles(page, "New") == ["Carport", "Clay tiles", "Awning"]
    third = card(page, "Awning").bounding_box()

    drag(page, "Carport", third["x"] + 60, third["y"] + 30, drop=False)
    assert column(page, "New").locator(".slot").count() == 1
    page.mouse.up()
    toast(page, "Moved Carport")

    assert titles(page, "New") == ["Clay tiles", "Carport", "Awning"]
    page.reload()
    assert titles(page, "New") == ["Clay tiles", "Carport", "Awning"]


def test_lost_asks_why_and_keeps_it_open_when_told_so(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)

    drag(page, "Leak survey", *middle(page, "Lost"))
    page.get_by_role("heading", name="Why was it lost?").wait_for()
    page.get_by_role("button", name="Keep it open").click()
    column(page, "First Activity").locator(".card", has_text="Leak survey").wait_for()

    card(page, "Leak survey").get_by_role("link").first.focus()
    page.keyboard.press("l")
    page.get_by_label("Timing").check()
    page.get_by_role("button", name="Mark lost").click()
    toast(page, "Moved Leak survey to Lost")
    assert site.do("stage_of", cards["Leak survey"]) == "Lost"
    assert count(page, "Lost") == 1


def test_everything_a_mouse_does_keys_do(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)
    page.evaluate("document.addEventListener('pointerdown', () => { window.mouseWasUsed = true }, true)")

    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Carport"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('.stage').dataset.name") == "First Activity"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("m")
    spoken(page, "Arrows move it, Enter drops it")
    page.keyboard.press("ArrowRight")
    spoken(page, "First Activity")
    page.keyboard.press("Escape")
    spoken(page, "back")
    moved = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    toast(page, f"Moved {moved} to Follow Up")
    assert site.do("stage_of", cards[moved]) == "Follow Up"

    page.keyboard.press("s")
    until(
        page,
        "title => [...document.querySelectorAll('.card')].find(c => c.textContent.includes(title)).querySelector('.card__stars')",
        arg=moved,
    )
    page.keyboard.press("e")
    page.keyboard.type("Renamed by keys")
    page.keyboard.press("Enter")
    toast(page, "Changed title")
    assert where(page, "Renamed by keys") == "Follow Up"

    page.keyboard.press("Enter")
    page.locator("dialog.sheet .sheet__title").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_url("**/board/")
    until(page, "() => document.activeElement.textContent === 'Renamed by keys'")
    assert not page.evaluate("window.mouseWasUsed")


def test_by_hand_keys_move_a_card_within_its_column(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards, query="?order=hand")

    card(page, "Carport").get_by_role("link").first.focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    toast(page, "Moved Carport")
    page.reload()

    assert titles(page, "New") == ["Clay tiles", "Awning", "Carport"]


def test_the_menu_of_a_card_moves_it_too(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)

    card(page, "Awning").hover()
    page.get_by_role("button", name="More for Awning").or_(page.get_by_role("link", name="More for Awning")).click()
    page.get_by_role("menuitem", name="Quotation").dblclick()
    toast(page, "Moved Awning to Quotation")

    assert where(page, "Awning") == "Quotation"
    assert count(page, "Quotation") == 1


def test_many_moves_at_once_end_where_they_were_dropped(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)

    stood = []
    for title, stage in (
        ("Carport", "Quotation"),
        ("Clay tiles", "Quotation"),
        ("Carport", "Follow Up"),
        ("Carport", "New"),
    ):
        drag(page, title, *middle(page, stage))
        stood.append((where(page, "Carport"), where(page, "Clay tiles")))
    wait_until(page, lambda: page.locator("#board [aria-busy=true]").count() == 0)

    assert [carport for carport, _ in stood] == ["Quotation", "Quotation", "Follow Up", "New"]
    assert (site.do("stage_of", cards["Carport"]), site.do("stage_of", cards["Clay tiles"])) == ("New", "Quotation")
    assert (where(page, "Carport"), where(page, "Clay tiles")) == ("New", "Quotation")


def test_a_move_whose_answer_was_lost_ends_where_the_server_saved_it(
    desk: Visitor, site: Site, cards: dict[str, str]
) -> None:
    page = open_board(desk, cards)

    def saved_and_lost(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route(lambda url: url.endswith("/moves/"), saved_and_lost)
    drag(page, "Carport", *middle(page, "Quotation"))
    toast(page, "We look again whether it was saved.")
    wait_until(page, lambda: where(page, "Carport") == "Quotation")

    assert site.do("stage_of", cards["Carport"]) == "Quotation"
    assert titles(page, "Quotation") == ["Carport"]
    assert count(page, "Quotation") == 1


def test_a_board_asked_for_before_a_move_does_not_take_it_back(
    desk: Visitor, site: Site, cards: dict[str, str]
) -> None:
    page = open_board(desk, cards)
    held = hold(page, "/board/")
    page.evaluate("document.dispatchEvent(new CustomEvent('pv:reload'))")
    held.wait_for(1)
    old = held.routes[0].fetch()

    drag(page, "Carport", *middle(page, "Quotation"))
    toast(page, "Moved Carport to Quotation")
    held.routes.pop(0).fulfill(response=old)
    held.wait_for(1)
    assert where(page, "Carport") == "Quotation"

    held.let_go()
    until(page, "() => !document.querySelector('#board [aria-busy]')")
    assert where(page, "Carport") == "Quotation" and count(page, "Quotation") == 1


def test_the_quick_line_lights_up_takes_back_saves_and_stays(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)

    column(page, "First Activity").get_by_role("link", name="Add a card to First Activity").click()
    page.keyboard.type("Gutter guards for Taman Melawis RM 7.8k call tomorrow @Bruno")
    until(page, "() => document.querySelectorAll('.quick__paint mark').length === 4")
    page.keyboard.press("Backspace")
    until(page, "() => document.querySelectorAll('.quick__paint mark').length === 3")
    assert page.locator(".quick__input").input_value().endswith("@Bruno")
    for _ in "@Bruno ":
        page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    toast(page, "Added Gutter guards for Taman Melawis")

    made = card(page, "Gutter guards for Taman Melawis")
    assert where(page, "Gutter guards for Taman Melawis") == "First Activity"
    assert (
        "7,800" in made.text_content()
        and "Call, tomorrow" in made.text_content()
        and "Taman Melawis" in made.text_content()
    )
    assert page.evaluate("document.activeElement.className") == "quick__input"
    assert page.locator(".quick__input").input_value() == ""
    page.keyboard.press("Escape")
    assert page.locator("#board pv-quick").count() == 0


def test_pasting_lines_makes_as_many_cards_after_one_question(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)
    page.keyboard.press("n")
    page.locator(".quick__input").fill("\n".join(f"Pasted roof {number}" for number in range(30)))

    page.get_by_role("button", name="Add 30 cards").click()
    toast(page, "Added 30 cards")
    assert count(page, "New") == 33

    page.locator(".toast__undo").last.click()
    until(page, "() => document.querySelector(\"#board .stage[data-name='New'] .count\").textContent === '3'")


def test_ctrl_enter_adds_and_opens(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)

    page.keyboard.press("n")
    page.keyboard.type("Opened at once")
    page.keyboard.press("Control+Enter")

    page.locator("dialog.sheet .sheet__title", has_text="Opened at once").wait_for()
    assert re.search(r"/opportunities/[0-9a-f-]{36}/$", page.url)


def test_the_sheet_edits_one_fact_at_a_time_and_the_board_follows(
    desk: Visitor, site: Site, cards: dict[str, str]
) -> None:
    page = open_board(desk, cards)

    card(page, "Carport").get_by_role("link").first.click()
    page.locator("dialog.sheet .sheet__title", has_text="Carport").wait_for()
    page.locator("#fact-amount .fact__link").click()
    page.locator("#fact-amount input[name=amount]:focus").fill("abc")
    page.keyboard.press("Enter")
    page.locator("#fact-amount .field__error").wait_for()
    assert page.locator("#fact-amount input[name=amount]").input_value() == "abc"
    page.locator("#fact-amount input[name=amount]").fill("41.5k")
    page.keyboard.press("Enter")
    page.locator("#fact-amount", has_text="RM 41,500").wait_for()

    page.locator("#note-body").fill("Husband decides too.")
    page.keyboard.press("Control+Enter")
    page.locator("#o-timeline", has_text="Husband decides too.").wait_for()
    page.locator("#next-step").get_by_role("button", name="Done").first.click()
    page.locator("[data-feedback] textarea").fill("Not at home.")
    page.keyboard.press("Control+Enter")
    page.locator("#plan-summary:focus").wait_for()
    page.keyboard.type("Send the offer")
    page.keyboard.press("Enter")
    page.locator("#next-step .step__what", has_text="Send the offer").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_url("**/board/")

    told = card(page, "Carport").text_content()
    assert "41,500" in told and "Email" in told
    assert page.evaluate("document.activeElement.textContent") == "Carport"


def test_known_customers_are_offered_while_one_types(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)
    card(page, "Awning").get_by_role("link").first.click()
    page.locator("#fact-contact .fact__link").click()
    page.locator("#fact-contact input[name=contact]:focus").fill("Salm")
    page.locator("#contact-options").get_by_role("option", name="Puan Salmah").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.locator("#fact-contact a", has_text="Puan Salmah").wait_for()
    assert desk.errors == []


def test_late_news_never_takes_what_somebody_writes(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    brunos = site.do("fresh_board", [{"title": "Carport", "owner": "Bruno Sales", "next": ["call", -1]}])
    page = open_board(desk, cards)
    news = hold(page, "?parts=1")
    card(page, "Carport").get_by_role("link").first.click()
    page.locator("dialog.sheet .sheet__title", has_text="Carport").wait_for()
    until(page, "() => window.hears")

    site.do("colleague_writes", brunos["Carport"], "Her husband rang.", "Bruno Sales")
    news.wait_for(1)
    page.locator("#next-step").get_by_role("button", name="Done").first.click()
    page.locator("[data-feedback] textarea").fill("Not at home.")
    news.let_go()
    page.locator("#o-timeline", has_text="Her husband rang.").wait_for()
    assert page.locator("[data-feedback] textarea").input_value() == "Not at home."

    site.do("colleague_writes", brunos["Carport"], "He rang again.", "Bruno Sales")
    page.keyboard.press("Control+Enter")
    page.locator("#plan-summary:focus").wait_for()
    page.keyboard.type("Send the offer")
    news.let_go()
    page.locator("#o-timeline", has_text="He rang again.").wait_for()
    assert page.locator("#plan-summary:focus").input_value() == "Send the offer"
    page.keyboard.press("Enter")
    page.locator("#next-step .step__what", has_text="Send the offer").wait_for()


def test_a_slow_answer_takes_nothing_that_was_begun_meanwhile(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)
    card(page, "Awning").get_by_role("link").first.click()
    page.locator("dialog.sheet .sheet__title", has_text="Awning").wait_for()
    notes = hold(page, "/notes/", method="POST")

    page.locator("#note-body").fill("She likes white.")
    page.keyboard.press("Control+Enter")
    notes.wait_for(1)
    page.locator("#fact-amount .fact__link").click()
    page.locator("#fact-amount input[name=amount]:focus").fill("7k")
    notes.let_go()
    page.locator("#o-timeline", has_text="She likes white.").wait_for()
    assert page.locator("#fact-amount input[name=amount]").input_value() == "7k"
    page.locator("#fact-amount input[name=amount]").press("Enter")

    page.locator("#fact-amount", has_text="RM 7,000").wait_for()
    assert page.locator(".toasts__bad .toast").count() == 0


def test_quick_hands_are_ahead_of_the_answers(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)
    moves = hold(page, "/moves/", method="POST")
    card(page, "Leak survey").get_by_role("link").first.focus()
    page.keyboard.press("w")
    moves.wait_for(1)

    page.keyboard.press("Control+z")
    moves.let_go()
    toast(page, "Taken back")
    wait_until(page, lambda: where(page, "Leak survey") == "First Activity")
    assert site.do("stage_of", cards["Leak survey"]) == "First Activity"

    added = hold(page, "/opportunities/", method="POST")
    page.keyboard.press("n")
    page.keyboard.type("Gate roof")
    page.keyboard.press("Enter")
    page.keyboard.type("Shed roof")
    page.keyboard.press("Enter")
    page.keyboard.type("Third")
    added.wait_for(1)
    added.let_go()
    toast(page, "Added Gate roof")
    added.wait_for(1)
    added.let_go()
    toast(page, "Added Shed roof")
    assert page.locator(".quick__input").input_value() == "Third"


def test_many_cards_go_together_by_mouse_and_by_keys(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)
    bar = page.get_by_role("toolbar", name="Chosen cards")

    card(page, "Carport").click(modifiers=["Control"])
    card(page, "Awning").click(modifiers=["Shift"])
    assert bar.locator(".sweep__count").text_content() == "3 cards"
    assert desk.axe() == []
    bar.get_by_role("button", name="Tag").click()
    page.keyboard.type("Solar")
    page.keyboard.press("Enter")
    toast(page, "Tagged 3 cards with Solar")
    wait_until(page, lambda: page.locator("#board .tag", has_text="Solar").count() == 3)
    assert bar.is_hidden()

    card(page, "Deck re-roof").get_by_role("link").first.focus()
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    toast(page, "Moved 2 cards to Quotation")
    wait_until(page, lambda: count(page, "Quotation") == 2)
    page.keyboard.press("Control+z")
    wait_until(page, lambda: (count(page, "First Activity"), count(page, "Quotation")) == (2, 0))

    card(page, "Leak survey").get_by_role("link").first.focus()
    page.keyboard.press("x")
    page.keyboard.press("l")
    page.get_by_label("Timing").check()
    page.keyboard.press("Enter")
    toast(page, "Moved 1 card to Lost")
    assert site.do("stage_of", cards["Leak survey"]) == "Lost"
    page.keyboard.press("x")
    assert bar.is_visible()
    page.keyboard.press("Escape")
    assert bar.is_hidden()


def test_a_colleagues_move_appears_by_itself_and_keeps_my_place(
    desk: Visitor, site: Site, cards: dict[str, str]
) -> None:
    page = open_board(desk, cards)
    until(page, "() => window.hears")
    card(page, "Clay tiles").get_by_role("link").first.focus()

    site.do("colleague_moves", cards["Deck re-roof"], "Quotation", "Nurul Anna")
    until(page, "() => document.querySelector(\"#board .stage[data-name='Quotation'] .card\")")

    assert where(page, "Deck re-roof") == "Quotation"
    assert page.evaluate("document.activeElement.textContent") == "Clay tiles"


def test_who_was_slower_is_shown_the_truth(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(desk, cards)
    page.route("**/card/**", lambda route: route.abort())
    site.do("colleague_moves", cards["Leak survey"], "Quotation", "Nurul Anna")

    drag(page, "Leak survey", *middle(page, "Follow Up"))
    page.locator(".toasts__bad .toast__text", has_text="It is in Quotation").wait_for()

    assert where(page, "Leak survey") == "Quotation"
    assert site.do("stage_of", cards["Leak survey"]) == "Quotation"


def test_a_long_column_keeps_few_cards_in_the_page(desk: Visitor, site: Site, cards: dict[str, str]) -> None:
    site.do("fresh_board", [{"title": f"Roof {number:03}"} for number in range(130)])
    page = open_board(desk, cards)
    seen: set[str] = set()
    most = 0
    for _ in range(60):
        seen |= set(titles(page, "New"))
        most = max(most, column(page, "New").locator(".card").count())
        page.evaluate("document.querySelector(\"#board .stage[data-name='New'] .stage__cards\").scrollBy(0, 700)")
        still(page)
    assert len(seen) == 130
    assert most <= 80 + 40

    for _ in range(40):
        page.evaluate("document.querySelector(\"#board .stage[data-name='New'] .stage__cards\").scrollBy(0, -700)")
        still(page)
    until(
        page,
        "() => document.querySelector(\"#board .stage[data-name='New'] .card__title\").textContent.trim() === 'Roof 000'",
    )
    assert column(page, "New").locator(".card").count() <= 80
    assert page.evaluate("document.querySelectorAll('*').length") < 3000


def test_a_thumb_scrolls_taps_and_lifts_without_mixing_them_up(
    phone: Visitor, site: Site, cards: dict[str, str]
) -> None:
    site.do("fresh_board", [{"title": f"Roof {number:02}"} for number in range(12)])
    page = open_board(phone, cards, query="?order=hand")
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    box = card(page, "Roof 03").bounding_box()
    x, y = box["x"] + 60, box["y"] + 40
    for _ in range(5):
        finger("touchStart", x, y)
        for step in range(8):
            finger("touchMove", x, y - step * 18)
            page.wait_for_timeout(10)
        page.wait_for_timeout(420)
        assert page.locator(".card--ghost").count() == 0
        finger("touchEnd")
    assert page.evaluate("document.querySelector('.stage__cards').scrollTop") > 0
    page.evaluate("document.querySelector('.stage__cards').scrollTop = 0")

    box = card(page, "Roof 01").bounding_box()
    x, y = box["x"] + 60, box["y"] + 40
    finger("touchStart", x, y)
    page.locator(".card--ghost").wait_for()
    for step in range(12):
        finger("touchMove", x, y + step * 22)
        still(page)
    finger("touchEnd")
    toast(page, "Moved Roof 01")
    assert titles(page, "New").index("Roof 01") in (3, 4)
    assert page.url.endswith("?order=hand")

    card(page, "Roof 02").locator("a").first.tap()
    page.locator("dialog.sheet .sheet__title", has_text="Roof 02").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_swipe_does_what_it_says_and_undo_takes_it_back(phone: Visitor, site: Site, cards: dict[str, str]) -> None:
    page = open_board(phone, cards)
    touch = page.context.new_cdp_session(page)

    def swipe(title: str, by: int) -> None:
        box = card(page, title).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + 40
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for step in range(1, 9):
            touch.send(
                "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + by * step / 8, "y": y}]}
            )
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    swipe("Awning", 40)
    swipe("Awning", -40)
    assert where(page, "Awning") == "New"
    assert page.locator(".swipe").count() == 0

    swipe("Awning", -150)
    toast(page, "Moved Awning to First Activity")
    assert site.do("stage_of", cards["Awning"]) == "First Activity"
    page.locator(".toast__undo").last.tap()
    wait_until(page, lambda: where(page, "Awning") == "New")

    swipe("Clay tiles", 150)
    toast(page, "Marked Call done")
    wait_until(page, lambda: "Nothing planned" in card(page, "Clay tiles").text_content())
    assert page.url.endswith("/board/")
    assert phone.errors == []


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 2560])
def test_odd_cards_fit_every_width(desk: Visitor, site: Site, cards: dict[str, str], width: int) -> None:
    site.do("fresh_board", [
        {"title": "W" * 200, "who": "Ü" * 120, "amount": 9_999_999_999_999}, {"title": "مكتب الدراسات الهندسية للطاقة الشمسية", "who": "شركة النور"},
        {"title": "屋顶太阳能安装工程第三期", "who": "光明有限公司"}, {"title": "x"},
    ])  # fmt: skip
    desk.page.set_viewport_size({"width": width, "height": 800})
    page = open_board(desk, cards)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        "[...document.querySelectorAll('#board .card')].filter(c => c.scrollWidth > c.clientWidth + 1).map(c => c.id)"
    )
    assert wide == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_left_out_of_the_board(desk: Visitor, site: Site, cards: dict[str, str], theme: str) -> None:
    desk.page.emulate_media(color_scheme=theme)
    page = open_board(desk, cards)
    assert desk.axe() == []

    page.keyboard.press("v")
    assert desk.axe() == []
    page.keyboard.press("Escape")
    card(page, "Carport").get_by_role("link").first.click()
    page.locator("dialog.sheet .sheet__title").wait_for()
    still(page)
    assert desk.axe() == []
    page.locator("#fact-amount .fact__link").click()
    page.locator("#fact-amount input[name=amount]").wait_for()
    assert desk.axe() == []
    for path in ("activities/", "today/", "board/?text=bukti"):
        page.goto(f"/@atap-suria/{path}")
        still(page)
        assert desk.axe() == []
