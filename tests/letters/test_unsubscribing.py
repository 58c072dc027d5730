"""One press stops it; looking never does."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone

from pivotino.letters.models import Suppression
from pivotino.letters.models.suppression import Scope
from pivotino.letters.stopping import token_for
from pivotino.letters.suppression import suppress
from tests.cast import Browser, Person
from tests.letters.some import leaflet

ALI = "ali@kedai.example"
HERE = urlsplit(leaflet().unsubscribe).path
STRANGE = ["no-such-token", HERE.split("/")[2][:-3] + "abc", "x" * 500]
PRESS = {"List-Unsubscribe": "One-Click"}


def stops() -> list[tuple[str, str, str]]:
    return list(Suppression.objects.order_by("scope", "topic").values_list("scope", "topic", "how"))


@pytest.mark.promise("P47", "A27")
@pytest.mark.parametrize("form", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_one_press_in_a_mail_program_stops_the_topic_at_once(control: None, stranger: Browser, form: str) -> None:
    sent: Any = PRESS if form.startswith("multipart") else "List-Unsubscribe=One-Click"
    given: Any = {} if form.startswith("multipart") else {"content_type": form}

    answers = [stranger.post(HERE, sent, **given) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert not any(answer.cookies for answer in answers)
    assert stops() == [("topic", "tips", "one-click")]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
        {},
    ],
)
def test_the_press_may_come_from_anywhere(control: None, anna: Person, headers: dict[str, str]) -> None:
    assert anna.browser.post(HERE, PRESS, headers=headers).status_code == 200
    assert stops() == [("topic", "tips", "one-click")]


def test_only_this_address_is_open_to_every_origin(control: None, stranger: Browser) -> None:
    for path in ("/unsubscribe/", f"{HERE}more/", "/privacy/changes/"):
        assert stranger.post(path, PRESS, headers={"Origin": "null", "Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.promise("P47", "A28")
def test_looking_changes_nothing_however_often(control: None, stranger: Browser) -> None:
    for _ in range(3):
        assert stranger.get(HERE).status_code == 200
        assert stranger.head(HERE).status_code == 200
        assert stranger.get(f"{HERE}?List-Unsubscribe=One-Click&do=all").status_code == 200

    assert stops() == []


@pytest.mark.promise("A29")
@pytest.mark.parametrize("token", STRANGE)
@pytest.mark.parametrize("sent", [PRESS, {"do": "all"}, {"do": "choose", "topic": "tips"}, {"do": "undo"}, {}])
def test_a_token_that_is_not_ours_answers_the_same(
    control: None, stranger: Browser, token: str, sent: dict[str, str]
) -> None:
    strange, known = stranger.post(f"/unsubscribe/{token}/", sent), stranger.post(HERE, sent)

    def said(answer: Any, path: str) -> tuple[int, str]:
        return answer.status_code, answer.content.decode().replace(path, "")

    assert said(strange, f"/unsubscribe/{token}/") == said(known, HERE)
    assert {name for name, _ in strange.items()} == {name for name, _ in known.items()}


@pytest.mark.promise("A29")
def test_a_strange_token_looks_like_a_fresh_one(control: None, stranger: Browser) -> None:
    strange = stranger.get(f"/unsubscribe/{STRANGE[0]}/")

    assert strange.status_code == 200
    assert strange.content.decode().replace(STRANGE[0], "") == stranger.get(HERE).content.decode().replace(
        HERE.split("/")[2], ""
    )


def test_a_body_that_cannot_be_read_is_still_a_press(control: None, stranger: Browser) -> None:
    answer = stranger.post(HERE, b"--broken", content_type="multipart/form-data")

    assert answer.status_code == 200
    assert stops() == [("topic", "tips", "link")]


def test_a_person_chooses_stops_all_and_takes_it_back(control: None, stranger: Browser) -> None:
    stranger.post(HERE, {"do": "choose", "topic": ["tips", "newsletter"]})
    assert [topic for _, topic, _ in stops()] == ["benefits", "pictures", "promotions"]

    page = stranger.get(HERE).content.decode()
    assert 'value="tips" checked' in page and 'value="pictures" checked' not in page

    stranger.post(HERE, {"do": "all"})
    assert ("marketing", "", "link") in stops()
    assert "checked" not in stranger.get(HERE).content.decode()

    assert stranger.post(HERE, {"do": "undo"}).status_code == 200
    assert stops() == []


def test_what_is_older_than_thirty_days_is_not_taken_back(control: None, stranger: Browser) -> None:
    stranger.post(HERE, {"do": "all"})

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        page = stranger.get(HERE).content.decode()
        stranger.post(HERE, {"do": "undo"})
        stranger.post(HERE, {"do": "choose", "topic": ["tips"]})

    assert "sign up anew" in page and "disabled" in page and "Take back" not in page
    assert ("marketing", "", "link") in stops()


@pytest.mark.parametrize("scope", [Scope.COMPLAINT, Scope.EVERYTHING, Scope.LEGAL])
def test_only_ones_own_wish_is_taken_back(control: None, stranger: Browser, scope: Scope) -> None:
    suppress(ALI, scope, how="staff")

    assert "No marketing goes to this address" in stranger.get(HERE).content.decode()
    stranger.post(HERE, {"do": "undo"})
    assert [kept for kept, _, _ in stops()] == [scope]


@pytest.mark.promise("P51")
def test_the_page_says_that_customers_lists_are_theirs(control: None, stranger: Browser) -> None:
    page = stranger.get(HERE).content.decode()

    assert "we cannot take you off their lists" in page
    assert "Letters about your account, such as a new password, always come" in page


def test_one_persons_press_stops_nobody_else(control: None, stranger: Browser) -> None:
    stranger.post(f"/unsubscribe/{token_for('siti@kedai.example', 'tips')}/", PRESS)

    assert "checked" in stranger.get(HERE).content.decode()
