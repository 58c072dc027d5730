"""A customer decides how long what is kept: off by default, seen before, spared one by one, gone on its day, and explained."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline.models import LostReason, Opportunity
from pivotino.instance.subjects import keeping
from pivotino.instance.subjects.jobs import let_go
from pivotino.instance.subjects.models import Due, KeepingRule, Spared, Swept
from pivotino.kit.days import date_phrase
from pivotino.letters.models import Sent
from pivotino.tenancy import held, inside
from tests.cast import Browser, Person

SETTINGS = "settings/keeping/"


@contextmanager
def later(days: int) -> Iterator[datetime]:
    at = timezone.now() + timedelta(days=days)
    with time_machine.travel(at, tick=False):
        yield at


def add(person: Person, *names: str) -> list[Contact]:
    with inside(person.instance):
        return [Contact.add(name, by=person.member, kind="person") for name in names]


def names(person: Person) -> list[str]:
    with inside(person.instance):
        return sorted(Contact.objects.values_list("name", flat=True))


def night(person: Person) -> int:
    with inside(person.instance):
        return int(let_go())


def dues(person: Person) -> list[Due]:
    with inside(person.instance):
        return list(Due.objects.order_by("goes_on"))


@pytest.mark.promise("P33")
def test_nothing_goes_where_nobody_set_a_rule(anna: Person) -> None:
    add(anna, "Old Tan")

    with later(4000):
        assert night(anna) == 0

    assert names(anna) == ["Old Tan"]


@pytest.mark.promise("P33")
@pytest.mark.promise("A54")
def test_what_is_due_is_announced_fourteen_days_ahead_goes_on_its_day_and_is_explained(anna: Person) -> None:
    add(anna, "Old Tan", "Kept Lim", "Busy Ong")
    with later(400):
        answer = anna.browser.post(anna.url(SETTINGS + "contacts/"), {"months": "12"})
        assert answer.status_code == 302
        with inside(anna.instance):
            day = today() + keeping.AHEAD
        page = anna.browser.get(anna.url(SETTINGS + "going/")).content.decode()
        assert "Old Tan" in page and f"Goes on {date_phrase(day)}" in page
        with inside(anna.instance):
            kept = Due.objects.get(record_id=Contact.objects.get(name="Kept Lim").pk)
        assert anna.browser.post(anna.url(f"{SETTINGS}going/{kept.pk}/keep/")).status_code == 302
        assert night(anna) == 0
    with later(413):
        assert night(anna) == 0
        with inside(anna.instance):
            busy = Contact.objects.get(name="Busy Ong")
            busy.edit(version=busy.version, by=anna.member, city="Ipoh")
    assert names(anna) == ["Busy Ong", "Kept Lim", "Old Tan"]

    with later(414):
        assert night(anna) == 1
        assert night(anna) == 0
        page = anna.browser.get(anna.url(SETTINGS + "going/")).content.decode()

    assert names(anna) == ["Busy Ong", "Kept Lim"]
    assert "Older than 12 months" in page and "Old Tan" not in page
    with inside(anna.instance):
        assert list(Swept.objects.values_list("key", "months", "count")) == [("contacts", 12, 1)]


def test_owners_get_one_letter_for_what_is_announced(anna: Person, bruno: Person) -> None:
    add(anna, "Old Tan", "Old Lim")
    with later(400):
        with inside(anna.instance):
            keeping.set_rule("contacts", 12, by=anna.member)
        night(anna)
        night(anna)
    with later(401):
        night(anna)

    letters = Sent.objects.filter(key__startswith="will-go:")
    assert [letter.to for letter in letters] == [anna.account.email]


def test_another_number_begins_its_fourteen_days_anew(anna: Person) -> None:
    add(anna, "Old Tan")
    with later(400), inside(anna.instance):
        keeping.set_rule("contacts", 12, by=anna.member)
    with later(410), inside(anna.instance):
        keeping.set_rule("contacts", 6, by=anna.member)
    with later(415):
        assert night(anna) == 0
    with later(424):
        assert night(anna) == 1


def test_a_contact_with_an_open_sale_is_not_untouched(anna: Person) -> None:
    [tan] = add(anna, "Old Tan")
    with inside(anna.instance):
        Opportunity.open("Roof", by=anna.member, contact=tan)
    with later(4000), inside(anna.instance):
        assert list(keeping.untouched(timezone.now() - timedelta(days=30))) == []


@pytest.mark.promise("P33")
def test_lost_opportunities_go_with_their_history_and_the_contact_stays(anna: Person) -> None:
    [tan] = add(anna, "Old Tan")
    with inside(anna.instance):
        gone = Opportunity.open("Secret roof", by=anna.member, contact=tan)
        gone.lose(reason=LostReason.objects.first(), note="too dear", by=anna.member)
        won = Opportunity.open("Won roof", by=anna.member, contact=tan, amount_minor=500_00)
        won.win(by=anna.member)
    with later(400), inside(anna.instance):
        keeping.set_rule("lost", 12, by=anna.member)
    with later(415):
        assert night(anna) == 1

    with inside(anna.instance):
        assert list(Opportunity.objects.values_list("title", flat=True)) == ["Won roof"]
        assert [event.data for event in Event.objects.filter(subject_id=gone.pk) if "Secret" in str(event.data)] == []
        assert list(Contact.objects.values_list("name", flat=True)) == ["Old Tan"]


def test_history_goes_in_heaps_after_fourteen_days(anna: Person) -> None:
    add(anna, "Old Tan")
    with later(400):
        with inside(anna.instance):
            keeping.set_rule("history", 6, by=anna.member)
        assert night(anna) == 0
    with later(415):
        assert night(anna) > 0
    with inside(anna.instance):
        assert Event.objects.filter(verb="contact.added").count() == 0
        assert Event.objects.filter(verb="keeping_rule.set").count() == 1


@pytest.mark.promise("A51")
def test_a_held_contact_is_put_aside_before_it_goes(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    add(anna, "Old Tan")
    with later(400), inside(anna.instance):
        keeping.set_rule("contacts", 12, by=anna.member)
        pk = Contact.objects.get().pk
    aside: list[Any] = []
    monkeypatch.setattr(held, "put_aside", lambda kind, ids: aside.extend(ids))
    with later(415):
        night(anna)

    assert aside == [pk]


def test_the_look_ahead_counts_before_anything_is_set(anna: Person) -> None:
    add(anna, "Old Tan", "Old Lim")
    with later(400):
        page = anna.browser.get(anna.url(SETTINGS + "contacts/?months=12"))

    text = page.content.decode()
    assert "2 are older than that today" in text and "Old Tan" in text and "cannot be brought back" in text
    with inside(anna.instance):
        assert not KeepingRule.objects.exists()


@pytest.mark.parametrize("typed", ["", "0", "241", "soon"])
def test_what_is_no_number_of_months_is_refused_and_stays_typed(anna: Person, typed: str) -> None:
    page = anna.browser.post(anna.url(SETTINGS + "contacts/"), {"months": typed})

    assert page.status_code == 422
    assert f'value="{typed}"' in page.content.decode() or not typed


def test_a_rule_is_switched_off_and_nothing_goes(anna: Person) -> None:
    add(anna, "Old Tan")
    with later(400):
        anna.browser.post(anna.url(SETTINGS + "contacts/"), {"months": "12"})
        anna.browser.post(anna.url(SETTINGS + "contacts/"), {"off": "1"})
    with later(500):
        assert night(anna) == 0
    assert names(anna) == ["Old Tan"] and dues(anna) == []


def test_what_somebody_kept_is_announced_anew_when_rules_hold_again(anna: Person) -> None:
    add(anna, "Old Tan")
    with later(400):
        with inside(anna.instance):
            keeping.set_rule("contacts", 12, by=anna.member)
            keeping.spare(Due.objects.get(), by=anna.member)
            spared = Spared.objects.get()
    with later(500):
        assert night(anna) == 0
        assert anna.browser.post(anna.url(f"{SETTINGS}kept/{spared.pk}/let-go/")).status_code == 302
        assert night(anna) == 0
        assert len(dues(anna)) == 1
    with later(514):
        assert night(anna) == 1


@pytest.mark.parametrize("path", ["", "contacts/", "going/"])
def test_only_business_owners_decide(anna: Person, bruno: Person, rita: Person, stranger: Browser, path: str) -> None:
    assert anna.browser.get(anna.url(SETTINGS + path)).status_code == 200
    assert bruno.browser.get(anna.url(SETTINGS + path)).status_code == 403
    assert rita.browser.get(anna.url(SETTINGS + path)).status_code == 404
    assert stranger.get(anna.url(SETTINGS + path)).status_code == 302


def test_a_rival_keeps_what_is_theirs(anna: Person, rita: Person) -> None:
    add(anna, "Old Tan")
    add(rita, "Their own")
    with later(400), inside(anna.instance):
        keeping.set_rule("contacts", 1, by=anna.member)
    with later(420):
        night(anna)
        night(rita)
    assert names(anna) == [] and names(rita) == ["Their own"]
