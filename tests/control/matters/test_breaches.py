"""The clocks of the law, and the calculator that says which of them run."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.matters import breaches, counting, jobs, opening
from pivotino.control.matters.models import Incident, Matter
from pivotino.control.matters.people import NeedsAnother, NotPossible
from pivotino.jobs.models import Alert
from tests.control.matters.conftest import who


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


def test_many_people_ask_for_an_officer_before_there_are_too_many() -> None:
    assert counting.Subjects(people=17_999, sensitive=8_999).warnings == []
    assert len(counting.Subjects(people=18_000, sensitive=9_000).warnings) == 2
