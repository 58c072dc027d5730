"""The record of processing: every room that keeps something about people stands in it, with basis, readers, recipients and risk."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from pivotino.control.privacy import record
from pivotino.control.privacy.processors import processors
from pivotino.instance.contacts.models import Contact
from pivotino.tenancy import inside
from tests.cast import Browser, Person

BASES = {"Contract", "Legitimate interest", "Duty by law", "Consent"}


@pytest.fixture
def owner(anna: Person) -> Person:
    return anna.take_seat()


@pytest.mark.promise("A46")
def test_a_room_that_keeps_something_about_people_has_a_row() -> None:
    assert {model._meta.app_label for model, _ in record.holding()} == set(record.activities())


@pytest.mark.promise("P17")
def test_every_line_says_why_on_which_basis_for_how_long_and_who_may_see_it() -> None:
    for line in record.ours():
        told = (
            line.activity,
            line.subject,
            line.data,
            line.purpose,
            line.basis,
            line.retention,
            line.seen_by,
            line.erasure,
            line.risk,
        )
        assert all(told), line.table
    assert {one.basis for one in record.activities().values()} <= BASES


def test_recipients_are_those_of_the_register(settings: Any) -> None:
    settings.GOOGLE_ANALYTICS = "G-1"
    known = {one.name for one in processors()}

    assert {name for one in record.activities().values() for name in one.recipients} <= known


def test_every_line_has_what_article_30_asks_for(settings: Any) -> None:
    for line in record.ours():
        told = line.plain()
        asked = (
            "controller",
            "contact",
            "purpose",
            "subject",
            "data",
            "recipients",
            "transfers",
            "retention",
            "security",
        )
        assert all(told[name] for name in asked), line.table
        assert settings.OPERATOR.support in told["contact"] and settings.OPERATOR.address in told["contact"]
        named = [one for one in processors() if one.name in told["recipients"].split(", ")]
        assert all(one.region in told["transfers"] and one.transfer in told["transfers"] for one in named)
    assert any(line.transfers != "none" for line in record.ours())


def test_what_a_law_keeps_names_the_law() -> None:
    [paper] = [line for line in record.ours() if line.table == "paper"]

    assert paper.basis.startswith("Duty by law (")


def test_an_assessment_is_due_after_two_years_and_at_once_for_another_purpose() -> None:
    one = replace(record.activities()["accounts"], assessed=date(2026, 11, 23), purposes=record.fingerprint("accounts"))

    assert one.due == date(2028, 11, 23)
    assert replace(one, purposes="of something else").due == date(2026, 11, 23)


@pytest.mark.promise("P22")
def test_inside_an_instance_the_customer_decides(owner: Person) -> None:
    for line in record.theirs(owner.instance):
        assert line.controller == "Atap Suria Sdn Bhd"
        assert line.basis.startswith("The customer names it; towards us: ")


def test_it_says_when_a_table_was_last_written(owner: Person) -> None:
    def written() -> Any:
        return next(line for line in record.theirs(owner.instance) if line.table == "contact").last_written

    assert written() is None
    with inside(owner.instance):
        Contact.add("Ada", by=owner.member, kind="person")

    assert timezone.now().date() == written().date()


def test_an_owner_reads_it_and_takes_it_out(owner: Person) -> None:
    here = "/my/databases/atap-suria/record"

    assert "Letters to contacts" in owner.browser.get(f"{here}/").content.decode()
    rows = list(csv.DictReader(io.StringIO(owner.browser.get(f"{here}.csv").content.decode().lstrip("\ufeff"))))
    told = json.loads(owner.browser.get(f"{here}.json").content)
    assert [row["table"] for row in rows] == [row["table"] for row in told]
    assert {row["controller"] for row in told} == {"Atap Suria Sdn Bhd"}


@pytest.mark.parametrize("path", ["/", ".csv", ".json"])
def test_it_is_for_owners(owner: Person, bruno: Person, rita: Person, stranger: Browser, path: str) -> None:
    here = f"/my/databases/atap-suria/record{path}"

    assert bruno.take_seat().browser.get(here).status_code in (403, 404)
    assert rita.take_seat().browser.get(here).status_code == 404
    assert "/sign-in/" in stranger.get(here)["Location"]


@pytest.mark.promise("P11")
def test_the_public_page_names_basis_and_readers(stranger: Browser) -> None:
    page = stranger.get("/privacy/data/").content.decode()

    for one in record.activities().values():
        assert one.seen_by.replace("'", "&#39;") in page
    assert "Our customer decides, and names theirs" in page


@pytest.mark.promise("P36")
def test_an_owner_reads_in_which_region_the_database_lies(owner: Person, settings: Any) -> None:
    name = owner.instance.bucket
    settings.INSTANCE_BUCKETS = {
        **settings.INSTANCE_BUCKETS,
        name: {**settings.INSTANCE_BUCKETS[name], "region": "Malaysia"},
    }

    assert "It lies in Malaysia." in owner.browser.get("/my/databases/atap-suria/record/").content.decode()
