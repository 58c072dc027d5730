"""Help and feedback inside a database end in the same inbox."""

from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError

from pivotino.control.helpdesk.inside import Desk
from pivotino.control.helpdesk.models import Attachment, Message, Ticket
from pivotino.kit.uploads.harm import EICAR
from pivotino.tenancy import questions
from pivotino.tenancy.freezing import Reason, freeze
from tests.cast import Browser, Person

FORM = {"kind": "trouble", "text": "The board stays empty.\nSince Monday.", "page": "/@atap-suria/board/", "once": "o1"}


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    caches["default"].clear()


@pytest.mark.promise("P04")
def test_what_a_user_asks_becomes_their_own_ticket(bruno: Person) -> None:
    page = bruno.browser.get(
        bruno.url("help/"), headers={"Referer": f"https://testserver{bruno.url('board/')}?q=secret"}
    ).content.decode()
    answers = [bruno.browser.post(bruno.url("help/"), FORM) for _ in range(2)]

    assert 'value="/@atap-suria/board/"' in page
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "T-1001" in answers[0].content.decode()
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.category, ticket.source, ticket.page) == (
        "The board stays empty.",
        "support",
        "app",
        "/@atap-suria/board/",
    )
    assert (ticket.email, ticket.account_id, ticket.instance_id) == (
        bruno.account.email,
        bruno.account.pk,
        bruno.instance.pk,
    )
    assert ticket.proved_at is not None


def test_only_who_asked_sees_it_and_not_the_owner(anna: Person, bruno: Person) -> None:
    anna.take_seat(), bruno.take_seat()
    bruno.browser.post(bruno.url("help/"), FORM)

    assert "The board stays empty." in bruno.browser.get("/my/tickets/").content.decode()
    assert "The board stays empty." not in anna.browser.get("/my/tickets/").content.decode()
    assert anna.browser.get("/my/tickets/T-1001/").status_code == 404


@pytest.mark.parametrize(("kind", "category"), [("privacy", "privacy"), ("security", "security"), ("idea", "support")])
def test_what_it_is_about_decides_where_it_lies(bruno: Person, kind: str, category: str) -> None:
    bruno.browser.post(bruno.url("help/"), {**FORM, "kind": kind})

    assert Ticket.objects.get().category == category


@pytest.mark.parametrize("wrong", [{"text": " "}, {"kind": "gossip"}])
def test_a_mistake_keeps_what_was_typed(bruno: Person, wrong: dict[str, str]) -> None:
    answer = bruno.browser.post(bruno.url("help/"), {**FORM, **wrong})

    assert answer.status_code == 422
    assert wrong.get("text", "The board stays empty.") in answer.content.decode()


def test_files_come_along_and_none_hangs_twice(bruno: Person) -> None:
    """The same form pressed twice is one question with its files once."""
    for _ in range(2):
        seen = [SimpleUploadedFile(name, b"What I saw.", "text/plain") for name in ("a.txt", "b.txt")]
        assert bruno.browser.post(bruno.url("help/"), {**FORM, "attached": seen}).status_code == 200
    bruno.take_seat()
    file = Attachment.objects.first()
    answer: Any = bruno.browser.get(f"/my/tickets/T-1001/files/{file.pk}/")  # type: ignore[union-attr]

    assert list(Attachment.objects.values_list("name", "message__direction")) == [("a.txt", "in"), ("b.txt", "in")]
    assert answer.getvalue() == b"What I saw."


@pytest.mark.parametrize(
    ("name", "data"), [("a.exe", b"MZ\x90\x00"), ("a.txt", EICAR), ("a.txt", b"Card 4111 1111 1111 1111"), ("a.txt", b"")]
)  # fmt: skip
def test_a_file_that_may_not_be_kept_is_refused_and_the_text_stays(bruno: Person, name: str, data: bytes) -> None:
    answer = bruno.browser.post(bruno.url("help/"), {**FORM, "attached": [SimpleUploadedFile(name, data)]})

    assert answer.status_code == 422
    assert "The board stays empty." in answer.content.decode()
    assert (Attachment.objects.count(), Ticket.objects.count()) == (0, 0)


def test_a_page_that_comes_back_says_that_it_lost_the_file(bruno: Person) -> None:
    wrong = {**FORM, "text": " ", "attached": [SimpleUploadedFile("a.txt", b"x")]}

    assert "Choose it again" in bruno.browser.post(bruno.url("help/"), wrong).content.decode()


def test_strangers_and_rivals_find_nothing(bruno: Person, rita: Person, stranger: Browser) -> None:
    assert rita.browser.get(bruno.url("help/")).status_code == 404
    assert rita.browser.post(bruno.url("help/"), FORM).status_code == 404
    assert stranger.get(bruno.url("help/"))["Location"].startswith("/sign-in/")
    assert not Ticket.objects.exists()


def test_a_frozen_database_takes_questions(bruno: Person) -> None:
    freeze(bruno.instance, Reason.STAFF)

    assert bruno.browser.post(bruno.url("help/"), FORM).status_code == 200
    assert Ticket.objects.count() == 1


class Away(Desk):
    """The control plane answers only after so many tries."""

    def __init__(self, times: int) -> None:
        self.times = times

    def take(self, place: Any, question: questions.Question) -> str:
        self.times -= 1
        if self.times >= 0:
            raise OperationalError("away")
        return super().take(place, question)


@pytest.mark.parametrize(("times", "status", "tickets"), [(1, 200, 1), (2, 503, 0)])
def test_it_tries_once_more_and_then_keeps_the_text_in_the_page(
    bruno: Person, monkeypatch: Any, times: int, status: int, tickets: int
) -> None:
    monkeypatch.setattr(questions, "_desks", [Away(times)])

    answer = bruno.browser.post(bruno.url("help/"), FORM)

    assert (answer.status_code, Ticket.objects.count()) == (status, tickets)
    assert tickets or "The board stays empty." in answer.content.decode()


def test_where_one_company_runs_alone_the_page_names_an_address(bruno: Person, monkeypatch: Any) -> None:
    monkeypatch.setattr(questions, "_desks", [])

    assert "mailto:support@pivotino.example" in bruno.browser.get(bruno.url("help/")).content.decode()
    assert bruno.browser.post(bruno.url("help/"), FORM).status_code == 200
    assert not Message.objects.exists()
