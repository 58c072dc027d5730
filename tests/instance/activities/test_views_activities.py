"""The activities pages: what is listed for whom, and planning, finishing, moving, cancelling from there and from a card."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from pivotino.instance.activities.models import Activity
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity
from pivotino.tenancy import inside
from tests.cast import Person

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday() -> Any:
    with time_machine.travel("2026-11-23 01:00:00+00:00", tick=False):
        yield


def card(person: Person, title: str = "Carport") -> Opportunity:
    """A card of this person with nothing planned."""
    with inside(person.instance):
        opportunity = Opportunity.open(title, by=person.member)
        for activity in opportunity.activities.all():
            activity.cancel(by=person.member)
        return Opportunity.objects.get(pk=opportunity.pk)


def planned(
    person: Person, days: int, summary: str, opportunity: Opportunity | None = None, kind: str = "call"
) -> Activity:
    with inside(person.instance):
        on = opportunity or card(person, f"Card of {summary}")
        return Activity.plan(on, kind=kind, by=person.member, due_on=TODAY + timedelta(days=days), summary=summary)


def fresh(person: Person, activity: Activity) -> Activity:
    with inside(person.instance):
        return Activity.objects.get(pk=activity.pk)


def on_list(person: Person, path: str, data: dict[str, Any], page: str = "activities/") -> Any:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{person.url(page)}"}
    return person.browser.post(person.url(path), data, headers=headers)


def test_strangers_and_rivals_see_nothing(stranger: Any, rita: Person, anna: Person) -> None:
    activity = planned(anna, 0, "Ring Aina")

    for page in ("today/", "activities/"):
        assert stranger.get(anna.url(page)).status_code == 302
        assert rita.browser.get(anna.url(page)).status_code == 404
    assert rita.browser.post(anna.url(f"activities/{activity.pk}/cancellation/")).status_code == 404


def test_the_four_counters_count_what_they_lead_to(anna: Person) -> None:
    for days in (-2, -1, 0, 3, 4, 5):
        planned(anna, days, f"Ring {days}")

    page = anna.browser.get(anna.url("activities/")).content.decode()
    late = anna.browser.get(anna.url("activities/?show=overdue")).content.decode()

    numbers = [part.split("<")[0] for part in page.split('class="counter__n">')[1:]]
    assert numbers == ["6", "2", "1", "3"]
    assert late.count('class="row"') == 2
    assert "2 days late" in late and "Ring 3" not in late


def test_days_follow_each_other(anna: Person) -> None:
    for days in (9, 0, -1, 1, 2):
        planned(anna, days, f"Ring {days}")

    page = anna.browser.get(anna.url("activities/")).content.decode()
    names = [part.split("<")[0] for part in page.split('class="day__name" id="')[1:]]

    assert [name.split(">")[1] for name in names] == ["Overdue", "Today", "Tomorrow", "Wednesday", "2 December"]


def test_an_owner_sees_everybodys_and_a_user_only_own_ones(anna: Person, bruno: Person) -> None:
    planned(anna, 0, "Ring Aina")
    planned(bruno, 0, "Ring Benny")

    everybody = anna.browser.get(anna.url("activities/")).content.decode()
    mine = anna.browser.get(anna.url("activities/?whose=mine")).content.decode()
    brunos = bruno.browser.get(bruno.url("activities/?whose=everyone")).content.decode()

    assert "Ring Aina" in everybody and "Ring Benny" in everybody
    assert "Ring Aina" in mine and "Ring Benny" not in mine
    assert "Ring Aina" not in brunos and "Ring Benny" in brunos


def test_no_door_leads_a_user_to_a_colleagues_activity(anna: Person, bruno: Person) -> None:
    opportunity = card(anna)
    activity = planned(anna, 0, "Ring Aina", opportunity)

    assert bruno.browser.get(bruno.url(f"activities/{activity.pk}/completion/")).status_code == 404
    for path in (f"activities/{activity.pk}/completion/", f"activities/{activity.pk}/day/", f"activities/{activity.pk}/cancellation/",
                 f"opportunities/{opportunity.pk}/activities/"):  # fmt: skip
        assert bruno.browser.htmx("post", bruno.url(path), {"due_on": "2026-12-01"}).status_code == 404
    assert fresh(anna, activity).is_open


def test_done_keeps_the_feedback_answers_the_list_and_can_be_taken_back(anna: Person) -> None:
    activity = planned(anna, 0, "Ring Aina")

    answer = on_list(anna, f"activities/{activity.pk}/completion/", {"feedback": "Wants panels."})
    told = json.loads(answer["HX-Trigger"])["pv:toast"]

    assert fresh(anna, activity).feedback == "Wants panels."
    assert 'id="activities"' in answer.content.decode() and "row--done" in answer.content.decode()
    assert told["text"] == "Marked Ring Aina done"
    assert anna.browser.htmx("post", told["undo"]).status_code == 204
    assert fresh(anna, activity).is_open


def test_done_and_plan_the_next_opens_the_card(anna: Person) -> None:
    activity = planned(anna, 0, "Ring Aina")

    answer = on_list(anna, f"activities/{activity.pk}/completion/", {"feedback": "", "next": "1"})

    assert json.loads(answer["HX-Trigger"])["pv:open"]["href"] == anna.url(
        f"opportunities/{activity.opportunity_id}/?plan=1"
    )


def test_twice_done_is_done_once(anna: Person) -> None:
    activity = planned(anna, 0, "Ring Aina")

    first = on_list(anna, f"activities/{activity.pk}/completion/", {})
    second = on_list(anna, f"activities/{activity.pk}/completion/", {})

    assert (first.status_code, second.status_code) == (200, 422)
    assert json.loads(second["HX-Trigger"])["pv:toast"] == {"text": "This is done already.", "undo": None, "bad": True}


def test_tomorrow_instead_and_another_day(anna: Person) -> None:
    activity = planned(anna, -3, "Ring Aina")

    on_list(anna, f"activities/{activity.pk}/day/", {})
    assert fresh(anna, activity).due_on == date(2026, 11, 24)
    on_list(anna, f"activities/{activity.pk}/day/", {"due_on": "2026-12-24", "due_time": "14:30"})
    assert fresh(anna, activity).due_on == date(2026, 12, 24)
    assert str(fresh(anna, activity).due_time) == "14:30:00"
    on_list(anna, f"activities/{activity.pk}/day/", {"due_on": "2026-12-25", "keep_time": "1"})
    assert str(fresh(anna, activity).due_time) == "14:30:00"


@pytest.mark.parametrize("day", ["2026-02-31", "soon", "0001-01-01", "9999-01-01"])
def test_a_day_that_does_not_exist_is_refused(anna: Person, day: str) -> None:
    activity = planned(anna, 1, "Ring Aina")

    answer = on_list(anna, f"activities/{activity.pk}/day/", {"due_on": day})

    assert answer.status_code == 422
    assert fresh(anna, activity).due_on == date(2026, 11, 24)


def test_cancelled_leaves_every_list(anna: Person) -> None:
    activity = planned(anna, 0, "Ring Aina")

    answer = on_list(anna, f"activities/{activity.pk}/cancellation/", {})

    assert "Ring Aina" not in answer.content.decode()
    assert not fresh(anna, activity).is_open


def plan(person: Person, opportunity: Opportunity, **data: Any) -> Any:
    here = person.url(f"opportunities/{opportunity.pk}/")
    with inside(person.instance):
        from pivotino.instance.activities.models import ActivityKind

        call = ActivityKind.objects.get(key="call")
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{here}", "Pv-Board": ""}
    given = {"kind": str(call.pk), "summary": "Ask for the drawings", "due_on": "2026-12-01", **data}
    return person.browser.post(f"{here}activities/", given, headers=headers)


def test_planning_on_a_card_shows_it_there_and_on_the_board(anna: Person, bruno: Person) -> None:
    opportunity = card(anna)

    answer = plan(anna, opportunity, assigned_to=str(bruno.member_id), due_time="09:15", note="Ask for Aina.")
    body = answer.content.decode()

    assert answer.status_code == 200
    assert "Ask for the drawings" in body and "1 Dec 2026, 9:15 am" in body and "Bruno Sales" in body
    assert "Call, 1 Dec" in body and f'id="c-{opportunity.pk}"' in body


@pytest.mark.parametrize(
    ("wrong", "why"), [({"due_on": ""}, "Pick a day."), ({"due_on": "2026-02-31"}, "This day does not exist."),
                       ({"kind": "00000000-0000-7000-8000-000000000000"}, "This kind is not on the list."), ({"due_time": "25:00"}, "Type a time, like 14:30.")],
)  # fmt: skip
def test_a_plan_that_makes_no_sense_keeps_what_was_typed(anna: Person, wrong: dict[str, str], why: str) -> None:
    opportunity = card(anna)

    answer = plan(anna, opportunity, **wrong)
    body = answer.content.decode()

    assert answer.status_code == 422
    assert why in body
    assert "Ask for the drawings" in body
    with inside(anna.instance):
        assert not Activity.objects.filter(opportunity=opportunity).open().exists()


def test_done_on_a_card_offers_the_next_step(anna: Person) -> None:
    opportunity = card(anna)
    activity = planned(anna, 0, "Ring Aina", opportunity)
    here = anna.url(f"opportunities/{opportunity.pk}/")

    answer = anna.browser.post(
        anna.url(f"activities/{activity.pk}/completion/"), {"feedback": "Fine."},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{here}", "Pv-Board": ""},
    )  # fmt: skip
    body = answer.content.decode()

    assert "data-focus" in body
    assert "Nothing planned" in body
    assert "finished" in body and "Fine." in body


def test_today_shows_what_waits_then_what_nobody_looks_after(anna: Person) -> None:
    planned(anna, -1, "Ring Aina")
    planned(anna, 1, "Ring Benny")
    card(anna, "Forgotten roof")

    page = anna.browser.get(anna.url("today/")).content.decode()

    assert page.index("Ring Aina") < page.index("Forgotten roof")
    assert "Ring Benny" not in page
    assert "1 card of yours" in page


def test_a_cleared_morning_says_what_comes_next(anna: Person) -> None:
    planned(anna, 1, "Ring Benny")

    page = anna.browser.get(anna.url("today/")).content.decode()

    assert "That was everything for today." in page
    assert "Ring Benny</a>, tomorrow." in page


def test_the_rail_counts_what_is_due_by_tonight(anna: Person, bruno: Person) -> None:
    planned(anna, -1, "Ring Aina")
    planned(anna, 0, "Ring Benny")
    planned(anna, 1, "Ring Cindy")

    page = anna.browser.get(anna.url("board/")).content.decode()

    assert 'count--loud">2<' in page
    assert "count--loud" not in bruno.browser.get(bruno.url("board/")).content.decode()


def test_without_script_done_is_a_page_and_ends_where_one_was(anna: Person) -> None:
    activity = planned(anna, 0, "Ring Aina")
    browser = anna.browser
    address = anna.url(f"activities/{activity.pk}/completion/")

    assert "Mark done" in browser.get(address).content.decode()
    answer = browser.post(
        address, {"feedback": "x"}, headers={"Referer": f"http://testserver{anna.url('activities/')}"}
    )
    assert (answer.status_code, answer["Location"]) == (302, anna.url("activities/"))
    other = planned(anna, 0, "Ring Benny")
    away = browser.post(
        anna.url(f"activities/{other.pk}/cancellation/"), headers={"Referer": "https://elsewhere.example/x"}
    )
    assert away["Location"] == anna.url("today/")


def test_the_list_asks_the_database_the_same_few_questions(anna: Person, monkeypatch: Any) -> None:
    from django.db.backends.utils import CursorWrapper

    asked: list[str] = []
    execute = CursorWrapper.execute
    monkeypatch.setattr(
        CursorWrapper, "execute", lambda self, sql, params=None: (asked.append(sql), execute(self, sql, params))[1]
    )
    browser, seen = anna.browser, []
    planned(anna, 0, "Ring Aina")
    for _ in range(2):
        browser.get(anna.url("activities/"))
        asked.clear()
        browser.get(anna.url("activities/"))
        seen.append(len([sql for sql in asked if sql.startswith("SELECT")]))
        for number in range(9):
            planned(anna, number, f"Ring {number}")

    assert seen[0] == seen[1] <= 6


def test_members_who_left_are_not_offered(anna: Person) -> None:
    with inside(anna.instance):
        Member.objects.filter(name="Carla User").update(left_at="2026-11-01T00:00:00Z")

    assert "Carla User" not in anna.browser.get(anna.url(f"opportunities/{card(anna).pk}/")).content.decode()


def test_the_next_step_is_done_from_the_board_in_one_press(
    anna: Person, bruno: Person, rita: Person, stranger: Any
) -> None:
    roof = card(anna)
    first, later = planned(anna, 0, "Ring", roof), planned(anna, 4, "Write", roof)
    to, board = anna.url(f"opportunities/{roof.pk}/next/"), {"HX-Request": "true", "Pv-Board": ""}

    answer = anna.browser.post(to, headers=board)
    assert f'id="c-{roof.pk}"' in answer.content.decode()
    assert (fresh(anna, first).done_at is None, fresh(anna, later).done_at is None) == (False, True)
    anna.browser.post(json.loads(answer["HX-Trigger"])["pv:toast"]["undo"], headers=board)
    assert fresh(anna, first).done_at is None

    for _ in range(2):
        assert anna.browser.post(to, headers=board).status_code == 200
    refused = anna.browser.post(to, headers=board)
    assert (refused.status_code, "Nothing is planned" in refused["HX-Trigger"]) == (422, True)
    assert [person.browser.post(to).status_code for person in (bruno, rita)] == [404, 404]
    assert stranger.post(to).status_code == 302
