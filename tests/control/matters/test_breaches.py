"""The clocks of the law, and the calculator that says which of them run."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.matters import breaches, counting, disclosing, holding, jobs, opening
from pivotino.control.matters.models import Hold, Incident, Matter
from pivotino.control.matters.people import NeedsAnother, NotPossible
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import run_all
from pivotino.tenancy.models import Instance
from tests.cast import Person
from tests.control.matters.conftest import a_matter, who


def incident(by: Account, **said: Any) -> Incident:
    known = {
        "title": "A list lay open",
        "aware_at": timezone.now(),
        "happened": "It did.",
        "people": 10,
        "kinds": ["contact"],
        "laws": ["my", "eu"],
    }
    return breaches.open_incident({**known, **said}, by=who(by))


def owners(*people: Person) -> None:
    for one in people:
        one.take_seat()


def duties(one: Incident) -> list[tuple[str, str]]:
    return [(clock.law, clock.name) for clock in breaches.clocks(one)]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, [("eu", "authority")]),
        ({"people": 1000}, [("eu", "authority")]),
        ({"people": 1001}, [("my", "authority"), ("my", "details"), ("eu", "authority")]),
        ({"kinds": ["money"]}, [("my", "authority"), ("my", "details"), ("my", "people"), ("eu", "authority"), ("eu", "people")]),
        ({"kinds": ["money"], "unreadable": True, "laws": ["my"]}, []),
        ({"laws": [], "as_processor": True}, [("processor", "customers")]),
    ],
)  # fmt: skip
def test_the_numbers_say_which_clocks_run(sofia: Account, said: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    assert duties(incident(sofia, **said)) == wanted


def test_each_clock_is_due_when_the_law_says(sofia: Account) -> None:
    one = incident(sofia, kinds=["identity"], laws=["my"])
    told = one.aware_at + timedelta(hours=70)
    with time_machine.travel(told, tick=False):
        breaches.note_sent(one, "my", "authority", says="…", how="form", by=who(sofia))
        with pytest.raises(NotPossible):
            breaches.note_sent(one, "my", "authority", says="…", how="form", by=who(sofia))

    due = {clock.name: clock.due_at for clock in breaches.clocks(one)}

    assert due == {
        "authority": one.aware_at + timedelta(hours=72),
        "details": told + timedelta(days=30),
        "people": told + timedelta(days=7),
    }


def test_an_alarm_rises_at_half_at_four_fifths_and_at_the_end(sofia: Account) -> None:
    one = incident(sofia, laws=["eu"])
    heard = []
    for hours in (35, 36, 58, 72):
        with time_machine.travel(one.aware_at + timedelta(hours=hours), tick=False):
            jobs.look_at_the_clocks()
            heard += [alert.says.split(" of the")[0] for alert in Alert.objects.filter(kind="breach clock")]

    assert heard == ["B-101: 50 %", "B-101: 80 %", "B-101: 100 %"]
    breaches.note_sent(one, "eu", "authority", says="…", how="form", by=who(sofia))
    assert not Alert.objects.filter(kind="breach clock", settled_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("known", "due"),
    [
        ("2026-11-27T23:30+08:00", "2026-11-30T15:30"),  # Friday night in Kuala Lumpur: the weekend counts
        ("2026-10-24T12:00+02:00", "2026-10-27T10:00"),  # over the night Berlin puts its clocks back
        ("2026-12-30T00:15-05:00", "2027-01-02T05:15"),
    ],
)
def test_hours_are_hours_wherever_somebody_knew_of_it(sofia: Account, known: str, due: str) -> None:
    at = datetime.fromisoformat(known)
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        one = incident(sofia, aware_at=at, laws=["my", "eu"], kinds=["money"])
        one.refresh_from_db()
        found = {(clock.law, clock.name): clock.due_at for clock in breaches.clocks(one)}

    wanted = datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert found["my", "authority"] == found["eu", "authority"] == wanted
    assert found["my", "people"] == wanted + timedelta(days=7)


@pytest.mark.promise("P26")
def test_only_the_owners_of_the_databases_it_touches_are_told_each_once(
    sofia: Account, atap: Instance, zenit: Instance, anna: Person, bruno: Person, rita: Person
) -> None:
    owners(anna, bruno, rita)
    one = breaches.open_incident(
        {"title": "A list lay open", "aware_at": timezone.now(), "happened": "It did.", "people": 3, "kinds": [], "laws": []},
        by=who(sofia), touches=[atap],
    )  # fmt: skip
    assert duties(one) == [("processor", "customers")]

    breaches.note_sent(one, "processor", "customers", says="A folder lay open.", how="By mail", by=who(sofia))
    run_all()

    assert [(letter.to, "A folder lay open." in letter.body) for letter in mail.outbox] == [
        ([anna.account.email], True)
    ]
    with pytest.raises(NotPossible):
        breaches.note_sent(one, "processor", "customers", says="Again.", how="By mail", by=who(sofia))
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        breaches.learn(one, "It was two.", by=who(sofia), touches=[atap, zenit])
        [clock] = breaches.clocks(one)
        assert atap.slug not in (said := breaches.draft(one, "processor", "customers")) and zenit.slug not in said
        assert not clock.is_late and clock.due_at == timezone.now() + timedelta(hours=24)
        breaches.note_sent(one, "processor", "customers", says="Two folders.", how="By mail", by=who(sofia))
        run_all()
    assert [letter.to for letter in mail.outbox[1:]] == [[rita.account.email]]
    breaches.close(one)


def test_what_is_learned_later_starts_clocks_and_stops_them(sofia: Account) -> None:
    one = incident(sofia, laws=["my"])
    assert duties(one) == []

    breaches.learn(one, "There were copies of papers.", by=who(sofia), people=10, kinds=["contact", "identity"])
    assert ("my", "people") in duties(one)
    with time_machine.travel(one.aware_at + timedelta(hours=40), tick=False):
        jobs.look_at_the_clocks()
    assert Alert.objects.filter(kind="breach clock", settled_at__isnull=True).exists()
    breaches.learn(one, "They were sealed.", by=who(sofia), unreadable=True)
    jobs.look_at_the_clocks()

    assert duties(one) == [] and not Alert.objects.filter(kind="breach clock", settled_at__isnull=True).exists()
    said = [told.says for told in one.updates.all()]
    assert "Sorts of data: Names and addresses only, now Names and addresses only; Identity numbers" in said[0]
    assert "Nobody can read it: no, now yes." in said[1] and "People" not in said[0]


def test_the_register_is_kept_for_two_years(sofia: Account) -> None:
    one = incident(sofia, laws=[])
    breaches.close(one)
    for days, there in ((730, True), (733, False)):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            breaches.forget_old()
        assert Incident.objects.filter(pk=one.pk).exists() is there


def test_a_review_that_is_missed_is_loud_until_another_does_it(matter: Matter, sofia: Account, tom: Account) -> None:
    late = Alert.objects.filter(kind="matter review", settled_at__isnull=True)
    jobs.by_night()
    assert not late.exists()

    with time_machine.travel(timezone.now() + timedelta(days=94), tick=False):
        jobs.by_night()
        assert "was to be reviewed by Tom Staff" in late.get().says
        with pytest.raises(NeedsAnother):
            opening.review(matter, "Still needed.", by=who(sofia))
        opening.review(matter, "Still needed.", by=who(tom))
        assert not late.exists()
        jobs.by_night()
        assert not late.exists()


def test_an_order_that_ran_out_is_loud_until_it_is_renewed_or_released(
    sofia: Account, tom: Account, atap: Instance
) -> None:
    matter = a_matter(sofia, tom, expires_on=timezone.localdate() + timedelta(days=5))
    holding.begin(holding.ask(matter, by=who(sofia), instance=atap), by=who(tom))
    late = Alert.objects.filter(kind="matter over", settled_at__isnull=True)
    jobs.by_night()
    assert not late.exists()

    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        jobs.by_night()
        assert "Renew it or release what is held" in late.get().says
        assert holding.is_instance_held(atap), "nothing goes only because a day is over"
        opening.renew(matter, expires_on=timezone.localdate() + timedelta(days=30), gag="none", gag_until=None)
        assert not late.exists()
        jobs.by_night()
        assert not late.exists()
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        jobs.by_night()
        assert late.exists()
        one = Hold.objects.get()
        holding.let_go(one, by=who(sofia))
        one.refresh_from_db()
        holding.release(one, by=who(tom))
        jobs.by_night()
        assert not late.exists()


def test_a_matter_goes_seven_years_after_it_was_closed(
    matter: Matter, sofia: Account, tom: Account, atap: Instance
) -> None:
    holding.let_go(holding.ask(matter, by=who(sofia), instance=atap), by=who(sofia))
    made = disclosing.begin(matter, by=who(sofia), email="who@example.com")
    disclosing.refuse(made, "Not signed.", by=who(sofia))
    opening.close(matter)
    for days, there in ((7 * 365, True), (7 * 366 + 1, False)):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            jobs.by_night()
        assert Matter.objects.filter(pk=matter.pk).exists() is there


def test_many_people_ask_for_an_officer_before_there_are_too_many() -> None:
    assert counting.Subjects(people=17_999, sensitive=8_999).warnings == []
    assert len(counting.Subjects(people=18_000, sensitive=9_000).warnings) == 2
