"""The form on the contact page."""

from typing import Any

import pytest
from django.core import mail
from django.core.cache import caches

from pivotino.control.helpdesk.models import Message, Ticket
from pivotino.jobs.testing import run_all
from tests.cast import Browser

pytestmark = pytest.mark.usefixtures("control")
FORM = {
    "category": "security",
    "subject": "A hole at https://crm.example/x",
    "body": "Look at /x.",
    "email": "ali@kedai.example",
    "name": "Ali",
    "once": "a1",
}


@pytest.mark.promise("P04", "P29")
def test_whoever_writes_gets_a_ticket_and_a_letter(stranger: Browser) -> None:
    answer = stranger.post("/contact/", FORM)
    run_all()

    assert (answer.status_code, answer["Location"]) == (302, "/contact/sent/")
    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.source, ticket.email, ticket.name) == (
        "security",
        "form",
        "ali@kedai.example",
        "Ali",
    )
    assert ticket.proved_at is None and ticket.account is None
    assert [letter.to for letter in mail.outbox] == [["ali@kedai.example"]]
    assert "Look into your mail" in stranger.get("/contact/sent/").content.decode()


def test_the_form_says_why_we_ask_and_the_question_keeps_which_policy_was_shown(stranger: Browser) -> None:
    page = stranger.get("/contact/").content.decode()
    stranger.post("/contact/", FORM)

    assert "We need your address to answer" in page and 'lang="ms"' in page
    version = Ticket.objects.get().notice.split()[0]
    assert f"/privacy/{version}/" in page or version in page


@pytest.mark.parametrize(("about", "chosen"), [("security", "security"), ("nonsense", "support"), ("", "support")])
def test_a_link_may_choose_the_category(stranger: Browser, about: str, chosen: str) -> None:
    page = stranger.get(f"/contact/?about={about}").content.decode()

    assert f'<option value="{chosen}" selected>' in page


@pytest.mark.parametrize(
    "wrong", [{"email": "no address"}, {"email": ""}, {"body": "  "}, {"subject": ""}, {"category": "gossip"}, {"body": "x" * 20_001}]
)  # fmt: skip
def test_a_mistake_keeps_what_was_typed(stranger: Browser, wrong: dict[str, Any]) -> None:
    answer = stranger.post("/contact/", {**FORM, "body": "A long story.", "name": "Ali Hassan", **wrong})

    assert answer.status_code == 422
    assert "Ali Hassan" in answer.content.decode()
    assert not Ticket.objects.exists()


def test_the_same_form_twice_is_one_question(stranger: Browser) -> None:
    for _ in range(2):
        assert stranger.post("/contact/", FORM).status_code == 302
    stranger.post("/contact/", {**FORM, "once": "a2"})

    assert Ticket.objects.count() == 2


def test_one_address_cannot_be_flooded(stranger: Browser) -> None:
    caches["default"].clear()
    answers = [stranger.post("/contact/", {**FORM, "once": f"n{number}"}).status_code for number in range(6)]

    assert answers == [302] * 5 + [429]
    assert "Look at /x." in stranger.post("/contact/", {**FORM, "once": "n9"}).content.decode()


@pytest.mark.parametrize("text", ["card 4111 1111 1111 1111", "my card: 4111111111111111"])
def test_a_card_number_is_kept_nowhere(stranger: Browser, text: str) -> None:
    answer = stranger.post("/contact/", {**FORM, "body": text})

    assert answer.status_code == 422
    assert "4111" not in answer.content.decode().replace("1111)", "")
    assert not Message.objects.exists()


def test_another_site_cannot_send_it(stranger: Browser) -> None:
    answer = stranger.post(
        "/contact/", FORM, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    )

    assert answer.status_code == 403
    assert not Ticket.objects.exists()
