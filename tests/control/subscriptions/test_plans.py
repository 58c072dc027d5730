"""Plans are data with versions; subscriptions are rows that stay."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from pivotino.control.subscriptions import catalogue
from pivotino.control.subscriptions.changing import give, go_free, keep_additions, take_on
from pivotino.control.subscriptions.models import Addition, AddOn, NotOffered, Plan, Subscription
from pivotino.control.subscriptions.queries import (
    currencies,
    currency_for,
    entitlements,
    free_plan,
    plan_for,
    published_plans,
)
from pivotino.tenancy.models import Instance
from tests.control.newcomer import Newcomer

pytestmark = pytest.mark.usefixtures("control")

CHEAP = '[[plan]]\ncode = "one"\nname = "One"\nkind = "paid"\nprices = { USD = 100 }\nperiod = "month"\n'
DEAR = CHEAP.replace("100", "200")


def test_what_is_published_reads_as_the_file_says() -> None:
    plans = published_plans()

    assert [(plan.code, plan.kind, plan.prices) for plan in plans] == [
        ("free", "free", {}), ("team-monthly", "paid", {"USD": 900, "EUR": 850, "MYR": 3900}),
        ("team-yearly", "paid", {"USD": 9000, "EUR": 8500, "MYR": 39000}), ("team-trial", "trial", {}),
    ]  # fmt: skip


def test_loading_twice_changes_nothing() -> None:
    published_plans()

    assert Plan.objects.load() == 0


def test_a_new_price_is_a_new_version_and_the_old_one_stays(tmp_path: Path) -> None:
    file = tmp_path / "plans.toml"
    file.write_text(CHEAP)
    Plan.objects.load(file)
    file.write_text(DEAR)

    assert Plan.objects.load(file) == 1

    assert list(Plan.objects.filter(code="one").values_list("version", "prices", "published")) == [
        (1, {"USD": 100}, False),
        (2, {"USD": 200}, True),
    ]


def test_only_one_version_of_a_plan_is_published() -> None:
    published_plans()

    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.create(code="free", version=9, name="Free", kind="free")


@pytest.mark.parametrize(
    ("asked", "begins_with"),
    [("free", "free"), ("team-yearly", "team-trial"), ("", "team-trial"), ("<x>", "team-trial")],
)
def test_everything_but_free_is_tried_first(asked: str, begins_with: str) -> None:
    assert plan_for(asked).code == begins_with


@pytest.mark.promise("P12")
def test_the_history_holds_the_trial_and_the_free_plan_after_it(mei: Newcomer) -> None:
    mei.arrive()

    rows = Subscription.objects.order_by("number")

    assert [(row.plan.code, row.plan.kind) for row in rows] == [("team-trial", "trial"), ("free", "free")]
    assert (rows[0].until - rows[0].since).days == 30  # type: ignore[operator]
    assert (rows[1].since, rows[1].until) == (rows[0].until, None)
    assert [row.plan.code for row in Subscription.objects.current()] == ["team-trial"]


def test_who_asks_for_free_begins_free_for_ever(mei: Newcomer) -> None:
    mei.typed["plan"] = "free"
    mei.arrive()

    assert [(row.plan.code, row.until) for row in Subscription.objects.all()] == [("free", None)]


# --- what staff edit


def published(code: str) -> Any:
    return next(plan for plan in published_plans() if plan.code == code)


def test_staff_publish_a_version_that_says_who_and_why_and_keeps_the_rest() -> None:
    old = published("team-monthly")

    new = catalogue.publish_plan("team-monthly", by="farah@pivotino.example", why="ticket 12", prices={"USD": 1000})

    assert (new.version, new.prices, new.points, new.by, new.why) == (
        old.version + 1, {"USD": 1000}, old.points, "farah@pivotino.example", "ticket 12",
    )  # fmt: skip
    assert [plan.version for plan in published_plans() if plan.code == "team-monthly"] == [new.version]


def test_the_file_does_not_take_back_what_staff_did() -> None:
    published_plans()
    catalogue.publish_plan("team-monthly", by="farah", why="x", prices={"USD": 1000})
    catalogue.retire_add_on("hour-with-us", by="farah", why="nobody has time")

    assert (Plan.objects.load(), AddOn.objects.load()) == (0, 0)

    assert published("team-monthly").prices == {"USD": 1000}
    assert [row.code for row in AddOn.objects.published()] == ["thirty-days-more"]


@pytest.mark.parametrize(
    "said",
    [{"prices": {}}, {"prices": {"XXY": 5}}, {"prices": {"USD": 0}}, {"prices": {"USD": 1.5}}, {"kind": "free"}, {"period": "week"}],
)  # fmt: skip
def test_a_plan_that_contradicts_itself_is_not_published(said: dict[str, Any]) -> None:
    before = published("team-monthly")

    with pytest.raises(ValidationError):
        catalogue.publish_plan("team-monthly", by="farah", why="x", **said)

    assert published("team-monthly").version == before.version


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "extension", "prices": {}}, {"kind": "extension", "prices": {"USD": 5}, "duration_days": 3},
        {"kind": "promotion", "prices": {"USD": 5}, "duration_days": 3}, {"kind": "promotion"},
    ],
)  # fmt: skip
def test_an_extension_has_a_price_and_a_promotion_has_days(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        catalogue.publish_add_on("odd", by="farah", why="x", name="Odd", **said)


def test_what_somebody_has_can_be_retired_but_not_deleted(atap: Instance) -> None:
    plan = published("team-monthly")
    take_on(atap, plan, currency="MYR", seats=3)

    with pytest.raises(catalogue.InUse):
        catalogue.delete(plan)
    catalogue.retire_plan("team-monthly", by="farah", why="old")

    assert Subscription.objects.of(atap).plan == plan  # type: ignore[union-attr]
    with pytest.raises(NotOffered):
        catalogue.retire_plan("team-monthly", by="farah", why="again")


def test_what_nobody_had_can_be_deleted() -> None:
    made = catalogue.publish_add_on("new", by="farah", why="x", name="New", kind="promotion", duration_days=3)

    catalogue.delete(made)

    assert not AddOn.objects.filter(code="new").exists()


def test_every_paid_plan_has_a_price_in_three_currencies() -> None:
    assert currencies() == ["USD", "EUR", "MYR"]
    assert [currency_for(country) for country in ("MY", "DE", "US", "JP", "")] == ["MYR", "EUR", "USD", "USD", "USD"]
    assert currency_for("MY", "eur") == "EUR"
    with pytest.raises(NotOffered):
        published("team-monthly").price("JPY")


# --- changing


def history(atap: Instance) -> list[tuple[str, int, bool]]:
    rows = Subscription.objects.filter(instance=atap).order_by("number").select_related("plan")
    return [(row.plan.code, row.seats, row.until is None) for row in rows]


@pytest.mark.promise("P12")
def test_each_change_closes_a_stretch_and_opens_the_next_without_a_gap(atap: Instance) -> None:
    go_free(atap)
    take_on(atap, published("team-monthly"), currency="MYR", seats=3)
    take_on(atap, published("team-monthly"), currency="MYR", seats=5)
    go_free(atap)

    rows = list(Subscription.objects.filter(instance=atap).order_by("number"))
    assert history(atap) == [
        ("free", 0, False),
        ("team-monthly", 3, False),
        ("team-monthly", 5, False),
        ("free", 0, True),
    ]
    assert [row.until for row in rows[:-1]] == [row.since for row in rows[1:]]


def test_the_same_again_is_the_same_stretch_with_another_day_of_the_bill(atap: Instance) -> None:
    day = timezone.now() + timedelta(days=30)
    take_on(atap, published("team-monthly"), currency="MYR", seats=3)

    take_on(atap, published("team-monthly"), currency="MYR", seats=3, paid_until=day)

    assert history(atap) == [("team-monthly", 3, True)]
    assert Subscription.objects.of(atap).paid_until == day  # type: ignore[union-attr]


def test_an_end_is_followed_by_the_free_plan_and_can_be_taken_back(atap: Instance) -> None:
    end = timezone.now() + timedelta(days=10)
    monthly = published("team-monthly")
    take_on(atap, monthly, currency="MYR", seats=3, until=end)
    assert history(atap) == [("team-monthly", 3, False), ("free", 0, True)]

    take_on(atap, monthly, currency="MYR", seats=3)
    assert history(atap) == [("team-monthly", 3, True)]

    take_on(atap, monthly, currency="MYR", seats=3, until=end)
    with time_machine.travel(end + timedelta(seconds=1)):
        assert Subscription.objects.of(atap).plan == free_plan()  # type: ignore[union-attr]


def test_a_promotion_lengthens_a_trial_or_begins_one(atap: Instance) -> None:
    published_plans()
    gift = AddOn.objects.get(code="thirty-days-more")
    go_free(atap)

    first = give(atap, gift, by="farah", why="ticket 9")
    second = give(atap, gift, by="farah", why="ticket 10")

    trial = Subscription.objects.of(atap)
    assert trial is not None and trial.plan.kind == "trial"
    assert (trial.until, second.since) == (second.until, first.until)
    assert history(atap)[-1] == ("free", 0, True)
    take_on(atap, published("team-monthly"), currency="USD", seats=1)
    with pytest.raises(NotOffered):
        give(atap, gift, by="farah", why="x")


def test_extensions_run_while_they_are_paid(atap: Instance) -> None:
    published_plans()
    hour = AddOn.objects.get(code="hour-with-us")
    take_on(atap, published("team-monthly"), currency="MYR", seats=3)

    keep_additions(atap, {hour: 1}, currency="MYR")
    keep_additions(atap, {hour: 1}, currency="MYR")
    assert entitlements(atap).extensions == (hour,)
    keep_additions(atap, {}, currency="MYR")

    assert entitlements(atap).extensions == ()
    assert Addition.objects.get().until is not None


@pytest.mark.parametrize(("code", "seats", "most"), [("free", 0, 3), ("team-trial", 0, 0), ("team-monthly", 5, 5)])
def test_how_many_people_come_from_our_own_rows(atap: Instance, code: str, seats: int, most: int) -> None:
    take_on(atap, published(code), currency="USD" if seats else "", seats=seats)

    assert entitlements(atap).seats == most


def test_without_a_plan_nothing_is_limited(atap: Instance) -> None:
    assert (entitlements(atap).plan, entitlements(atap).seats) == (None, 0)
