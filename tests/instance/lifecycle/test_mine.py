"""A member takes along what is kept about them: all of it, and nothing of anybody else's."""

import json
from typing import Any

import pytest

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Trail
from pivotino.instance.lifecycle import mine
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity
from pivotino.tenancy import inside
from pivotino.tenancy.freezing import Reason, freeze
from tests.cast import Browser, Person


@pytest.fixture
def busy_bruno(anna: Person, bruno: Person) -> Person:
    with inside(anna.instance):
        mine_now = Opportunity.open("Brunos carport", by=bruno.member, notes="He wants steel")
        mine_now.write_note("Rang him twice", by=bruno.member)
        given = Opportunity.open("Given away", by=bruno.member, amount_minor=123_456)
        given.write_note("My words on it", by=bruno.member)
        given.edit(version=given.version, by=anna.member, owner=anna.member)
        Opportunity.open("Annas secret", by=anna.member)
        Contact.add("Brunos contact", by=bruno.member, owner=bruno.member)
    return bruno


def taken(person: Person) -> dict[str, Any]:
    answer = person.browser.post(person.url("settings/me/copy/"))
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    found: dict[str, Any] = json.loads(b"".join(answer.streaming_content))
    return found


def test_it_holds_what_is_theirs_and_nothing_of_others(busy_bruno: Person) -> None:
    found = taken(busy_bruno)

    assert found["you"][0]["email"] == busy_bruno.account.email
    assert [one["title"] for one in found["opportunities_you_own"]] == ["Brunos carport"]
    assert [one["name"] for one in found["contacts_you_own"]] == ["Brunos contact"]
    assert {one["body"] for one in found["notes_you_wrote"]} == {"Rang him twice", "My words on it"}
    assert "opportunity.created" in {one["verb"] for one in found["what_you_did"]}
    assert found["activities_of_yours"]
    text = json.dumps(found)
    assert "Annas secret" not in text and "Given away" not in text and "123456" not in text


def test_every_table_that_names_members_is_in_it_or_known_not_to_be(anna: Person, in_atap: None) -> None:
    told = {rows.model for rows in mine.parts_of(anna.member).values()}
    from django.apps import apps

    naming = {
        model for model in apps.get_models() for field in model._meta.concrete_fields
        if getattr(field, "related_model", None) is Member and getattr(apps.get_app_config(model._meta.app_label), "plane", "") == "instance"
    }  # fmt: skip
    left_out = {model._meta.label for model in naming - told}
    # Who made a list or put somebody on one, the time a card stood in a column, whom new work goes to, what was set or written
    # down about the company's own contacts: settings and counts of the company, each also an event of the one who did it.
    assert left_out == {
        "mailing.Audience", "mailing.Listed", "pipeline.Stay", "activities.ActivityKind", "lifecycle.LookBack", "lifecycle.Harmless",
        "subjects.Asking", "subjects.Erasure", "subjects.KeepingRule", "subjects.Spared", "subjects.Source", "subjects.Consent",
        "subjects.Restriction",
    }  # fmt: skip
    assert Activity in told


def test_the_trail_says_that_it_was_taken_even_where_nobody_may_write(busy_bruno: Person) -> None:
    freeze(busy_bruno.instance, Reason.UNPAID)

    taken(busy_bruno)

    with inside(busy_bruno.instance):
        assert Trail.objects.get(what="own data taken").by == busy_bruno.member.name


def test_only_by_a_press_and_only_for_those_inside(anna: Person, rita: Person, stranger: Browser) -> None:
    assert anna.browser.get(anna.url("settings/me/copy/")).status_code == 405
    assert rita.browser.post(anna.url("settings/me/copy/")).status_code == 404
    assert stranger.post(anna.url("settings/me/copy/")).status_code == 302
