"""About a person: the package, the source, what they agreed to, leaving their data alone, and requests with their clock."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from pivotino.instance.contacts.models import Contact, NotContact
from pivotino.instance.mailing.models import Audience
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.subjects import clocks, inbox, wishing
from pivotino.instance.subjects.models import Asking, Consent, Restriction, Source
from pivotino.kit.ids import uuid7
from pivotino.tenancy import inside, requests
from pivotino.tenancy.requests import Handed
from tests.cast import Browser, Person
from tests.instance.exchange.conftest import Desk

MAIL = "mei@mei.example"


@pytest.fixture
def mei(anna: Person) -> Contact:
    with inside(anna.instance):
        one = Contact.add(
            "Mei Wong", by=anna.member, kind="person", email=MAIL, mobile="+60123334444", notes="likes tea"
        )
        sale = Opportunity.open("Roof of Mei", by=anna.member, contact=one, amount_minor=1200_00)
        sale.write_note("She rang at noon", by=anna.member)
        Audience.make("Newsletter", by=anna.member).add([one], by=anna.member)
        return one


def about(person: Person, contact: Contact, rest: str = "") -> str:
    return person.url(f"people/{contact.pk}/{rest}")


@pytest.mark.promise("A47")
def test_the_package_has_every_fact_with_purpose_and_time(anna: Person, mei: Contact) -> None:
    with inside(anna.instance):
        wishing.note_source(mei, how="At the fair in Penang", on=date(2026, 1, 2), by=anna.member)
        wishing.note_consent(
            mei,
            topic="Newsletter",
            given=True,
            on=date(2026, 1, 3),
            how="on a form",
            wording="May we write?",
            by=anna.member,
        )

    page = anna.browser.get(about(anna, mei, "about/everything.html"))
    plain = json.loads(anna.browser.get(about(anna, mei, "about/everything.json")).content)

    said = page.content.decode()
    for fact in (
        "Mei Wong",
        MAIL,
        "likes tea",
        "Roof of Mei",
        "She rang at noon",
        "Newsletter",
        "At the fair in Penang",
        "May we write?",
    ):
        assert fact in said and fact in json.dumps(plain, ensure_ascii=False)
    assert page["Content-Disposition"] == 'attachment; filename="mei-wong.html"'
    assert all(section["purpose"] and section["kept"] for section in plain["sections"])
    assert "<script" not in said and "http://" not in said


def test_the_package_holds_nobody_elses_data(anna: Person, mei: Contact) -> None:
    with inside(anna.instance):
        other = Contact.add("Other One", by=anna.member, kind="person", email="other@other.example")
        Opportunity.open("Other roof", by=anna.member, contact=other)
    said = anna.browser.get(about(anna, mei, "about/everything.json")).content.decode()
    assert "Other" not in said


def test_the_source_is_known_without_a_note_and_better_with_one(anna: Person, mei: Contact) -> None:
    assert f"Typed in by {anna.account.name}" in anna.browser.get(about(anna, mei)).content.decode()

    answer = anna.browser.post(about(anna, mei, "source/"), {"how": "Wrote to us", "on": "2026-01-05"})

    assert answer.status_code == 302
    assert "Wrote to us, 5 Jan" in anna.browser.get(about(anna, mei)).content.decode()
    with inside(anna.instance):
        assert Source.objects.get().by_id == anna.member_id


def test_any_member_notes_what_somebody_said_and_the_newest_answer_shows(
    anna: Person, bruno: Person, mei: Contact
) -> None:
    yes = {"topic": "Newsletter", "given": "yes", "on": "2026-01-05", "how": "on the phone", "wording": "May we?"}
    assert bruno.browser.post(about(anna, mei, "consents/new/"), yes).status_code == 302
    assert (
        bruno.browser.post(about(anna, mei, "consents/new/"), yes | {"given": "no", "on": "2026-02-05"}).status_code
        == 302
    )

    page = bruno.browser.get(about(anna, mei)).content.decode()
    assert "No to Newsletter" in page and "Yes to Newsletter" not in page
    with inside(anna.instance):
        assert Consent.objects.count() == 2


def test_a_no_to_mailings_holds_at_once(anna: Person, mei: Contact) -> None:
    anna.browser.post(
        about(anna, mei, "consents/new/"),
        {"topic": "mailings", "given": "no", "on": "2026-01-05", "how": "by telephone"},
    )
    with inside(anna.instance):
        assert Contact.objects.get(pk=mei.pk).do_not_mail


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"topic": ""}, "required"),
        ({"on": "2999-01-01"}, "That day is still to come."),
        ({"given": "maybe"}, "valid choice"),
    ],
)
def test_a_consent_that_cannot_be_is_refused_and_stays_typed(
    anna: Person, mei: Contact, typed: dict[str, str], said: str
) -> None:
    form = {"topic": "Newsletter", "given": "yes", "on": "2026-01-05", "how": "pigeon post"} | typed
    page = anna.browser.post(about(anna, mei, "consents/new/"), form)
    assert page.status_code == 422 and said in page.content.decode() and "pigeon post" in page.content.decode()


def test_data_that_is_left_alone_is_neither_changed_nor_mailed(anna: Person, mei: Contact) -> None:
    assert anna.browser.post(about(anna, mei, "restriction/"), {"why": "She disputes the address"}).status_code == 302

    with inside(anna.instance):
        now = Contact.objects.get(pk=mei.pk)
        assert now.do_not_mail
        with pytest.raises(NotContact, match="may be stored, not changed"):
            now.edit(version=now.version, by=anna.member, city="Ipoh")
        with pytest.raises(NotContact):
            now.want_mailings(True, by=anna.member)
    assert anna.browser.post(about(anna, mei, "restriction/end/")).status_code == 302
    with inside(anna.instance):
        now.edit(version=now.version, by=anna.member, city="Ipoh")
        assert not Restriction.objects.exists()


def test_a_restriction_needs_a_reason(anna: Person, mei: Contact) -> None:
    assert anna.browser.post(about(anna, mei, "restriction/"), {"why": ""}).status_code == 422


@pytest.mark.parametrize("path", ["about/", "about/everything.html", "about/everything.json"])
def test_only_business_owners_see_everything(
    anna: Person, bruno: Person, rita: Person, stranger: Browser, mei: Contact, path: str
) -> None:
    assert anna.browser.get(about(anna, mei, path)).status_code == 200
    assert bruno.browser.get(about(anna, mei, path)).status_code == 403
    assert rita.browser.get(about(anna, mei, path)).status_code == 404
    assert rita.browser.get(about(rita, mei, path)).status_code == 404
    assert stranger.get(about(anna, mei, path)).status_code == 302


# ---------- requests ----------


@pytest.mark.parametrize(
    ("came", "country", "due"),
    [
        (date(2026, 3, 1), "MY", date(2026, 3, 22)), (date(2026, 3, 1), "DE", date(2026, 4, 1)),
        (date(2026, 1, 31), "FR", date(2026, 2, 28)), (date(2026, 3, 1), "US", date(2026, 3, 22)), (date(2026, 12, 15), "GB", date(2027, 1, 15)),
    ],
)  # fmt: skip
def test_the_clock_is_the_laws_of_the_companys_country(came: date, country: str, due: date) -> None:
    assert clocks.due_on(came, country) == due


def test_months_back_end_on_the_last_day() -> None:
    assert clocks.months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert clocks.months_before(date(2026, 1, 15), 13) == date(2024, 12, 15)


def test_a_request_is_noted_found_and_answered(anna: Person, mei: Contact) -> None:
    form = {"sort": "access", "who": "Mei", "address": MAIL, "came_on": "2026-11-02", "said": "What do you know?"}
    answer = anna.browser.post(anna.url("requests/new/"), form)
    with inside(anna.instance):
        row = Asking.objects.get()
        assert (row.contact_id, row.due_on) == (mei.pk, date(2026, 11, 23))
    page = anna.browser.get(answer["Location"]).content.decode()
    assert "What do you know?" in page and "23 Nov" in page
    assert "Mei" in anna.browser.get(anna.url("requests/")).content.decode()

    assert anna.browser.post(anna.url(f"requests/{row.pk}/"), {"answer": ""}).status_code == 422
    assert anna.browser.post(anna.url(f"requests/{row.pk}/"), {"answer": "Sent the copy"}).status_code == 302
    with inside(anna.instance):
        assert not Asking.objects.get().is_open


def test_a_request_from_tomorrow_is_refused(anna: Person) -> None:
    form = {"sort": "access", "who": "Mei Typed", "came_on": "2999-01-01"}
    page = anna.browser.post(anna.url("requests/new/"), form)
    assert page.status_code == 422 and "Mei Typed" in page.content.decode()


@pytest.mark.promise("A56")
def test_a_request_handed_over_by_us_arrives_with_its_clock_once_and_we_hear_that_it_is_answered(
    anna: Person, mei: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[UUID] = []

    class Keeper:
        def answered(self, place: object, id: UUID) -> None:
            heard.append(id)

    monkeypatch.setattr(requests, "_keepers", [Keeper()])
    zone = ZoneInfo("Asia/Kuala_Lumpur")
    handed = Handed(
        id=uuid7(), kind="erasure", email=MAIL, name="Mei W.", says="Forget me", asked_at=datetime(2026, 11, 1, 9, tzinfo=zone),
        due_at=datetime(2026, 11, 22, 9, tzinfo=zone),
    )  # fmt: skip

    assert requests.hand(anna.instance.place, handed)
    requests.hand(anna.instance.place, handed)

    with inside(anna.instance):
        [row] = Asking.objects.all()
        assert (row.handed, row.contact_id, row.due_on) == (True, mei.pk, date(2026, 11, 22))
    assert "handed over by Pivotino" in anna.browser.get(anna.url("requests/")).content.decode()
    with inside(anna.instance):
        inbox.answer(row, said="Erased", by=anna.member)
        inbox.answer(row, said="Erased", by=anna.member)
    assert heard == [row.pk]


def test_two_contacts_at_one_address_are_not_guessed(anna: Person, mei: Contact) -> None:
    with inside(anna.instance):
        Contact.add("Mei's mother", by=anna.member, kind="person", email=MAIL)
        row = inbox.receive(sort="access", who="Mei", address=MAIL, by=anna.member)
        assert row.contact is None


def test_what_is_late_says_so(anna: Person) -> None:
    with inside(anna.instance):
        inbox.receive(sort="access", who="Late One", by=anna.member)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert "Was due on" in anna.browser.get(anna.url("requests/")).content.decode()


# ---------- lists that are brought in ----------


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


def bring(person: Person, lines: str) -> None:
    one = Desk(person).applied(lines, "people.csv")
    assert one.state == "applied", one.problem


def test_a_list_brings_a_no_to_mailings_and_never_a_yes(anna: Person, mei: Contact) -> None:
    with inside(anna.instance):
        no = Contact.add("Already No", by=anna.member, kind="person", email="no@no.example", do_not_mail=True)

    bring(
        anna,
        f"Full name,Email,Opted out\nMei Wong,{MAIL},yes\nAlready No,no@no.example,no\nFresh Yes,yes@yes.example,no\nFresh No,fresh@no.example,yes\n",
    )

    with inside(anna.instance):
        found = dict(Contact.objects.values_list("name", "do_not_mail"))
    assert found == {"Mei Wong": True, "Already No": True, "Fresh Yes": False, "Fresh No": True} and no.do_not_mail
    said = anna.browser.get(anna.url(f"people/{mei.pk}/")).content.decode()
    assert "Wants none" in said


def test_a_list_does_not_change_data_that_is_left_alone(anna: Person, mei: Contact) -> None:
    with inside(anna.instance):
        wishing.restrict(mei, why="disputed", by=anna.member)

    bring(anna, f"Full name,Email,City\nMei Wong,{MAIL},Ipoh\nFresh One,fresh@one.example,Ipoh\n")

    with inside(anna.instance):
        assert dict(Contact.objects.values_list("name", "city")) == {"Mei Wong": "", "Fresh One": "Ipoh"}
