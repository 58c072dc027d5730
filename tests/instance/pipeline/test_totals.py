"""The kept totals are what a direct count gives, whatever was done; the board's figures are, under every filter."""

import random
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pivotino.instance.activities.models import Activity
from pivotino.instance.history.models import Event, Outbox, Undoing
from pivotino.instance.history.recording import CannotUndo, can_undo, take_back
from pivotino.instance.members.models import Member, Rate
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline import piles, queries, totals
from pivotino.instance.pipeline.jobs import verify_totals
from pivotino.instance.pipeline.models import LostReason, Opportunity, Stage, StageDue, StageTotal
from pivotino.instance.pipeline.queries import BoardFilters
from pivotino.instance.pipeline.refusals import Refusal
from pivotino.kit.fold import fold
from tests.cast import Instance, Person
from tests.instance.pipeline.world import right_totals

WORDS = ["roof", "solar", "tiles", "gutter", "clinic", "school", "paint"]
TAGS = ["urgent", "north"]
TIMES = [None, None, time(9), time(14, 30)]


class Office:
    """Three people who do things to opportunities at random."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.people = list(Member.objects.order_by("email"))
        self.boss = next(member for member in self.people if member.is_owner)
        self.stages = list(Stage.objects.order_by("position"))
        self.reasons = list(LostReason.objects.all())
        for currency, rate in (("USD", "4.4321"), ("JPY", "0.0297")):
            Rate.objects.create(currency=currency, since=date(2020, 1, 1), rate=Decimal(rate))

    def some(self) -> Opportunity:
        return self.dice.choice(list(Opportunity.objects.all())) if Opportunity.objects.exists() else self.open()

    def open(self) -> Opportunity:
        dice = self.dice
        return Opportunity.open(
            f"{dice.choice(WORDS)} {dice.choice(WORDS)}", by=self.boss, stage=dice.choice(self.stages[:4]),
            owner=dice.choice(self.people), amount_minor=dice.randrange(0, 10_000_00), currency=dice.choice(["MYR", "USD", "JPY"]),
            tags=dice.sample(TAGS, dice.randrange(0, 3)),
        )  # fmt: skip

    def move(self) -> None:
        self.some().move_to(
            self.dice.choice(self.stages), version=None, by=self.boss, reason=self.dice.choice(self.reasons),
            after=self.some().pk if self.dice.random() < 0.5 else None, expected_closing=today() + timedelta(days=9),
        )  # fmt: skip

    def edit(self) -> None:
        fields: dict[str, Any] = {
            "amount_minor": self.dice.randrange(0, 10_000_00), "currency": self.dice.choice(["MYR", "USD"]),
            "owner": self.dice.choice([*self.people, None]), "probability": self.dice.randrange(0, 101),
        }  # fmt: skip
        name = self.dice.choice(sorted(fields))
        self.some().edit(version=None, by=self.boss, **{name: fields[name]})

    def win(self) -> None:
        self.some().win(by=self.boss)

    def lose(self) -> None:
        self.some().lose(reason=self.dice.choice(self.reasons), by=self.boss)

    def reopen(self) -> None:
        self.some().reopen(by=self.boss, expected_closing=today() + timedelta(days=5))

    def remove(self) -> None:
        self.some().remove(by=self.boss)

    def restore(self) -> None:
        self.some().restore(by=self.boss)

    def undo(self) -> None:
        event = self.dice.choice(list(Event.objects.order_by("-pk")[:20]))
        if can_undo(event) and not Undoing.objects.filter(event=event).exists():
            take_back(event, by=self.boss)

    def plan(self) -> None:
        kind = self.dice.choice(["call", "todo", "meeting"])
        due_on = today() + timedelta(days=self.dice.randrange(-9, 9))
        Activity.plan(self.some(), kind=kind, by=self.boss, due_on=due_on, due_time=self.dice.choice(TIMES))

    def finish(self) -> None:
        activity = self.dice.choice(list(Activity.objects.open()))
        self.dice.choice([activity.complete, activity.cancel])(by=self.boss)

    def postpone(self) -> None:
        activity = self.dice.choice(list(Activity.objects.open()))
        due_on = today() + timedelta(days=self.dice.randrange(-5, 20))
        activity.reschedule(by=self.boss, due_on=due_on, due_time=self.dice.choice(TIMES))

    def work(self, times: int) -> Counter[str]:
        """That many deeds; those that are refused change nothing."""
        deeds = [self.open, self.move, self.move, self.edit, self.win, self.lose, self.reopen, self.remove, self.restore, self.undo,
                 self.undo, self.plan, self.finish, self.postpone]  # fmt: skip
        done: Counter[str] = Counter()
        for _ in range(times):
            deed = self.dice.choice(deeds)
            try:
                deed()
            except (Refusal, CannotUndo, IndexError):
                continue
            done[deed.__name__] += 1
        return done


@pytest.fixture
def office(in_atap: Instance, anna: Person) -> Iterator[Office]:
    yield Office(seed=7)


def test_after_five_hundred_deeds_the_totals_are_a_direct_count(office: Office) -> None:
    done = office.work(500)

    assert set(done) == {
        "open",
        "move",
        "edit",
        "win",
        "lose",
        "reopen",
        "remove",
        "restore",
        "undo",
        "plan",
        "finish",
        "postpone",
    }
    assert right_totals()


def test_wrong_totals_are_noticed_told_and_repaired_at_night(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.work(40)
    office.open()
    StageTotal.objects.filter(count__gt=0).update(base_minor=1)
    StageDue.objects.filter(count__gt=0).update(count=9)

    found = verify_totals()

    assert found
    assert "counted anew" in caplog.text
    assert Outbox.objects.filter(kind="pipeline.recounted").count() == 1
    assert right_totals()
    assert verify_totals() == []
    assert not StageDue.objects.filter(count=0).exists()


def test_many_verbs_together_write_totals_once(office: Office, django_assert_num_queries: Any) -> None:
    with totals.together():
        for _ in range(3):
            office.open()
        assert not StageTotal.objects.exists()
    assert right_totals()


def test_a_refusal_caught_within_leaves_totals_right(office: Office) -> None:
    one = office.open()
    with totals.together():
        one.edit(version=None, by=office.boss, amount_minor=7_00)
        with pytest.raises(Refusal):
            one.lose(reason=None, by=office.boss)
    assert right_totals()


def test_the_board_equals_a_direct_count_under_every_filter_role_and_currency(office: Office) -> None:
    office.work(250)
    everything = list(Opportunity.objects.kept().select_related("stage", "owner").prefetch_related("tags"))
    dice, day = random.Random(3), today()
    for _ in range(500):
        member = dice.choice(office.people)
        filters = BoardFilters(
            mine=dice.random() < 0.2, owner=dice.choice([None, None, dice.choice(office.people).pk]),
            text=dice.choice(["", "", dice.choice(WORDS), dice.choice(WORDS)[:3], "roof solar"]), tag=dice.choice(["", "", *TAGS]),
            next=dice.choice(["", "", "overdue", "today", "planned", "nothing"]), order=dice.choice(["next", "hand"]),
        )  # fmt: skip
        wanted = [one for one in everything if fits(one, member, filters, day)]
        for column in queries.board(member, filters, today=day, per_stage=3, hides=lambda stage: False):
            here = [one for one in wanted if one.stage_id == column.stage.id]
            assert (column.count, column.base_minor) == (len(here), sum(one.base_minor for one in here)), filters
            assert column.weighted_minor == queries.hundredth(sum(one.base_minor * one.probability for one in here))
            states = Counter(state(one, day) for one in here)
            assert (column.overdue, column.today, column.planned, column.nothing) == tuple(
                states[name] for name in ("overdue", "today", "planned", "nothing")
            )
            assert [card.id for card in column.cards] == [one.pk for one in in_order(here, filters, day)[:3]], filters
            assert bool(column.more) == (len(here) > 3)


def state(one: Opportunity, day: date) -> str:
    if one.next_on is None:
        return "nothing"
    return "overdue" if one.next_on < day else "today" if one.next_on == day else "planned"


def fits(one: Opportunity, member: Member, filters: BoardFilters, day: date) -> bool:
    if not member.is_owner and one.owner_id != member.pk:
        return False
    if filters.mine and one.owner_id != member.pk or filters.owner and one.owner_id != filters.owner:
        return False
    if filters.tag and filters.tag not in [tag.name for tag in one.tags.all()]:
        return False
    if filters.next and state(one, day) != filters.next:
        return False
    return all(word in fold(one.title) for word in fold(filters.text).split())


def in_order(cards: list[Opportunity], filters: BoardFilters, day: date) -> list[Opportunity]:
    def key(one: Opportunity) -> Any:
        if one.closed_at is not None:
            return -one.closed_at.timestamp(), -one.pk.int
        if filters.order == "hand":
            return one.position.encode(), one.pk.int
        rank = ("overdue", "today", "nothing", "planned").index(state(one, day))
        return rank, one.next_on or day, one.next_time, -one.pk.int

    return sorted(cards, key=key)


@pytest.mark.parametrize("order", ["next", "hand"])
@pytest.mark.parametrize("who", ["anna", "bruno"])
def test_pages_of_a_column_show_every_card_once_in_order(
    office: Office, anna: Person, bruno: Person, order: Any, who: str
) -> None:
    office.work(400)
    member = (anna if who == "anna" else bruno).member
    day, filters = today(), BoardFilters(order=order)
    for stage in office.stages:
        wanted = [one for one in Opportunity.objects.visible_to(member) if one.stage_id == stage.pk]
        shown, after = [], None
        while True:
            page = queries.column(member, stage.pk, filters, today=day, after=after, limit=2)
            assert page is not None
            assert not {card.id for card in page.cards} & set(shown), (stage.name, after, page.more)
            shown += [card.id for card in page.cards]
            after = page.more
            if after is None:
                break
        assert shown == [one.pk for one in in_order(wanted, filters, day)]


def test_a_broken_cursor_is_refused(office: Office, anna: Person) -> None:
    office.open()
    for stage, told in (
        (0, b"nonsense"), (0, b'{"rank":0,"at":null,"clock":"24:00","id":"%s"}'), (4, b'{"rank":0,"at":"","clock":"","id":"%s"}'),
    ):  # fmt: skip
        after = urlsafe_b64encode(told.replace(b"%s", b"0" * 32)).decode()
        with pytest.raises(piles.NotACursor):
            queries.column(anna.member, office.stages[stage].pk, after=after)
