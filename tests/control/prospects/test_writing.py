"""Whom marketing may write to, why not, and what a first letter says."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.prospects import queries, rules
from pivotino.control.prospects.models import HARVESTED, Basis, Kind, Prospect
from tests.cast import Browser
from tests.control.prospects.conftest import origin, prospect


def who() -> list[str]:
    return [one.address for one in queries.audience("tips")]


@pytest.mark.promise("P44")
def test_a_cleared_person_may_be_written_to_and_the_first_letter_names_the_source(mei: Prospect) -> None:
    [one] = queries.audience("tips")

    assert (one.address, one.name, one.kind, one.zone, one.language) == ("mei@roofs.example", "Mei Tan", "prospect", "Asia/Kuala_Lumpur", "en")  # fmt: skip
    assert one.first
    assert "Roofers of Klang, members 2026" in one.source
    assert "https://roofers.example/members" in one.source
    assert queries.why_held("MEI@roofs.example") == ""


@pytest.mark.promise("P45")
@pytest.mark.promise("A35")
@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_of_source_has_a_sentence_with_source_and_day(control: None, kind: str) -> None:
    one = prospect(source=origin(kind=kind, allowed_by="Omar Officer"))

    said = queries.source_sentence(one)

    assert f"{one.origin.day:%-d %B %Y}" in said
    assert one.origin.sort.own or (one.origin.detail in said and one.origin.url in said)


@pytest.mark.promise("P13")
@pytest.mark.promise("A35")
@pytest.mark.parametrize("missing", ["detail", "url"])
def test_nobody_is_stored_without_a_source_and_its_address(control: None, missing: str) -> None:
    with pytest.raises(IntegrityError):
        origin(**{missing: ""})


@pytest.mark.promise("A35")
def test_where_the_source_is_not_known_no_letter_goes(mei: Prospect) -> None:
    mei.origin.detail = ""

    assert queries.may_write(mei) == "Nobody wrote down where this address comes from."


@pytest.mark.promise("P45")
@pytest.mark.parametrize("kind", HARVESTED)
def test_addresses_nobody_handed_over_need_an_officers_yes(control: None, kind: str) -> None:
    with pytest.raises(IntegrityError):
        origin(kind=kind)


@pytest.mark.promise("A36")
@pytest.mark.parametrize(
    ("country", "basis", "law"),
    [
        ("DE", Basis.INTEREST, "Directive 2002/58/EC"),
        ("DE", Basis.REQUEST, "Directive 2002/58/EC"),
        ("MY", Basis.INTEREST, "section 233A"),
        ("", Basis.REQUEST, "as strict as the strictest"),
        ("ZW", Basis.INTEREST, "as strict as the strictest"),
    ],
)
def test_without_a_basis_in_their_country_people_are_held_and_the_law_is_named(
    control: None, country: str, basis: str, law: str
) -> None:
    prospect(country=country, source=origin(basis=basis))

    [held] = queries.held_back("tips")

    assert who() == []
    assert law in held.held
    assert queries.why_held("mei@roofs.example") == held.held


@pytest.mark.promise("A36")
@pytest.mark.parametrize(("country", "basis"), [("US", "interest"), ("GB", "request"), ("DE", "consent"), ("", "consent")])  # fmt: skip
def test_with_one_they_are_not(control: None, country: str, basis: str) -> None:
    prospect(country=country, source=origin(basis=basis))

    assert who() == ["mei@roofs.example"]


def test_every_rule_names_its_law_and_the_last_is_for_all_others() -> None:
    assert all(rule.law and rule.says and rule.allows for rule in rules.rules())
    assert [rule.countries for rule in rules.rules() if not rule.countries] == [rules.rules()[-1].countries]
    named = [country for rule in rules.rules() for country in rule.countries]
    assert len(named) == len(set(named))


def test_in_quarantine_nothing_goes(control: None) -> None:
    prospect(cleared=False)

    assert who() == []
    assert [one.held for one in queries.held_back("tips")] == ["In quarantine: nobody cleared it yet."]


def test_who_has_an_account_is_a_subscriber_and_no_prospect(mei: Prospect) -> None:
    Account.objects.create_user(mei.address, None, name="Mei Tan")

    assert who() == []
    assert list(queries.held_back("tips")) == []
    assert "subscriber" in queries.why_held(mei.address)


def test_a_letter_makes_the_next_one_no_first_one_and_the_days_begin_anew(mei: Prospect) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        queries.note_written("Mei@roofs.example")

    [one] = queries.audience("tips")
    assert not one.first
    with time_machine.travel(timezone.now() + timedelta(days=200), tick=False):
        assert queries.may_write(mei) != ""
        assert who() == ["mei@roofs.example"]


def test_who_was_kept_a_month_without_a_word_gets_none(mei: Prospect) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert queries.why_held(mei.address) == "Kept too long without a word."


def test_of_whom_we_never_heard_nothing_is_sent(control: None) -> None:
    assert "No prospect of ours" in queries.why_held("nobody@nowhere.example")


@pytest.mark.promise("P32")
def test_one_press_in_the_letter_erases_and_looking_does_not(mei: Prospect, stranger: Browser) -> None:
    [one] = queries.audience("tips")
    path = one.forget.partition("/forget-me/")[2]

    assert stranger.get(f"/forget-me/{path}").status_code == 200
    assert Prospect.objects.count() == 1
    answer = stranger.post(f"/forget-me/{path}")

    assert Prospect.objects.count() == 0
    assert "We hold nothing about you any more" in answer.content.decode()
    assert stranger.post("/forget-me/no-such-token/").content == stranger.post(f"/forget-me/{path}").content
