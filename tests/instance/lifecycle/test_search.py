"""The search over everything finds what a member may see, and nothing else."""

from collections.abc import Iterator

import pytest
from django.urls import set_urlconf

from pivotino.instance.contacts.models import Contact
from pivotino.instance.lifecycle.commands import COMMANDS, offers
from pivotino.instance.pipeline.models import Opportunity
from pivotino.tenancy import inside
from pivotino.ui.jinja import maybe_url, outside_url
from tests.cast import RIVAL, Person


@pytest.fixture
def roofs(anna: Person, bruno: Person, rita: Person) -> None:
    """Cards of two people here, and the rival's under the same names."""
    for person in (anna, bruno, rita):
        with inside(person.instance):
            word = f" {RIVAL}" if person is rita else ""
            company = Contact.add(f"Perkasa Logistik{word} of {person.key}", by=person.member, city="Ipoh")
            Opportunity.open(
                f"Carport roof{word} by {person.key}", by=person.member, contact=company, amount_minor=3_840_000
            )


def found(person: Person, text: str, part: str = "command-found") -> str:
    headers = {"HX-Request": "true", "HX-Target": part} if part else {}
    answer = person.browser.get(person.url("search/"), {"q": text}, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_command_bar_asks_here(anna: Person) -> None:
    assert f'data-search="{anna.url("search/")}"' in found(anna, "", part="")


def test_an_owner_finds_everybodys_cards(anna: Person, roofs: None) -> None:
    page = found(anna, "carport")

    assert [f"Carport roof by {key}" in page for key in ("anna", "bruno")] == [True, True]


def test_a_user_finds_only_own_cards_but_every_contact(bruno: Person, roofs: None) -> None:
    cards, contacts = found(bruno, "carport"), found(bruno, "perkasa")

    assert [f"Carport roof by {key}" in cards for key in ("anna", "bruno")] == [False, True]
    assert [f"Logistik of {key}" in contacts for key in ("anna", "bruno")] == [True, True]


def test_a_user_is_not_told_by_a_suggestion_what_others_have(carla: Person, roofs: None) -> None:
    page = found(carla, "carpotr", part="")

    assert "Did you mean" not in page
    assert "Carport" not in page


@pytest.mark.parametrize("slip", ["carprot", "carpot", "carpport", "carpart"])
def test_one_slip_is_forgiven_and_named(anna: Person, roofs: None, slip: str) -> None:
    page = found(anna, slip, part="")

    assert f"No card mentions “{slip}”. Did you mean <a" in page
    assert ">Carport</a>?" in page
    assert "Carport roof by bruno" in page


def test_words_as_they_are_written_suggest_nothing(anna: Person, roofs: None) -> None:
    assert "Did you mean" not in found(anna, "carport", part="")
    assert "Did you mean" not in found(anna, "logis ipoh", part="")


def test_nothing_found_says_so_and_offers_what_can_be_done(anna: Person, roofs: None) -> None:
    page = found(anna, "zzzz", part="")

    assert "No card mentions “zzzz”" in page
    assert "New company called “zzzz”" in page


def test_what_is_typed_is_shown_as_text(anna: Person) -> None:
    page = found(anna, '<img src=x> "x"', part="")

    assert "<img src=x>" not in page


def test_commands_are_found_by_other_names_for_them(anna: Person) -> None:
    assert "Change your password" in found(anna, "secur")
    assert "New company" in found(anna, "customer")


@pytest.mark.parametrize("text", ["", "   ", "%", "'", '"', "*", "x" * 500, "\x00", "日本", "a"])
def test_any_text_is_answered(anna: Person, roofs: None, text: str) -> None:
    found(anna, text)
    found(anna, text, part="")


def test_the_rival_and_strangers_see_nothing(anna: Person, rita: Person, roofs: None, stranger: object) -> None:
    assert rita.browser.get(anna.url("search/"), {"q": "carport"}).status_code == 404
    answer = stranger.get(anna.url("search/"), {"q": "carport"})  # type: ignore[attr-defined]
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]


@pytest.fixture
def addresses_inside(in_atap: object) -> Iterator[None]:
    set_urlconf("config.urls_instance")
    yield
    set_urlconf(None)


def test_every_command_leads_somewhere(addresses_inside: None) -> None:
    reach = {True: outside_url, False: maybe_url}

    assert [command.label for command in COMMANDS if not reach[command.outside](command.url_name)] == []


def test_every_command_is_found_by_three_letters_of_its_name(anna: Person, addresses_inside: None) -> None:
    named = [command.label for command in COMMANDS if not command.takes_text]
    offered = {label: [offer.label for offer in offers(anna.member, label[:3], limit=40)] for label in named}

    assert [label for label in named if label not in offered[label]] == []


def test_a_user_is_not_offered_what_only_owners_may_do(bruno: Person) -> None:
    assert "Invite colleagues" not in found(bruno, "invite")
