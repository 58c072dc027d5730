"""What staff may do to an instance from outside, and to what is on offer. Each is a deed."""

from datetime import timedelta

import pytest

from pivotino.control.backups.models import Backup
from pivotino.control.billing import owing
from pivotino.control.billing.models import Arrears
from pivotino.control.staff.models import Deed
from pivotino.control.subscriptions.models import AddOn, Plan
from pivotino.jobs import alerts
from pivotino.jobs.models import Alert
from pivotino.tenancy.models import Instance
from tests.cast import Browser

WHY = {"why": "They asked for it on the phone.", "ticket": "T-9"}
ACTS = "/staff/customers/atap-suria/acts/"


@pytest.fixture
def behind(atap: Instance) -> Arrears:
    """Atap Suria has not paid."""
    return owing.fall_behind(atap, owing.Open(ref="in_1", minor=2700, currency="USD"))


def deeds() -> list[str]:
    return [deed.what for deed in Deed.objects.order_by("number")]


def test_a_backup_out_of_turn(desk: Browser, atap: Instance) -> None:
    assert desk.post(f"{ACTS}backup/", WHY).status_code == 302

    assert Backup.objects.filter(instance=atap, kind=Backup.Kind.ASKED).count() == 1
    assert deeds() == ["backup"]


def test_what_does_not_fit_is_not_offered(desk: Browser, atap: Instance) -> None:
    page = desk.get("/staff/customers/atap-suria/").content.decode()

    assert "Back up now" in page
    assert "Let the bill be" not in page
    assert "Bring to the newest version" not in page
    assert desk.post(f"{ACTS}waive/", WHY).status_code == 404


def test_more_time_moves_every_day_that_is_to_come(desk: Browser, behind: Arrears) -> None:
    desk.post(f"{ACTS}more-time/", WHY)

    later = Arrears.objects.get(pk=behind.pk)
    assert later.ends_at - behind.ends_at == timedelta(days=7)
    assert deeds() == ["more-time"]


def test_letting_a_bill_be_brings_everything_back(desk: Browser, behind: Arrears, atap: Instance) -> None:
    assert "atap-suria" in desk.get("/staff/queues/").content.decode()

    desk.post(f"{ACTS}waive/", WHY)

    assert Arrears.objects.of(atap) is None
    assert deeds() == ["waive"]


def test_an_alert_is_shown_until_somebody_settled_it(desk: Browser) -> None:
    alert = alerts.rise("bucket", "files", "It does not answer.")
    assert "It does not answer." in desk.get("/staff/").content.decode()

    desk.post(f"/staff/alerts/{alert.pk}/settling/")

    assert "It does not answer." not in desk.get("/staff/").content.decode().partition("Newest deeds")[0]
    assert Alert.objects.get().settled_by == "Sofia Staff"
    assert deeds() == ["settle"]


PLAN = {
    "name": "Team", "kind": "paid", "period": "month", "prices": "usd 11.00\nMYR 45", "per_seat": "on", "seats_at_most": "0",
    "duration_days": "0", "trial_days": "30", "blurb": "For a whole team.", "points": "One\n\nTwo", **WHY,
}  # fmt: skip


def test_a_new_version_leaves_the_old_one_to_those_who_have_it(desk: Browser) -> None:
    Plan.objects.load()
    before = Plan.objects.get(code="team-monthly", published=True)

    assert desk.post("/staff/plans/plan/team-monthly/", PLAN).status_code == 302

    now = Plan.objects.get(code="team-monthly", published=True)
    assert (now.version, now.prices, now.points, now.by) == (
        before.version + 1,
        {"USD": 1100, "MYR": 4500},
        ["One", "Two"],
        "Sofia Staff",
    )
    assert Plan.objects.get(pk=before.pk).prices == before.prices
    assert deeds() == ["publish"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"prices": "USD nine"}, "is no price"),
        ({"prices": "XQX 9"}, "is no price"),
        ({"prices": ""}, "A paid plan needs a price."),
        ({"kind": "free"}, "Only a paid plan has prices."),
        ({"period": "ever"}, "by the month or by the year"),
        ({"why": "no"}, "at least 10"),
        ({"trial_days": "-3"}, "greater than or equal to 0"),
    ],
)
def test_what_contradicts_itself_is_said_beside_the_field(desk: Browser, wrong: dict[str, str], said: str) -> None:
    Plan.objects.load()

    answer = desk.post("/staff/plans/plan/team-monthly/", {**PLAN, **wrong})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "For a whole team." in answer.content.decode()
    assert deeds() == []


def test_something_new_can_be_put_up_and_retired(desk: Browser) -> None:
    more = {"new_code": "five-more", "name": "Five more", "kind": "extension", "prices": "USD 20", "duration_days": "0",
            "seats": "5", "listed": "on", "blurb": "", **WHY}  # fmt: skip
    desk.post("/staff/plans/add-on/new/", more)
    assert AddOn.objects.get(code="five-more").published

    desk.post("/staff/plans/add-on/five-more/retire/", WHY)

    row = AddOn.objects.get(code="five-more")
    assert (row.published, row.retired_by) == (False, "Sofia Staff")
    assert deeds() == ["publish", "retire"]
    assert desk.get("/staff/plans/add-on/five-more/retire/").status_code == 404


@pytest.mark.parametrize(
    "page",
    ["plans/", "plans/plan/new/", "plans/add-on/new/", "plans/plan/team-monthly/", "plans/plan/team-monthly/retire/"],
)
def test_the_pages_about_plans_open(desk: Browser, page: str) -> None:
    Plan.objects.load()

    assert desk.get(f"/staff/{page}").status_code == 200


def test_what_is_no_kind_or_code_is_not_there(desk: Browser) -> None:
    assert desk.get("/staff/plans/car/new/").status_code == 404
    assert desk.get("/staff/plans/plan/no-such/").status_code == 404
