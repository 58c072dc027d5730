"""The report of staff: sums, five people at least, and not one row of a person."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.visitors import queries, recording
from pivotino.control.visitors.models import Tally
from pivotino.control.visitors.queries import Line
from tests.cast import Browser, Person
from tests.control.staff.conftest import desk, sofia, with_second_step
from tests.control.visitors.conftest import ADDRESS, agrees, looking

__all__ = ["desk", "sofia"]
PAGES = ["/staff/visits/", "/staff/visits.csv"]


def come(people: int, page: str, referrer: str) -> None:
    for number in range(people):
        looking(f"198.18.{number // 250}.{number % 250}").get(page, HTTP_REFERER=referrer)
    recording.flush()


@pytest.mark.parametrize("page", PAGES)
def test_staff_see_it_and_nobody_else(desk: Browser, anna: Person, stranger: Browser, page: str) -> None:
    assert desk.get(page).status_code == 200
    assert with_second_step(anna.account).get(page).status_code == 404
    assert stranger.get(page)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("days", ["", "7", "90", "x", "-1", "9999999", "٣"])
def test_a_span_that_is_none_is_the_usual_one(desk: Browser, days: str) -> None:
    assert desk.get("/staff/visits/", {"days": days}).status_code == 200


@pytest.mark.promise("P07", "P39")
def test_what_fewer_than_five_people_did_stands_under_others() -> None:
    come(6, "/", "https://many.example/")
    come(4, "/prices/", "https://few.example/")
    come(3, "/our-story/", "https://fewer.example/")
    today = timezone.now().date()

    assert queries.segments("source", today, today) == [Line("many.example", 6, 6), Line("Others", 7, 7)]
    assert queries.segments("path", today, today) == [Line("/", 6, 6), Line("Others", 7, 7)]


def test_others_of_fewer_than_five_are_not_shown_at_all() -> None:
    come(4, "/prices/", "https://few.example/")
    today = timezone.now().date()

    assert queries.segments("source", today, today) == []


def test_one_person_who_looks_often_is_still_one() -> None:
    for _ in range(9):
        looking().get("/", HTTP_REFERER="https://one.example/")
    recording.flush()
    today = timezone.now().date()

    assert queries.segments("source", today, today) == []


def test_the_way_to_a_sign_up_is_counted_step_by_step() -> None:
    come(7, "/", "")
    come(6, "/prices/", "")
    come(5, "/get-started/", "")
    filled = {"name": "Anna", "email": "anna@firm.example", "company": "Firm"}
    looking().post("/get-started/", filled)  # refused: too little was said
    recording.flush()

    assert [(line.name, line.people) for line in queries.report(7).funnel] == [
        ("Opened a page", 7), ("Looked at prices", 6), ("Opened the form", 5), ("Sent the form", 0), ("Proved the address", 0),
    ]  # fmt: skip


def test_a_step_few_took_says_no_number(desk: Browser) -> None:
    come(6, "/", "")
    come(2, "/prices/", "")

    assert [line.is_few for line in queries.report(7).funnel] == [False, True, False, False, False]
    assert ("step", "Looked at prices", "under 5", "under 5") in list(queries.table(queries.report(7)))
    assert "under 5" in desk.get("/staff/visits/").content.decode()


@pytest.mark.promise("A6")
@pytest.mark.parametrize(
    ("file", "says"), [("", "no list of data centres is set"), ("/some/list", "by the networks of data centres")]
)
def test_the_page_says_how_programs_are_known(desk: Browser, settings: Any, file: str, says: str) -> None:
    settings.DATACENTRE_FILE = file

    assert says in desk.get("/staff/visits/").content.decode()


def test_the_page_draws_days_and_says_them(desk: Browser) -> None:
    come(6, "/", "https://many.example/")

    page = desk.get("/staff/visits/?days=7").content.decode()

    assert "6 people, 6 views" in page
    assert page.count('class="tally-chart__column"') == 2  # one day, drawn for both widths
    assert "many.example" in page


def test_the_file_carries_sums_and_no_person(desk: Browser) -> None:
    visitor = looking()
    agrees(visitor, "statistics")
    visitor.get("/", HTTP_REFERER="https://only-me.example/")
    come(6, "/prices/", "https://many.example/")

    answer: Any = desk.get("/staff/visits.csv?days=7")
    text = b"".join(answer.streaming_content).decode()

    assert f"day,{timezone.now().date().isoformat()},7,7" in text
    assert "source,many.example,6,6" in text
    assert [word for word in (ADDRESS, "only-me", "198.18") if word in text] == []


def test_the_report_asks_the_same_few_questions_however_much_was_counted(
    sofia: Account, django_assert_max_num_queries: Any
) -> None:
    today = timezone.now().date()
    Tally.objects.add(
        {(today - timedelta(days=day), "path", f"/{number}/"): (9, 9) for day in range(30) for number in range(20)}
    )

    with django_assert_max_num_queries(10):
        queries.report(30)


def test_days_are_days_in_utc() -> None:
    with time_machine.travel("2026-11-23 23:59:30+00:00", tick=False) as clock:
        looking().get("/")
        clock.shift(60)
        looking().get("/")
        recording.flush()
        found = queries.report(2)

    assert [(day.isoformat(), line.people) for day, line in found.days] == [("2026-11-23", 1), ("2026-11-24", 1)]
