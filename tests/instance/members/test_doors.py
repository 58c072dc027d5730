"""Roles: who sees what, and that somebody always can set things up."""

import pytest

from pivotino.instance.members.models import LastOwner, Member, NotPossible, Role


def test_an_owner_sees_everybodys_records_a_user_their_own(in_atap, anna, bruno):
    assert anna.member.seen_owner is None
    assert bruno.member.seen_owner == bruno.member_id


@pytest.mark.parametrize("step", [lambda member: member.take_role(Role.USER), lambda member: member.leave()])
def test_the_last_owner_stays_one(in_atap, anna, step):
    with pytest.raises(LastOwner):
        step(anna.member)
    assert Member.objects.present().filter(role=Role.OWNER).count() == 1


def test_one_of_two_owners_may_step_down(in_atap, anna, bruno):
    bruno.member.take_role(Role.OWNER)
    anna.member.take_role(Role.USER)

    assert [member.pk for member in Member.objects.filter(role=Role.OWNER)] == [bruno.member_id]


def test_an_owner_who_left_does_not_count(in_atap, anna, bruno):
    bruno.member.take_role(Role.OWNER)
    bruno.member.leave()

    with pytest.raises(LastOwner):
        anna.member.leave()


def test_nobody_comes_back_under_an_address_that_works_here(in_atap, bruno, carla):
    carla.member.leave()
    Member.objects.create(name="Carla again", email=carla.account.email)

    with pytest.raises(NotPossible):
        carla.member.come_back()
