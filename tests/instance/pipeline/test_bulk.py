"""Bringing in many at once: as the sheet says, without rules, found by search, in the totals, and gone again without a trace."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.apps import apps

from pivotino.instance.activities.models import Activity
from pivotino.instance.history import search
from pivotino.instance.history.models import Event
from pivotino.instance.members.models import Rate
from pivotino.instance.pipeline.bulk import ImportedDeal, insert_imported, remove_imported, touched_since_import
from pivotino.instance.pipeline.models import Opportunity, Outcome, Stay
from pivotino.instance.pipeline.refusals import RateMissing
from pivotino.kit.ids import uuid7
from tests.cast import Instance, Person
from tests.instance.pipeline.world import DAY, days, fresh, on, reason, right_totals, stage, stays


@pytest.fixture
def rows(in_atap: Instance, bruno: Person) -> list[ImportedDeal]:
    begun = DAY - days(60)
    return [
        ImportedDeal(title="At work", stage_id=stage("Follow Up").pk, created_on=begun, amount_minor=100_00, owner_id=bruno.member_id,
                     expected_closing=DAY + days(9), tags=("old", "north"), contact_name="Klinik Harmoni", external_id="O-1"),
        ImportedDeal(title="Sold", stage_id=stage("Won").pk, created_on=begun, closed_on=begun + days(12), amount_minor=10_00,
                     currency="USD", probability=40),
        ImportedDeal(title="Gone", stage_id=stage("Lost").pk, created_on=begun, closed_on=begun + days(3), reason_id=reason().pk,
                     note="Too dear", probability=70),
    ]  # fmt: skip


def test_rows_come_in_as_the_sheet_says_and_no_rule_fires(
    rows: list[ImportedDeal], anna: Person, bruno: Person
) -> None:
    Rate.objects.create(currency="USD", since=date(2020, 1, 1), rate=Decimal("4.5"))
    first = Opportunity.open("Here before", by=anna.member, stage=stage("Follow Up"))
    with on(DAY):
        assert insert_imported(rows, uuid7(), by=anna.member) == 3

    work, sold, gone = (Opportunity.objects.get(title=title) for title in ("At work", "Sold", "Gone"))
    assert not Activity.objects.exclude(opportunity=first).exists()
    assert (work.probability, work.expected_closing, work.manual_closing) == (50, DAY + days(9), False)
    assert work.tag_names() == ["north", "old"]
    assert work.position > fresh(first).position
    assert stays(work) == [("Follow Up", True)]
    assert (sold.base_minor, sold.probability, sold.days_to_win) == (45_00, 100, 12)
    assert stays(sold) == [("New", False), ("Won", False)]
    assert (gone.probability, gone.expected_closing) == (0, DAY - days(57))
    assert (gone.outcome.kind, gone.outcome.reason, gone.outcome.note) == ("lost", reason(), "Too dear")
    assert Outcome.objects.get(opportunity=sold).closed_on == DAY - days(48)
    assert Event.objects.filter(verb="opportunity.imported").count() == 3
    assert [found.id for found in search.find(bruno.member, "harmony")] == [work.pk]
    assert right_totals()


def test_a_missing_rate_brings_in_nothing(rows: list[ImportedDeal], anna: Person) -> None:
    with pytest.raises(RateMissing):
        insert_imported(rows, uuid7(), by=anna.member)

    assert Opportunity.objects.count() == 0
    assert right_totals()


def test_what_was_brought_in_goes_without_a_trace(rows: list[ImportedDeal], anna: Person) -> None:
    Rate.objects.create(currency="USD", since=date(2020, 1, 1), rate=Decimal("4.5"))
    kept = Opportunity.open("Here before", by=anna.member)
    events = Event.objects.count()
    import_id: UUID = uuid7()
    insert_imported(rows, import_id, by=anna.member)
    assert touched_since_import(import_id) == []

    assert remove_imported(import_id, by=anna.member) == 3

    assert list(Opportunity.objects.all()) == [kept]
    assert Event.objects.count() == events
    assert Stay.objects.count() == 1
    assert apps.get_model("history", "SearchDoc")._default_manager.count() == 1
    assert right_totals()


def test_an_imported_one_lives_on_like_any_other(rows: list[ImportedDeal], anna: Person) -> None:
    import_id = uuid7()
    with on(DAY):
        insert_imported(rows[:1], import_id, by=anna.member)
        one = Opportunity.objects.get()
        one.win(by=anna.member)

    assert fresh(one).days_to_win == 60
    assert touched_since_import(import_id) == [one.pk]
    assert right_totals()


def test_a_thousand_rows_need_few_statements(
    in_atap: Instance, anna: Person, django_assert_max_num_queries: object
) -> None:
    new = stage("New").pk
    rows = [
        ImportedDeal(title=f"Number {number}", stage_id=new, created_on=DAY, amount_minor=number)
        for number in range(1000)
    ]
    with django_assert_max_num_queries(70, using="instance"):  # type: ignore[operator]
        insert_imported(rows, uuid7(), by=anna.member)
    positions = list(Opportunity.objects.order_by("pk").values_list("position", flat=True))
    assert positions == sorted(positions) and len(set(positions)) == 1000
    assert right_totals()
