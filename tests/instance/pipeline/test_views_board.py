"""The board's pages and pieces, as each of the cast meets them."""

import json
import re
from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.db.backends.utils import CursorWrapper

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Company, Member
from pivotino.instance.pipeline.models import LostReason, Opportunity, Stage
from pivotino.tenancy import inside, memory
from tests.cast import Person

BOARD = {"Pv-Board": ""}


@pytest.fixture(autouse=True)
def _monday() -> Any:
    with time_machine.travel("2026-11-23 01:00:00+00:00", tick=False):
        yield


def opened(person: Person, title: str = "Carport", **more: Any) -> Opportunity:
    with inside(person.instance):
        return Opportunity.open(title, by=person.member, **more)


def stage(person: Person, name: str) -> Stage:
    with inside(person.instance):
        return Stage.objects.get(name=name)


def fresh(person: Person, opportunity: Opportunity) -> Opportunity:
    with inside(person.instance):
        return Opportunity.objects.select_related("stage").get(pk=opportunity.pk)


def move(person: Person, opportunity: Opportunity, to: Stage, **more: Any) -> Any:
    data = {"stage": str(to.pk), "version": fresh(person, opportunity).version, **more}
    return person.browser.post(
        person.url(f"opportunities/{opportunity.pk}/moves/"), data, headers={"HX-Request": "true", **BOARD}
    )


def test_a_stranger_is_asked_to_sign_in(stranger: Any, atap: Any) -> None:
    answer = stranger.get("/@atap-suria/board/")

    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]


def test_somebody_from_another_company_sees_nothing_here(rita: Person, anna: Person) -> None:
    opportunity = opened(anna)

    assert rita.browser.get("/@atap-suria/board/").status_code == 404
    assert rita.browser.get(f"/@atap-suria/opportunities/{opportunity.pk}/").status_code == 404


def test_an_owner_sees_everybodys_cards_and_a_user_only_own_ones(anna: Person, bruno: Person) -> None:
    opened(anna, "Annas roof")
    opened(bruno, "Brunos roof")

    seen_by_anna = anna.browser.get(anna.url("board/")).content.decode()
    seen_by_bruno = bruno.browser.get(bruno.url("board/")).content.decode()

    assert "Annas roof" in seen_by_anna and "Brunos roof" in seen_by_anna
    assert "Annas roof" not in seen_by_bruno and "Brunos roof" in seen_by_bruno
    assert "Everyone" in seen_by_anna and 'data-chip="all"' not in seen_by_bruno


def test_no_door_leads_a_user_to_a_colleagues_card(anna: Person, bruno: Person) -> None:
    opportunity = opened(anna, "Annas roof")
    quotation = stage(anna, "Quotation")

    for path in ("", "moves/", "timeline/", "facts/title/"):
        assert bruno.browser.get(bruno.url(f"opportunities/{opportunity.pk}/{path}")).status_code == 404
    for path, data in (
        ("moves/", {"stage": str(quotation.pk), "version": "1"}), ("outcomes/", {"kind": "won"}), ("notes/", {"body": "x"}),
        ("facts/title/", {"title": "Mine", "version": "1"}), ("removal/", {}), ("reopenings/", {}),
    ):  # fmt: skip
        assert bruno.browser.htmx("post", bruno.url(f"opportunities/{opportunity.pk}/{path}"), data).status_code == 404
    card = bruno.browser.get(
        bruno.url(f"opportunities/{opportunity.pk}/card/"), headers={"HX-Request": "true", **BOARD}
    )

    assert "Annas roof" not in card.content.decode()
    assert 'hx-swap-oob="delete"' in card.content.decode()


def test_an_empty_board_asks_for_the_first_customer(anna: Person) -> None:
    page = anna.browser.get(anna.url("board/")).content.decode()

    assert "Think of the last person who asked for a price. Type their name." in page
    assert "card--sample" in page


def test_a_card_shows_its_five_facts_in_their_places(anna: Person) -> None:
    with inside(anna.instance):
        customer = Contact.add("Klinik Harmoni", kind="company", by=anna.member)
    opened(anna, "18 kWp rooftop solar", contact=customer, amount_minor=6_480_000, stars=2, tags=["Solar"])

    page = anna.browser.get(anna.url("board/")).content.decode()
    card = re.search(r'<li class="card".*?</li>', page, re.DOTALL)

    assert card is not None
    for told in (
        "18 kWp rooftop solar",
        "Klinik Harmoni",
        "64,800",
        "First call, 30 Nov",
        "0 of 7 days in this stage",
        "Solar",
        "★★",
    ):
        assert told in card[0]


def test_names_written_by_hand_stay_text(anna: Person) -> None:
    opened(anna, "<script>alert(1)</script>", tags=["<b>x</b>"])

    page = anna.browser.get(anna.url("board/")).content.decode()

    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_board_asks_the_database_the_same_few_questions_however_many_cards(anna: Person, monkeypatch: Any) -> None:
    asked: list[str] = []
    execute = CursorWrapper.execute
    monkeypatch.setattr(
        CursorWrapper, "execute", lambda self, sql, params=None: (asked.append(sql), execute(self, sql, params))[1]
    )
    browser, seen = anna.browser, []
    opened(anna, "Roof")
    for _ in range(2):
        browser.get(anna.url("board/"))
        asked.clear()
        browser.get(anna.url("board/"))
        seen.append(len([sql for sql in asked if sql.startswith("SELECT")]))
        for number in range(11):
            opened(anna, f"Roof {number}", tags=[f"t{number}"])

    assert seen[0] == seen[1] <= 9


def test_a_move_answers_with_both_heads_the_card_and_undo(anna: Person) -> None:
    opportunity = opened(anna, amount_minor=100_00)
    left, entered = opportunity.stage, stage(anna, "Quotation")

    answer = move(anna, opportunity, entered)
    body = answer.content.decode()
    told = json.loads(answer["HX-Trigger"])["pv:toast"]

    assert answer.status_code == 200
    assert fresh(anna, opportunity).stage == entered
    assert f'id="head-{left.pk}"' in body and f'id="head-{entered.pk}"' in body
    assert f'id="c-{opportunity.pk}" data-stage="{entered.pk}"' in body
    assert body.count("stage__head") == 2
    assert told["text"] == "Moved Carport to Quotation"
    assert anna.browser.htmx("post", told["undo"]).status_code == 204
    assert fresh(anna, opportunity).stage == left


def test_a_refused_move_says_why_and_shows_the_truth(anna: Person) -> None:
    from pivotino.instance.activities.models import Activity

    opportunity = opened(anna)
    with inside(anna.instance):
        Activity.plan(opportunity, kind="meeting", by=anna.member, due_on=date(2026, 12, 1))
    won = stage(anna, "Won")

    answer = move(anna, opportunity, won)
    told = json.loads(answer["HX-Trigger"])["pv:toast"]

    assert answer.status_code == 422
    assert told["bad"] is True and "still open" in told["text"]
    assert f'data-stage="{opportunity.stage_id}"' in answer.content.decode()
    assert f'id="head-{won.pk}"' in answer.content.decode()
    assert fresh(anna, opportunity).stage_id == opportunity.stage_id


def test_who_moved_first_wins_and_the_other_is_told(anna: Person, bruno: Person) -> None:
    with inside(anna.instance):
        opportunity = opened(anna, owner=Member.objects.get(pk=bruno.member_id))
    version = opportunity.version
    move(bruno, opportunity, stage(anna, "Follow Up"))

    answer = anna.browser.post(
        anna.url(f"opportunities/{opportunity.pk}/moves/"), {"stage": str(stage(anna, "Quotation").pk), "version": version},
        headers={"HX-Request": "true", **BOARD},
    )  # fmt: skip
    told = json.loads(answer["HX-Trigger"])["pv:toast"]

    assert answer.status_code == 409
    assert told["text"] == "Bruno Sales moved this card first. It is in Follow Up."
    assert f'data-stage="{stage(anna, "Follow Up").pk}"' in answer.content.decode()


def test_losing_needs_a_reason(anna: Person) -> None:
    opportunity = opened(anna)
    lost = stage(anna, "Lost")
    with inside(anna.instance):
        reason = LostReason.objects.first()
    assert reason is not None

    without = move(anna, opportunity, lost)
    made_up = move(anna, opportunity, lost, reason="00000000-0000-7000-8000-000000000000")
    with_one = move(anna, opportunity, lost, reason=str(reason.pk), note="They bought elsewhere.")

    assert (without.status_code, made_up.status_code, with_one.status_code) == (422, 422, 200)
    assert fresh(anna, opportunity).stage == lost


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"stage": "nonsense", "version": "1"},
        {"version": "0"},
        {"stage": "00000000-0000-7000-8000-000000000000", "version": "1"},
    ],
)
def test_a_move_that_makes_no_sense_is_refused(anna: Person, data: dict[str, str]) -> None:
    opportunity = opened(anna)

    answer = anna.browser.htmx("post", anna.url(f"opportunities/{opportunity.pk}/moves/"), data)

    assert answer.status_code == 422
    assert json.loads(answer["HX-Trigger"])["pv:toast"]["bad"]
    assert fresh(anna, opportunity).version == opportunity.version


def test_without_script_a_card_moves_by_a_page_and_a_form(anna: Person) -> None:
    opportunity = opened(anna)
    browser = anna.browser
    address = anna.url(f"opportunities/{opportunity.pk}/moves/")
    page = browser.get(address)

    answer = browser.post(address, {"stage": str(stage(anna, "Follow Up").pk), "version": opportunity.version})

    assert "Follow Up" in page.content.decode()
    assert answer.status_code == 302
    assert fresh(anna, opportunity).stage.name == "Follow Up"


def test_filters_are_links_and_their_figures_say_of_how_many(anna: Person, bruno: Person) -> None:
    opened(anna, "Annas roof")
    opened(bruno, "Brunos roof")

    page = anna.browser.get(anna.url("board/?mine=1")).content.decode()

    assert "Annas roof" in page and "Brunos roof" not in page
    assert "of 2" in page


def test_a_search_that_finds_nothing_says_so(anna: Person) -> None:
    opened(anna)

    page = anna.browser.get(anna.url("board/?text=bukti")).content.decode()

    assert "No card mentions “bukti”." in page


def test_what_should_close_this_month_is_one_press_away(anna: Person) -> None:
    soon, later, won = (opened(anna, title) for title in ("Closes soon", "Closes later", "Closed already"))
    with inside(anna.instance):
        soon.edit(version=None, by=anna.member, expected_closing=date(2026, 11, 30))
        won.edit(version=None, by=anna.member, expected_closing=date(2026, 11, 30))
        won.win(by=anna.member)

    page = anna.browser.get(anna.url("board/?closing=month")).content.decode()
    assert "Closes soon" in page and "Closes later" not in page and "Closed already" not in page
    assert "1 open</strong> of 2" in page

    pieces = anna.browser.get(
        anna.url(f"opportunities/{later.pk}/card/"), headers={"HX-Request": "true", "Pv-Board": "closing=month"}
    ).content.decode()
    assert f'id="c-{later.pk}" hx-swap-oob="delete"' in pieces
    assert 'href="/@atap-suria/board/?closing=month"' in anna.browser.get(anna.url("board/")).content.decode()


def test_the_words_that_are_looked_for_keep_the_other_filters(anna: Person) -> None:
    opened(anna, "Annas roof")

    page = anna.browser.get(anna.url("board/?mine=1&order=hand&text=roof")).content.decode()
    find = page[page.index('class="filters__find"') : page.index("</form>", page.index('class="filters__find"'))]

    assert re.findall(r'name="(\w+)" value="(\w+)"', find) == [("mine", "1"), ("order", "hand"), ("text", "roof")]
    assert 'data-key="/"' in find


def test_a_filter_somebody_made_up_is_left_out(anna: Person) -> None:
    opened(anna, "Annas roof")

    page = anna.browser.get(anna.url("board/?owner=x&stage=y&next=z&order=q&after=w&add=%00&closing=v&batch=u"))

    assert page.status_code == 200
    assert "Annas roof" in page.content.decode()


def test_a_long_column_goes_on_where_it_ended(anna: Person) -> None:
    for number in range(25):
        opened(anna, f"Roof {number:02}")
    first = anna.browser.get(anna.url("board/")).content.decode()
    more = re.search(r'hx-get="([^"]+after=[^"]+)"', first)
    assert more is not None

    rest = anna.browser.htmx("get", more[1].replace("&amp;", "&")).content.decode()

    assert (first.count('class="card"'), rest.count('class="card"')) == (20, 5)
    assert {f"Roof {number:02}" for number in range(25)} == set(
        re.findall(r"Roof \d\d", re.sub(r'aria-label="[^"]*"', "", first + rest))
    )
    assert anna.browser.get(anna.url(f"board/columns/{stage(anna, 'New').pk}/?after=nonsense")).status_code == 404


def test_a_folded_stage_stays_as_the_member_left_it(anna: Person) -> None:
    opportunity = opened(anna, "Sold roof")
    with inside(anna.instance):
        for activity in opportunity.activities.all():
            activity.cancel(by=anna.member)
        Opportunity.objects.get(pk=opportunity.pk).win(by=anna.member)
    won = stage(anna, "Won")
    assert "Sold roof" not in anna.browser.get(anna.url("board/")).content.decode()

    answer = anna.browser.htmx("post", anna.url("board/folds/"), {"stage": str(won.pk), "folded": ""})
    assert "Sold roof" in answer.content.decode()
    assert "Sold roof" in anna.browser.get(anna.url("board/")).content.decode()

    anna.browser.get(anna.url(f"board/?fold={won.pk}"))
    assert "Sold roof" not in anna.browser.get(anna.url("board/")).content.decode()


def test_folding_a_stage_that_is_none_is_refused(anna: Person) -> None:
    assert anna.browser.htmx("post", anna.url("board/folds/"), {"stage": "x"}).status_code == 422


def test_the_quick_line_says_what_it_reads(anna: Person) -> None:
    answer = anna.browser.htmx(
        "post", anna.url("opportunities/quick/"), {"line": "Gutter for Taman Melawis RM 7.8k call Thu 10am"}
    )
    read = answer.json()

    assert {part["kind"] for part in read["parts"]} == {"company", "amount", "activity"}
    assert read["said"] == "RM 7,800 · Call Thu 10 am · New: Taman Melawis"


def test_the_quick_line_hints_at_a_company_of_nearly_that_name(anna: Person) -> None:
    with inside(anna.instance):
        Contact.add("Taman Melawis Sdn Bhd", kind="company", by=anna.member)

    read = anna.browser.htmx("post", anna.url("opportunities/quick/"), {"line": "Gutter for Taman Melawiss"}).json()

    assert read["said"] == "New: Taman Melawiss. Did you mean Taman Melawis Sdn Bhd?"


def test_the_quick_line_makes_a_card_with_everything_it_read(anna: Person, bruno: Person) -> None:
    answer = anna.browser.post(
        anna.url("opportunities/"), {"line": "Gutter guards for Taman Melawis RM 7.8k call Thu 10am @Bruno #roof *high"},
        headers={"HX-Request": "true", **BOARD},
    )  # fmt: skip

    with inside(anna.instance):
        made = Opportunity.objects.select_related("contact", "owner").get()
        told = (
            made.title,
            made.contact and made.contact.name,
            made.amount_minor,
            made.owner_id,
            made.stars,
            made.tag_names(),
            made.next_on,
        )
    assert answer.status_code == 200
    assert told == (
        "Gutter guards for Taman Melawis",
        "Taman Melawis",
        780_000,
        bruno.member_id,
        2,
        ["roof"],
        date(2026, 11, 26),
    )
    assert f'id="c-{made.pk}"' in answer.content.decode()
    assert answer["Pv-Made"].endswith(f"/opportunities/{made.pk}/")


def planned_at(person: Person, title: str, day: date, at: time | None) -> Opportunity:
    made = opened(person, title)
    with inside(person.instance):
        Activity.plan(made, kind="call", by=person.member, due_on=day, due_time=at)
    return made


def words_of(page: str) -> list[str]:
    return re.findall(r'<span class="state__text">(Call, .*?)</span>', page)


def test_a_card_says_the_time_of_its_next_step_and_a_day_is_in_its_order(anna: Person, bruno: Person) -> None:
    monday = date(2026, 11, 23)
    for day, at in (
        (monday, None), (monday, time(14, 30)), (monday, time(9)), (date(2026, 11, 25), time(14)), (date(2026, 11, 20), time(8)),
        (date(2026, 11, 29), time(15)),
    ):  # fmt: skip
        planned_at(bruno, f"Roof {day} {at}", day, at)

    # At nine in the morning there; what is due today is not late before the day is over.
    told = [
        "Call, 3 days late",
        "Call, today 9 am",
        "Call, today 2:30 pm",
        "Call, today",
        "Call, Wed 2 pm",
        "Call, Sun 3 pm",
    ]
    for person in (anna, bruno):
        assert words_of(person.browser.get(person.url("board/")).content.decode()) == told


def test_a_time_is_the_companys_and_so_is_the_day_it_lies_on(anna: Person) -> None:
    made = planned_at(anna, "Roof", date(2026, 11, 23), time(14, 30))
    seen = []
    for zone in ("Asia/Kuala_Lumpur", "America/Los_Angeles", "Pacific/Kiritimati"):
        with inside(anna.instance):
            Company.objects.update(zone=zone)
            memory.forget_everything()
        with time_machine.travel("2026-11-23 10:30:00+00:00", tick=False):
            card = anna.browser.get(anna.url(f"opportunities/{made.pk}/card/"), headers={"HX-Request": "true", **BOARD})
        seen += words_of(card.content.decode())

    assert seen == ["Call, today 2:30 pm", "Call, today 2:30 pm", "Call, 1 day late"]


def test_the_sheet_and_the_lists_say_the_time_too(anna: Person) -> None:
    made = planned_at(anna, "Roof", date(2026, 11, 23), time(14, 30))

    sheet = anna.browser.get(anna.url(f"opportunities/{made.pk}/")).content.decode()
    lists = anna.browser.get(anna.url("activities/")).content.decode()

    assert "Today, 2:30 pm" in sheet
    assert ">2:30 pm<" in lists


def test_a_known_company_is_not_made_twice(anna: Person) -> None:
    with inside(anna.instance):
        known = Contact.add("Taman Melawis", kind="company", by=anna.member)

    anna.browser.htmx("post", anna.url("opportunities/"), {"line": "Gutter for taman melawis"})
    anna.browser.htmx("post", anna.url("opportunities/"), {"line": "Gutter for Taman Melawis"})

    with inside(anna.instance):
        assert [one.contact_id for one in Opportunity.objects.exclude(contact=None)] in (
            [known.pk],
            [known.pk, known.pk],
        )
        assert Contact.objects.count() == 1


def test_many_lines_make_many_cards_and_one_undo_takes_them_back(anna: Person) -> None:
    lines = "\n".join(f"Roof {number} RM {number}k" for number in range(1, 31))

    answer = anna.browser.post(
        anna.url("opportunities/"), {"line": lines, "many": "1"}, headers={"HX-Request": "true", **BOARD}
    )
    told = json.loads(answer["HX-Trigger"])["pv:toast"]
    with inside(anna.instance):
        assert Opportunity.objects.count() == 30
    assert told["text"] == "Added 30 cards"

    assert anna.browser.htmx("post", told["undo"]).status_code == 200
    with inside(anna.instance):
        assert Opportunity.objects.visible_to(anna.member).count() == 0


@pytest.mark.parametrize("line", ["", "   ", "x" * 600])
def test_a_line_that_cannot_be_read_makes_nothing(anna: Person, line: str) -> None:
    answer = anna.browser.htmx("post", anna.url("opportunities/"), {"line": line})

    assert answer.status_code == 422
    assert answer["Pv-Said"]
    with inside(anna.instance):
        assert not Opportunity.objects.exists()


def test_a_colleagues_change_is_fetched_as_pieces(anna: Person) -> None:
    opportunity = opened(anna)
    was = opportunity.stage_id
    move(anna, opportunity, stage(anna, "Follow Up"))

    body = anna.browser.get(
        anna.url(f"opportunities/{opportunity.pk}/card/?was={was}"), headers={"HX-Request": "true", **BOARD}
    ).content.decode()

    assert body.count("stage__head") == 2
    assert 'id="board-sum"' in body


def test_a_card_that_no_longer_fits_the_filter_is_taken_away(anna: Person) -> None:
    opportunity = opened(anna)

    body = anna.browser.get(
        anna.url(f"opportunities/{opportunity.pk}/card/"), headers={"HX-Request": "true", "Pv-Board": "next=overdue"}
    ).content.decode()

    assert f'<li class="card" id="c-{opportunity.pk}" hx-swap-oob="delete">' in body
