"""The wall between customers."""

import fcntl

import pytest
from django.db import transaction

from pivotino.instance.members.models import Member
from pivotino.tenancy import MidTransaction, NoInstance, WrongInstance, atomic, inside
from tests.cast import Instance, Person


def test_outside_of_an_instance_every_query_raises(control: None) -> None:
    with pytest.raises(NoInstance):
        Member.objects.count()


def test_each_instance_sees_its_own_rows(atap: Instance, zenit: Instance) -> None:
    with inside(atap):
        here = set(Member.objects.values_list("email", flat=True))
    with inside(zenit):
        there = set(Member.objects.values_list("email", flat=True))

    assert here == {"anna@atap-suria.example", "bruno@atap-suria.example", "carla@atap-suria.example"}
    assert there == {"rita@zenit.example"}


def test_a_row_may_not_be_saved_in_another_instance(anna: Person, zenit: Instance) -> None:
    member = anna.member

    with inside(zenit), pytest.raises(WrongInstance):
        member.save()


def test_the_instance_may_not_change_in_the_middle_of_a_transaction(atap: Instance, zenit: Instance) -> None:
    with inside(atap), atomic(), pytest.raises(MidTransaction):
        with inside(zenit):
            pass


@pytest.mark.engine("sqlite")
def test_what_waits_for_a_commit_runs_when_the_next_writer_may_already_write(atap: Instance) -> None:
    seen: list[bool] = []

    def look() -> None:
        with open(f"{atap.place.path}.turn") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            seen.append(True)

    with inside(atap), atomic():
        Member.objects.update(name="Renamed")
        transaction.on_commit(look, using="instance")

    assert seen == [True]


@pytest.mark.engine("sqlite")
def test_a_transaction_that_failed_lets_the_next_writer_in(atap: Instance) -> None:
    with inside(atap), pytest.raises(ZeroDivisionError), atomic():
        Member.objects.update(name="Renamed")
        _ = 1 / 0

    with open(f"{atap.place.path}.turn") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
