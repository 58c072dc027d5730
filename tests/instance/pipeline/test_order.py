"""Order within a column: total, deterministic, and never rewritten, however many people drag at once."""

import os
import random
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from pivotino.instance.members.models import Member
from pivotino.instance.pipeline import queries
from pivotino.instance.pipeline.jobs import LONG_POSITION, even_out
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.queries import BoardFilters
from pivotino.tenancy import inside
from tests.cast import Instance, Person
from tests.instance.pipeline.world import right_totals, stage

CLIENTS = 5
MOVES = int(os.environ.get("PIVOTINO_TEST_MOVES", "500"))


def hand(member: Member, name: str) -> list[UUID]:
    column = queries.column(member, stage(name).pk, BoardFilters(order="hand"), limit=500)
    assert column is not None
    return [card.id for card in column.cards]


@pytest.fixture
def five(in_atap: Instance, anna: Person) -> list[Opportunity]:
    """Five cards in New, the last one on top."""
    return [Opportunity.open(name, by=anna.member) for name in "ABCDE"]


def names(member: Member, where: str = "New") -> str:
    titles = dict(Opportunity.objects.values_list("pk", "title"))
    return "".join(titles[id] for id in hand(member, where))


def put(card: Opportunity, anna: Person, where: str = "New", **neighbours: Any) -> str:
    card.move_to(stage(where), version=None, by=anna.member, **neighbours)
    return names(anna.member, where)


def test_a_card_goes_behind_in_front_between_or_on_top(five: list[Opportunity], anna: Person) -> None:
    a, b, c, d, e = five
    assert names(anna.member) == "EDCBA"

    assert put(e, anna, after=c.pk) == "DCEBA"
    assert put(a, anna, before=d.pk) == "ADCEB"
    assert put(b, anna, after=d.pk, before=c.pk) == "ADBCE"
    assert put(e, anna) == "EADBC"
    assert put(e, anna, after=c.pk) == "ADBCE"


def test_neighbours_that_moved_away_do_not_count(five: list[Opportunity], anna: Person) -> None:
    a, b, c, d, e = five
    put(c, anna, "Follow Up")

    assert put(a, anna, after=c.pk) == "AEDB"
    assert put(b, anna, after=c.pk, before=d.pk) == "AEBD"
    c.remove(by=anna.member)
    assert put(d, anna, after=c.pk) == "DAEB"


def test_neighbours_that_changed_places_meanwhile_are_still_neighbours(five: list[Opportunity], anna: Person) -> None:
    a, b, c, d, e = five

    assert put(a, anna, after=b.pk, before=e.pk) == "EDCBA"


def test_a_card_is_no_neighbour_of_itself(five: list[Opportunity], anna: Person) -> None:
    a, b, *_ = five

    assert put(b, anna, after=b.pk) == "BEDCA"


def test_moving_touches_one_card(five: list[Opportunity], anna: Person) -> None:
    before = dict(Opportunity.objects.values_list("pk", "position"))
    put(five[0], anna, before=five[2].pk)
    after = dict(Opportunity.objects.values_list("pk", "position"))

    assert [pk for pk in before if before[pk] != after[pk]] == [five[0].pk]


def test_many_moves_at_once_end_in_one_order_without_loss(
    five: list[Opportunity], anna: Person, in_atap: Instance
) -> None:
    cards = [*five, *(Opportunity.open(f"{number}", by=anna.member) for number in range(25))]
    ids, member, stages = [card.pk for card in cards], anna.member, [stage("New"), stage("Follow Up")]
    failures: list[BaseException] = []

    def client(seed: int) -> None:
        dice = random.Random(seed)
        try:
            with inside(in_atap):
                for _ in range(MOVES // CLIENTS):
                    card = Opportunity.objects.get(pk=dice.choice(ids))
                    after, before = dice.choice([None, dice.choice(ids)]), dice.choice([None, dice.choice(ids)])
                    card.move_to(dice.choice(stages), after=after, before=before, version=None, by=member)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    clients = [Thread(target=client, args=[seed]) for seed in range(CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()

    assert failures == []
    columns = [hand(member, "New"), hand(member, "Follow Up")]
    assert sorted(columns[0] + columns[1]) == sorted(ids)
    assert columns == [hand(member, "New"), hand(member, "Follow Up")]
    assert max(len(position) for position in Opportunity.objects.values_list("position", flat=True)) < 100
    assert right_totals()


def test_keys_that_grew_long_are_evened_out_at_night_in_the_same_order(five: list[Opportunity], anna: Person) -> None:
    for number, card in enumerate(five):
        Opportunity.objects.filter(pk=card.pk).update(position="U" + "z" * LONG_POSITION + "BDFAC"[number])
    before = names(anna.member)

    assert even_out() == 1
    assert even_out() == 0
    assert names(anna.member) == before == "DAEBC"
