"""Settings: each change kept with before and after, and what cannot be changed says why."""

from datetime import timedelta

import pytest

from pivotino.instance.activities.models import ActivityKind
from pivotino.instance.history.models import Event
from pivotino.instance.members.models import Rate
from pivotino.instance.members.queries import company, today
from pivotino.instance.pipeline.models import LostCategory, LostReason, Opportunity, Stage
from pivotino.tenancy import inside

FACTS = {
    "name": "Atap Suria Sdn Bhd",
    "country": "MY",
    "currency": "MYR",
    "zone": "Asia/Kuala_Lumpur",
    "industry": "",
    "target_minor": "",
}


def undo_of(answer):
    return answer["HX-Trigger"].split('"undo": "')[1].split('"')[0]


def test_company_facts_are_changed_and_taken_back(anna):
    answer = anna.browser.htmx(
        "post", anna.url("settings/company/"), {**FACTS, "name": "Atap Suria Bhd", "zone": "Asia/Tokyo"}
    )
    assert answer.status_code == 200
    with inside(anna.instance):
        assert (company().name, company().zone) == ("Atap Suria Bhd", "Asia/Tokyo")
        assert Event.objects.get(verb="company.changed").data["changes"]["zone"] == ["Asia/Kuala_Lumpur", "Asia/Tokyo"]

    anna.browser.htmx("post", undo_of(answer))
    with inside(anna.instance):
        assert company().zone == "Asia/Kuala_Lumpur"


def test_the_base_currency_may_change_until_something_was_counted(anna):
    anna.browser.post(anna.url("settings/company/"), {**FACTS, "currency": "JPY", "target_minor": "500"})
    with inside(anna.instance):
        assert company().currency == "JPY"
        Opportunity.open("Roof", by=anna.member, amount_minor=100)

    anna.browser.post(anna.url("settings/company/"), {**FACTS, "currency": "MYR"})

    with inside(anna.instance):
        assert company().currency == "JPY"
    assert "would change every sum of the past" in anna.browser.get(anna.url("settings/company/")).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"currency": "XXX"}, {"country": "ZZ"}, {"zone": "Mars/Olympus"}, {"target_minor": "x"}]
)
def test_wrong_facts_are_refused(anna, wrong):
    assert anna.browser.post(anna.url("settings/company/"), {**FACTS, **wrong}).status_code == 422


def test_days_reach_every_kind_of_activity(anna):
    anna.browser.post(anna.url("settings/days/"), {"days_due": "5", "days_to_lost": "21"})

    with inside(anna.instance):
        assert (company().days_due, company().days_to_lost) == (5, 21)
        assert set(ActivityKind.objects.values_list("days", flat=True)) == {5}


@pytest.mark.parametrize("days", ["0", "366", "-1", "2.5", "many", ""])
def test_nonsense_days_are_refused_and_stay_typed(anna, days):
    answer = anna.browser.post(anna.url("settings/days/"), {"days_due": days, "days_to_lost": "7"})

    assert answer.status_code == 422
    assert "from 1 to 365" in answer.content.decode()


def stages(person, **changes):
    with inside(person.instance):
        data = {}
        for stage in Stage.objects.all():
            row = {
                "name": stage.name,
                "purpose": stage.purpose,
                "floor": stage.floor,
                "days_allowed": stage.days_allowed,
            }
            data |= {
                f"{stage.pk.hex}-{field}": value
                for field, value in {**row, **changes.get(stage.kind + str(stage.position), {})}.items()
            }
    return data


def test_stages_get_other_names_but_keep_their_kind(anna):
    data = stages(
        anna, open1={"name": "Asked", "floor": "15", "days_allowed": "3"}, won5={"name": "Sold", "floor": "3"}
    )

    assert anna.browser.post(anna.url("settings/stages/"), data).status_code == 302

    with inside(anna.instance):
        first, won = Stage.objects.get(position=1), Stage.objects.get(position=5)
        assert (first.name, first.floor, first.days_allowed) == ("Asked", 15, 3)
        assert (won.name, won.floor, won.kind) == ("Sold", 100, "won")
        assert Event.objects.filter(verb="stage.changed").count() == 2


@pytest.mark.parametrize(
    "wrong", [{"name": "Follow up"}, {"name": ""}, {"floor": "101"}, {"floor": "-1"}, {"days_allowed": "0"}]
)
def test_wrong_stages_are_refused_and_nothing_is_saved(anna, wrong):
    answer = anna.browser.post(anna.url("settings/stages/"), stages(anna, open1=wrong, open2={"name": "Spoken"}))

    assert answer.status_code == 422
    with inside(anna.instance):
        assert not Event.objects.filter(verb="stage.changed").exists()


def test_lost_reasons_are_added_renamed_removed_and_come_back(anna):
    with inside(anna.instance):
        category = LostCategory.objects.get(name="Customer")
    anna.browser.post(anna.url("settings/lost-reasons/reason/"), {"name": "Budget cut", "category": category.pk})
    with inside(anna.instance):
        reason = LostReason.objects.get(name="Budget cut")

    anna.browser.post(anna.url(f"settings/lost-reasons/reason/{reason.pk}/"), {"name": "Budget gone"})
    answer = anna.browser.htmx("post", anna.url(f"settings/lost-reasons/reason/{reason.pk}/remove/"))
    with inside(anna.instance):
        assert not LostReason.objects.filter(name="Budget gone").exists()

    anna.browser.htmx("post", undo_of(answer))
    with inside(anna.instance):
        assert LostReason.objects.get(name="Budget gone").category == category


def test_a_reason_something_was_lost_for_is_only_retired(anna, bruno):
    with inside(anna.instance):
        reason = LostReason.objects.get(name="Timing")
        lost = Opportunity.open("Roof", by=anna.member)
        lost.lose(reason=reason, by=anna.member)
        open_one = Opportunity.open("Shed", by=anna.member)

    answer = anna.browser.htmx("post", anna.url(f"settings/lost-reasons/reason/{reason.pk}/remove/"))
    assert "not offered any more" in answer.content.decode()
    reasons = f'value="{reason.pk}"'
    assert reasons not in anna.browser.get(anna.url("board/reasons/")).content.decode()
    assert "Timing" in anna.browser.get(anna.url(f"opportunities/{lost.pk}/")).content.decode()
    refused = anna.browser.htmx(
        "post", anna.url(f"opportunities/{open_one.pk}/outcomes/"), {"kind": "lost", "reason": reason.pk}
    )
    assert refused.status_code == 422

    assert bruno.browser.post(anna.url(f"settings/lost-reasons/{reason.pk}/offer/")).status_code in (403, 404)
    anna.browser.post(anna.url(f"settings/lost-reasons/{reason.pk}/offer/"))
    assert reasons in anna.browser.get(anna.url("board/reasons/")).content.decode()
    gone = anna.browser.htmx("post", anna.url(f"settings/lost-reasons/reason/{reason.pk}/remove/"))
    anna.browser.htmx("post", undo_of(gone))
    assert reasons in anna.browser.get(anna.url("board/reasons/")).content.decode()


@pytest.mark.parametrize("name", ["", "no interest", "x" * 81])
def test_a_reason_needs_a_name_of_its_own(anna, name):
    with inside(anna.instance):
        category, reason = LostCategory.objects.all()[0], LostReason.objects.get(name="Timing")
    assert (
        anna.browser.post(
            anna.url("settings/lost-reasons/reason/"), {"name": name, "category": category.pk}
        ).status_code
        == 422
    )
    assert anna.browser.post(anna.url(f"settings/lost-reasons/reason/{reason.pk}/"), {"name": name}).status_code == 422


def test_the_rules_own_reason_keeps_its_name(anna):
    with inside(anna.instance):
        reason = LostReason.objects.get(name="Poor follow-up time")
    assert (
        anna.browser.post(anna.url(f"settings/lost-reasons/reason/{reason.pk}/"), {"name": "Slow"}).status_code == 422
    )
    assert anna.browser.post(anna.url(f"settings/lost-reasons/reason/{reason.pk}/remove/")).status_code == 422


def test_an_unknown_list_is_nowhere(anna):
    assert anna.browser.post(anna.url("settings/lost-reasons/nonsense/"), {"name": "x"}).status_code == 404


def test_a_rate_counts_from_its_day_and_only_for_new_amounts(anna):
    with inside(anna.instance):
        day = today()
    anna.browser.post(
        anna.url("settings/rates/"), {"currency": "EUR", "rate": "5.10", "since": (day - timedelta(days=3)).isoformat()}
    )
    with inside(anna.instance):
        old = Opportunity.open("Old", by=anna.member, amount_minor=10_000, currency="EUR")
    anna.browser.post(anna.url("settings/rates/"), {"currency": "EUR", "rate": "5.20", "since": day.isoformat()})

    with inside(anna.instance):
        new = Opportunity.open("New", by=anna.member, amount_minor=10_000, currency="EUR")
        old.refresh_from_db()
        assert (old.base_minor, new.base_minor) == (51_000, 52_000)


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "MYR"},
        {"currency": "XXX"},
        {"rate": "0"},
        {"rate": "-1"},
        {"rate": "x"},
        {"since": "2999-01-01"},
        {"since": "no"},
    ],
)
def test_a_wrong_rate_is_refused(anna, wrong):
    data = {"currency": "EUR", "rate": "5.1", "since": "2026-01-01", **wrong}

    assert anna.browser.post(anna.url("settings/rates/"), data).status_code == 422
    with inside(anna.instance):
        assert not Rate.objects.exists()


def test_a_removed_rate_comes_back(anna):
    anna.browser.post(anna.url("settings/rates/"), {"currency": "EUR", "rate": "5.1", "since": "2026-01-01"})
    with inside(anna.instance):
        rate = Rate.objects.get()
    answer = anna.browser.htmx("post", anna.url(f"settings/rates/{rate.pk}/remove/"))
    anna.browser.htmx("post", undo_of(answer))

    with inside(anna.instance):
        assert str(Rate.objects.get().rate.normalize()) == "5.1"


def test_everybody_keeps_their_own_name(bruno):
    bruno.browser.post(bruno.url("settings/me/"), {"name": "  Bruno  Tan "})

    assert bruno.member.name == "Bruno Tan"
    assert bruno.browser.post(bruno.url("settings/me/"), {"name": ""}).status_code == 422


def test_why_somebody_sees_a_record_names_the_rule(anna, bruno, carla):
    with inside(anna.instance):
        roof = Opportunity.open("Roof of Bruno", by=bruno.member)

    page = anna.browser.get(anna.url(f"settings/seeing/?opportunity={roof.pk}")).content.decode()
    assert "It is theirs." in page
    assert "Does not see it: Users see only their own opportunities." in page

    hidden = carla.browser.get(carla.url(f"settings/seeing/?opportunity={roof.pk}")).content.decode()
    assert "Roof of Bruno" not in hidden
