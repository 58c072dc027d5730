"""The four questions of the first day."""

import pytest

from pivotino.instance.activities.models import ActivityKind
from pivotino.instance.history.models import Event
from pivotino.instance.members.queries import company
from pivotino.tenancy import inside


def answers(person):
    with inside(person.instance):
        ours = company()
        return ours.industry, ours.days_due, ours.days_to_lost, ours.target_minor, bool(ours.set_up_at)


def test_a_new_owner_is_asked_first_and_a_user_sees_the_board(anna, bruno):
    assert anna.browser.get(anna.url())["Location"] == anna.url("set-up/")
    assert bruno.browser.get(bruno.url())["Location"] == bruno.url("board/")


def test_answers_are_kept_and_every_activity_follows(anna):
    said = {"industry": "Manufacturing", "days_due": "2", "days_to_lost": "14", "target_minor": "5,000"}

    assert anna.browser.post(anna.url("set-up/"), said)["Location"] == anna.url("set-up/next/")

    assert answers(anna) == ("Manufacturing", 2, 14, 500_000, True)
    with inside(anna.instance):
        assert set(ActivityKind.objects.values_list("days", flat=True)) == {2}
        event = Event.objects.get(verb="company.set_up")
        assert event.data["changes"]["days_due"] == [7, 2]
    assert anna.browser.get(anna.url())["Location"] == anna.url("board/")


@pytest.mark.parametrize("said", [{"skip": "1"}, {"skip": "1", "days_due": "others", "other_days_due": "x"}, {}])
def test_skipping_keeps_what_holds_and_is_not_asked_again(anna, said):
    anna.browser.post(anna.url("set-up/"), said)

    assert answers(anna) == ("", 7, 7, 0, True)
    assert anna.browser.get(anna.url())["Location"] == anna.url("board/")


def test_own_words_and_numbers_are_welcome(anna):
    said = {"industry": "others", "other_industry": " Roofing  and solar ", "days_due": "others", "other_days_due": "3",
            "days_to_lost": "others", "other_days_to_lost": "45", "target_minor": "RM 1.2m"}  # fmt: skip
    anna.browser.post(anna.url("set-up/"), said)

    assert answers(anna) == ("Roofing and solar", 3, 45, 120_000_000, True)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"days_due": "others", "other_days_due": "0"}, "from 1 to 365"),
        ({"days_due": "others", "other_days_due": "soon"}, "from 1 to 365"),
        ({"days_due": "others"}, "from 1 to 365"),
        ({"days_to_lost": "others", "other_days_to_lost": "366"}, "from 1 to 365"),
        ({"industry": "others", "other_industry": " "}, "Say which"),
        ({"target_minor": "a lot"}, "is not an amount"),
        ({"target_minor": "-5"}, "below zero"),
        ({"target_minor": "10.50"}, "whole number"),
        ({"days_due": "9"}, "9"),
    ],
)
def test_a_wrong_answer_is_explained_and_kept(anna, said, why):
    answer = anna.browser.post(anna.url("set-up/"), {"other_industry": "Roofs", **said})

    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert said.get("other_industry") or "Roofs" in answer.content.decode()
    assert answers(anna)[4] is False


def test_the_questions_may_be_answered_again_later(anna):
    anna.browser.post(anna.url("set-up/"), {"industry": "Healthcare", "days_due": "14", "days_to_lost": "30"})

    page = anna.browser.get(anna.url("set-up/")).content.decode()
    assert "Healthcare" in page

    anna.browser.post(anna.url("set-up/"), {"days_due": "2"})
    assert answers(anna)[:3] == ("Healthcare", 2, 30)
