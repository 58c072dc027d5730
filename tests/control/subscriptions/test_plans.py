"""Plans are data with versions; subscriptions are rows that stay."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from pivotino.control.subscriptions.models import Plan, Subscription
from pivotino.control.subscriptions.queries import plan_for, published_plans
from tests.control.newcomer import Newcomer

pytestmark = pytest.mark.usefixtures("control")

CHEAP = '[[plan]]\ncode = "one"\nname = "One"\nkind = "paid"\nprice_minor = 100\nperiod = "month"\n'
DEAR = CHEAP.replace("100", "200")


def test_what_is_published_reads_as_the_file_says() -> None:
    plans = published_plans()

    assert [(plan.code, plan.kind, plan.price_minor) for plan in plans] == [
        ("free", "free", 0), ("team-monthly", "paid", 900), ("team-yearly", "paid", 9000), ("team-trial", "trial", 0),
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

    assert list(Plan.objects.filter(code="one").values_list("version", "price_minor", "published")) == [
        (1, 100, False),
        (2, 200, True),
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
