"""Opportunities: who may change them, who was first, what they are worth, what is told about them."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event, Outbox
from pivotino.instance.history.sentences import sentence_of
from pivotino.instance.members.models import Rate
from pivotino.instance.pipeline import queries
from pivotino.instance.pipeline.models import Opportunity, Tag
from pivotino.instance.pipeline.refusals import Gone, NotAField, NotYours, RateMissing, StaleEdit, StaleMove
from tests.cast import Instance, Person
from tests.instance.pipeline.world import DAY, days, fresh, last, on, reason, right_totals, stage
from tests.plugins.engines import ENGINE


@pytest.fixture
def card(in_atap: Instance, anna: Person, bruno: Person) -> Opportunity:
    with on(DAY):
        return Opportunity.open("Roof for the clinic", by=anna.member, owner=bruno.member, amount_minor=4_200_00)


# who was first


def test_a_move_of_a_card_that_moved_meanwhile_tells_who_and_where(
    card: Opportunity, anna: Person, bruno: Person
) -> None:
    seen = card.version
    card.move_to(stage("Quotation"), version=seen, by=bruno.member)

    with pytest.raises(StaleMove) as refused:
        card.move_to(stage("Follow Up"), version=seen, by=anna.member)

    assert refused.value.message == "Bruno Sales moved this card first. It is in Quotation."
    assert (refused.value.who, refused.value.stage_id) == ("Bruno Sales", stage("Quotation").pk)
    assert refused.value.version == fresh(card).version


def test_an_edit_of_a_card_that_was_edited_meanwhile_is_refused(card: Opportunity, anna: Person, bruno: Person) -> None:
    seen = card.version
    card.edit(version=seen, by=bruno.member, title="Roof for the school")

    with pytest.raises(StaleEdit) as refused:
        card.edit(version=seen, by=anna.member, title="Roof for the church")

    assert refused.value.message == "Bruno Sales changed this card first. It is in New."
    assert fresh(card).title == "Roof for the school"


def test_a_colleagues_plan_or_note_stands_in_no_moves_way(card: Opportunity, anna: Person, bruno: Person) -> None:
    from pivotino.instance.activities.models import Activity

    seen = card.version
    Activity.plan(card, kind="call", by=bruno.member)
    card.write_note("Ask again", by=bruno.member)

    card.move_to(stage("Follow Up"), version=seen, by=anna.member)
    assert fresh(card).stage.name == "Follow Up"


# whose


def test_a_user_sees_and_changes_only_own_opportunities(
    card: Opportunity, anna: Person, bruno: Person, carla: Person
) -> None:
    assert list(Opportunity.objects.visible_to(bruno.member)) == [card]
    assert list(Opportunity.objects.visible_to(anna.member)) == [card]
    assert list(Opportunity.objects.visible_to(carla.member)) == []
    assert queries.card(carla.member, card.pk) is None
    assert queries.cards(carla.member, [card.pk]) == []
    assert [column.count for column in queries.board(carla.member)] == [0] * 6
    assert [column.count for column in queries.board(carla.member, queries.BoardFilters(owner=bruno.member_id))] == [
        0
    ] * 6
    assert list(queries.every_card(carla.member)) == []
    for change in (
        lambda: card.move_to(stage("Won"), version=None, by=carla.member), lambda: card.win(by=carla.member),
        lambda: card.edit(version=None, by=carla.member, title="Mine"), lambda: card.remove(by=carla.member),
        lambda: card.tag(["mine"], by=carla.member), lambda: card.write_note("Mine", by=carla.member),
        lambda: card.lose(reason=reason(), by=carla.member),
    ):  # fmt: skip
        with pytest.raises(NotYours):
            change()


def test_what_belongs_to_nobody_is_for_business_owners(card: Opportunity, anna: Person, bruno: Person) -> None:
    card.edit(version=None, by=anna.member, owner=None)

    assert queries.card(anna.member, card.pk) is not None
    assert queries.card(bruno.member, card.pk) is None
    assert right_totals()


def test_the_rival_has_none_of_it(card: Opportunity, rita: Person) -> None:
    from pivotino.tenancy import inside

    member = rita.member
    with inside(rita.instance):
        assert not Opportunity.objects.exists()
        assert queries.card(member, card.pk) is None


def test_the_one_who_loses_it_is_told(card: Opportunity, anna: Person, bruno: Person, carla: Person) -> None:
    card.edit(version=None, by=anna.member, owner=carla.member)

    line = Outbox.objects.latest("id")
    assert (line.kind, line.owner_id, line.owner_before_id) == ("opportunity.edited", carla.member_id, bruno.member_id)


# what it is worth


def test_another_currency_is_counted_at_the_latest_rate_of_the_day(in_atap: Instance, anna: Person) -> None:
    for since, rate in ((date(2026, 1, 1), "4.5"), (DAY, "4.7"), (DAY + days(1), "9")):
        Rate.objects.create(currency="EUR", since=since, rate=Decimal(rate))
    with on(DAY):
        one = Opportunity.open("Export", by=anna.member, amount_minor=1_000_05, currency="EUR")
        assert (one.base_minor, one.rate, one.rate_on) == (4700_24, Decimal("4.7"), DAY)
    with on(DAY + days(1)):
        one.edit(version=None, by=anna.member, title="Export to Bremen")
        assert fresh(one).base_minor == 4700_24
        one.edit(version=None, by=anna.member, currency="MYR")
        assert (fresh(one).base_minor, fresh(one).rate) == (1_000_05, 1)
        one.edit(version=None, by=anna.member, currency="EUR")
        assert fresh(one).base_minor == 9_000_45
    assert right_totals()


def test_a_currency_without_rate_is_refused_with_what_to_do(card: Opportunity, anna: Person) -> None:
    with pytest.raises(RateMissing) as refused:
        card.edit(version=None, by=anna.member, currency="SGD")

    assert refused.value.message == (
        "There is no rate from SGD to MYR yet. A Business Owner can add one under Settings, Currencies."
    )
    assert fresh(card).currency == "MYR"


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "  "},
        {"title": "x" * 201},
        {"amount_minor": -1},
        {"stars": 4},
        {"probability": 101},
        {"currency": "RINGGIT"},
    ],
)
def test_what_does_not_fit_is_refused(card: Opportunity, anna: Person, fields: dict[str, Any]) -> None:
    with pytest.raises(NotAField):
        card.edit(version=None, by=anna.member, **fields)

    assert fresh(card).version == 1


# small things


def test_an_edit_that_changes_nothing_is_no_event(card: Opportunity, anna: Person) -> None:
    assert card.edit(version=None, by=anna.member, title="Roof for the clinic") is None
    assert fresh(card).version == 1


def test_the_same_id_twice_opens_one(in_atap: Instance, anna: Person) -> None:
    id = uuid4()
    first = Opportunity.open("From the train", by=anna.member, id=id)
    again = Opportunity.open("From the train", by=anna.member, id=id)

    assert first == again
    assert Opportunity.objects.count() == 1
    assert right_totals()


def test_tags_are_told_apart_by_letters_not_by_case(card: Opportunity, anna: Person) -> None:
    card.tag(["Urgent", "north"], by=anna.member)
    card.tag(["urgent"], by=anna.member)

    assert card.tag_names() == ["Urgent"]
    assert Tag.objects.count() == 2
    shown = queries.card(anna.member, card.pk)
    assert shown is not None
    assert shown.tags == (("Urgent", 1),)


def test_a_removed_one_is_nowhere_until_it_is_restored(card: Opportunity, anna: Person) -> None:
    card.remove(by=anna.member)
    assert queries.card(anna.member, card.pk) is None
    with pytest.raises(Gone):
        card.win(by=anna.member)

    card.restore(by=anna.member)
    assert queries.card(anna.member, card.pk) is not None
    assert right_totals()


def test_the_outbox_carries_ids_and_no_contents(card: Opportunity, anna: Person) -> None:
    card.move_to(stage("Follow Up"), version=None, by=anna.member)

    told = " ".join(str(line.data) for line in Outbox.objects.all())
    assert "Roof" not in told
    assert str(stage("Follow Up").pk) in told


# what the timeline says


def test_every_deed_reads_as_a_sentence(card: Opportunity, anna: Person, bruno: Person, carla: Person) -> None:
    with on(DAY + days(1)):
        card.move_to(stage("First Activity"), version=None, by=anna.member)
        card.edit(version=None, by=anna.member, amount_minor=5_000_00)
        card.edit(version=None, by=anna.member, owner=carla.member)
        card.edit(version=None, by=anna.member, title="School roof", probability=60)
        card.tag(["solar"], by=anna.member)
        card.lose(reason=reason("Timing"), by=anna.member)
        card.reopen(by=anna.member)
        card.win(by=anna.member)

    read = [f"{event.by.name if event.by else 'A rule'} {sentence_of(event).words}" for event in told(card)]
    assert read == [
        "Nurul Anna opened it in New",
        "A rule planned Get in touch for 9 Mar 2026",
        "Nurul Anna moved it from New to First Activity",
        "A rule finished Get in touch and planned Follow up for 10 Mar 2026",
        "Nurul Anna changed the amount from RM 4,200 to RM 5,000",
        "Nurul Anna changed the salesperson from Bruno Sales to Carla User",
        "Nurul Anna changed name and probability",
        "Nurul Anna added solar",
        "Nurul Anna lost it: Timing",
        "A rule finished Follow up",
        "Nurul Anna opened it again in First Activity",
        "A rule planned Follow up for 10 Mar 2026",
        "Nurul Anna won it",
        "A rule finished Follow up",
    ]
    changes = sentence_of(told(card)[6]).changes
    assert [(change.label, change.before, change.after) for change in changes] == [
        ("name", "Roof for the clinic", "School roof"), ("probability", "25 %", "60 %"),
    ]  # fmt: skip


def test_what_the_night_gave_up_reads_so(card: Opportunity) -> None:
    from pivotino.instance.pipeline.jobs import give_up

    with on(DAY + days(20)):
        give_up()

    assert sentence_of(last(card, "opportunity.lost")).words == "gave this up: expected closing passed"


def told(card: Opportunity) -> list[Event]:
    return list(Event.objects.filter(subject_id=card.pk).select_related("by").order_by("pk"))


# few queries


def test_the_board_asks_as_often_for_three_cards_as_for_one(
    card: Opportunity, anna: Person, django_assert_num_queries: Any
) -> None:
    member = anna.member
    company = Contact.add("Klinik Harmoni", by=member)
    card.edit(version=None, by=member, contact=company)
    card.tag(["solar"], by=member)
    queries.board(member)
    asked = 2 if ENGINE == "postgres" else 3  # a file is asked again where what is due leaves room
    with django_assert_num_queries(asked, using="instance"):
        queries.board(member)
    for number in range(2):
        Opportunity.open(f"Number {number}", by=member, contact=company, tags=["north"])
    with django_assert_num_queries(asked, using="instance"):
        board = queries.board(member)

    assert [card.contact_name for card in board[0].cards] == ["Klinik Harmoni"] * 3
