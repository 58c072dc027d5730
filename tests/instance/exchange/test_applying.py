"""From a file to records and back."""

import csv
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Sum

from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange.models import Fate, Import, ProposedRow
from pivotino.instance.history import search
from pivotino.instance.history.models import Event, SearchDoc
from pivotino.instance.members.models import Member, Rate
from pivotino.instance.pipeline import totals
from pivotino.instance.pipeline.models import Opportunity, Outcome, Stay
from pivotino.jobs.testing import Crash, crash_after, run_all
from pivotino.tenancy import inside
from tests.cast import Person
from tests.instance.exchange.conftest import Desk

DEALS = """id,deal,company,stage,amount,owner,closed
A1,Roof,Jaya Food,Won,1200.50,Nurul Anna,2025-03-04
A2,Gutter,Jaya Food,Negotiation,300,Bruno Sales,
A3,Skylight,,Lost,0,Petra New,2025-05-06
"""


@pytest.fixture
def desk(anna: Person) -> Desk:
    return Desk(anna)


def dollars(person: Person, rate: str = "4.2") -> None:
    with inside(person.instance):
        Rate.objects.create(currency="USD", since=date(2020, 1, 1), rate=rate)


def world(person: Person) -> dict[str, Any]:
    """Everything an import could have left behind."""
    with inside(person.instance):
        return {
            "cards": Opportunity.objects.count(), "stays": Stay.objects.count(), "outcomes": Outcome.objects.count(),
            "contacts": Contact.objects.count(), "members": Member.objects.count(), "found": SearchDoc.objects.count(),
            "events": Event.objects.exclude(subject_kind="import").count(), "totals": totals.counted(), "kept": totals.kept(),
        }  # fmt: skip


def test_a_pipeline_comes_in_as_it_is(desk: Desk, anna: Person, sheets: Path) -> None:
    dollars(anna)
    companies = desk.applied((sheets / "accounts.csv").read_bytes(), "accounts.csv")
    sellers = desk.applied((sheets / "sales_teams.csv").read_bytes(), "sales_teams.csv")
    one = desk.proposed((sheets / "sales_pipeline.csv").read_bytes(), "sales_pipeline.csv", currency="USD")
    with (sheets / "sales_pipeline.csv").open() as file:
        lines = list(csv.DictReader(file))
    wanted = Counter(line["deal_stage"] for line in lines)
    amounts: dict[str, int] = defaultdict(int)
    for line in lines:
        amounts[line["deal_stage"]] += int(line["close_value"] or 0) * 100

    assert (companies.counts, sellers.counts) == ({"new": 85}, {"new": 35})
    assert one.counts == {"new": 8_800}
    desk.send(one, "application/")
    run_all()

    with inside(anna.instance):
        by_stage = Opportunity.objects.order_by().values_list("stage__name").annotate(Count("pk"), Sum("amount_minor"))
        here = {name: (count, total) for name, count, total in by_stage}
        meant = {"Engaging": "First Activity", "Prospecting": "New"}
        assert here == {meant.get(stage, stage): (wanted[stage], amounts[stage]) for stage in wanted}
        assert wanted["Won"] == 4_238
        assert totals.differences() == []
        assert Contact.objects.count() == 85
        parents = [
            line["subsidiary_of"] for line in csv.DictReader((sheets / "accounts.csv").open()) if line["subsidiary_of"]
        ]
        assert sorted(Contact.objects.exclude(company=None).values_list("company__name", flat=True)) == sorted(parents)
        assert Contact.objects.filter(industry="technolgy").exists()
        assert Opportunity.objects.filter(contact__isnull=True).count() == 1_425
        assert Member.objects.count() == 3 + 35
        assert Opportunity.objects.exclude(owner=None).order_by().values("owner").distinct().count() == 30
        assert Outcome.objects.count() == wanted["Won"] + wanted["Lost"]
        assert Stay.objects.filter(ended_at__isnull=True).count() == wanted["Engaging"] + wanted["Prospecting"]
        assert Event.objects.filter(verb="opportunity.imported").count() == 8_800
        assert Opportunity.objects.exclude(next_on=None).count() == 0
        first = Opportunity.objects.get(external_id=lines[0]["opportunity_id"])
        day, month, year = map(int, (lines[0]["close_date"] or "01-01-2000").split("-"))
        if first.closed_at:
            assert first.outcome.closed_on == date(year, month, day)
        assert (
            Opportunity.objects.filter(product__in=["GTXPro", "GTX Pro", "FernPro", "Fern Pro"])
            .values("product")
            .distinct()
            .count()
            == 1
        )
    shown = desk.page(one, "application/").content.decode()
    assert "4,238" in shown
    assert f"{amounts['Won'] / 100:,.2f}" in shown

    again = desk.proposed((sheets / "sales_pipeline.csv").read_bytes(), "sales_pipeline.csv", currency="USD")
    assert again.counts == {"same": 8_800}


def test_taken_back_nothing_is_left(desk: Desk, anna: Person) -> None:
    before = world(anna)
    one = desk.applied(DEALS)
    assert world(anna) != before

    taken = desk.took_back(one)

    assert taken.state == "taken-back"
    after = world(anna)
    assert after == before
    with inside(anna.instance):
        assert search.find(anna.member, "skylight") == []


def test_what_was_worked_on_since_stays_unless_told(desk: Desk, anna: Person) -> None:
    one = desk.applied(DEALS)
    with inside(anna.instance):
        Opportunity.objects.get(external_id="A2").write_note("They want it in blue.", by=anna.member)

    assert "Somebody worked on 1 of them since" in desk.page(one, "takeback/").content.decode()
    taken = desk.took_back(one)

    with inside(anna.instance):
        assert list(Opportunity.objects.values_list("external_id", flat=True)) == ["A2"]
        assert list(Contact.objects.values_list("name", flat=True)) == ["Jaya Food"]
        assert not Member.objects.filter(name="Petra New").exists()
        assert [row.name for row in ProposedRow.objects.filter(of_import=taken, fate=Fate.KEPT)] == ["Gutter"]
        assert totals.differences() == []
    assert "Gutter" in desk.page(taken, "application/").content.decode()


def test_told_so_what_was_worked_on_goes_too(desk: Desk, anna: Person) -> None:
    one = desk.applied(DEALS)
    with inside(anna.instance):
        Opportunity.objects.get(external_id="A2").write_note("They want it in blue.", by=anna.member)

    desk.took_back(one, with_touched="1")

    with inside(anna.instance):
        assert not Opportunity.objects.exists()
        assert totals.differences() == []


def test_changes_are_made_and_taken_back(desk: Desk, anna: Person) -> None:
    desk.applied(DEALS)
    before = world(anna)
    changed = (
        DEALS.replace("1200.50", "1300")
        .replace("Negotiation,300", "Won,350")
        .replace("Lost,0,Petra New,2025-05-06", "New,90,Petra New,")
    )

    second = desk.proposed(changed)
    shown = desk.page(second, "proposal/?show=changed").content.decode()
    assert second.counts == {"changed": 3}
    assert "RM 1,200.50" in shown or "1,200.50" in shown
    assert "Quotation" in shown
    desk.send(second, "application/")
    run_all()

    with inside(anna.instance):
        assert {card.external_id: (card.stage.name, card.amount_minor) for card in Opportunity.objects.select_related("stage")} == {
            "A1": ("Won", 130_000), "A2": ("Won", 35_000), "A3": ("New", 9_000),
        }  # fmt: skip
        assert totals.differences() == []
        assert {one.opportunity.external_id: one.kind for one in Outcome.objects.select_related("opportunity")} == {
            "A1": "won",
            "A2": "won",
        }
    desk.took_back(desk.newest())

    assert world(anna) == before
    with inside(anna.instance):
        assert Opportunity.objects.get(external_id="A3").stage.name == "Lost"


def test_what_a_person_changed_since_conflicts_and_waits_for_a_tick(desk: Desk, anna: Person) -> None:
    desk.applied(DEALS)
    with inside(anna.instance):
        card = Opportunity.objects.get(external_id="A2")
        card.edit(version=card.version, by=anna.member, amount_minor=77_700)

    one = desk.proposed(DEALS)
    assert one.counts == {"same": 2, "conflict": 1}
    desk.send(one, "ticks/", shown=["3"], ticked=["3"])
    desk.send(one, "application/")
    run_all()

    with inside(anna.instance):
        assert Opportunity.objects.get(external_id="A2").amount_minor == 30_000


def test_a_card_changed_between_proposal_and_taking_in_is_left_alone(desk: Desk, anna: Person) -> None:
    desk.applied(DEALS)
    one = desk.proposed(DEALS.replace("Negotiation,300", "Negotiation,350"))
    with inside(anna.instance):
        card = Opportunity.objects.get(external_id="A2")
        card.edit(version=card.version, by=anna.member, amount_minor=77_700)

    desk.send(one, "application/")
    run_all()

    with inside(anna.instance):
        assert Opportunity.objects.get(external_id="A2").amount_minor == 77_700
    assert "left as it is" in desk.page(one, "application/").content.decode()


def test_two_rows_with_one_number_conflict(desk: Desk) -> None:
    one = desk.proposed(DEALS + "A1,Roof again,Jaya Food,New,5,Nurul Anna,\n")

    assert one.counts == {"new": 3, "conflict": 1}
    assert "Row 2 has the same number" in desk.page(one, "proposal/?show=conflict").content.decode()


@pytest.mark.parametrize("portion", [1, 2])
def test_killed_anywhere_it_goes_on_and_doubles_nothing(
    desk: Desk, anna: Person, monkeypatch: Any, portion: int
) -> None:
    monkeypatch.setattr("pivotino.instance.exchange.applying.AT_ONCE", portion)
    one = desk.proposed(DEALS)
    desk.send(one, "application/")
    with pytest.raises(Crash), crash_after("pivotino.instance.exchange.applying._portion"):
        run_all()

    with inside(anna.instance):
        from pivotino.instance.exchange.applying import apply

        assert Opportunity.objects.count() == portion
        apply(desk.newest())
        apply(desk.newest())
        assert Opportunity.objects.count() == 3
        assert Contact.objects.count() == 1
        assert totals.differences() == []
        assert desk.newest().state == "applied"


def test_killed_while_taking_back_it_goes_on(desk: Desk, anna: Person, monkeypatch: Any) -> None:
    monkeypatch.setattr("pivotino.instance.exchange.takeback.AT_ONCE", 1)
    before = world(anna)
    one = desk.applied(DEALS)
    desk.send(one, "takeback/")
    with pytest.raises(Crash), crash_after("pivotino.instance.exchange.takeback._portion"):
        run_all()

    with inside(anna.instance):
        from pivotino.instance.exchange.takeback import take_back

        take_back(desk.newest())
    assert world(anna) == before


def test_two_clicks_take_in_once_and_back_once(desk: Desk, anna: Person) -> None:
    one = desk.proposed(DEALS)
    for _ in range(2):
        assert desk.send(one, "application/").status_code == 302
    run_all()
    with inside(anna.instance):
        assert Opportunity.objects.count() == 3
    for _ in range(2):
        assert desk.send(one, "takeback/").status_code == 302
    run_all()
    with inside(anna.instance):
        assert Opportunity.objects.count() == 0
        assert Event.objects.filter(verb="import.taken_back").count() == 1


def test_the_same_file_brought_by_two_is_taken_in_once(desk: Desk, anna: Person) -> None:
    first, second = desk.proposed(DEALS), desk.proposed(DEALS)
    desk.send(first, "application/")
    desk.send(second, "application/")
    run_all()

    with inside(anna.instance):
        assert Opportunity.objects.count() == 3
        assert Member.objects.filter(name="Petra New").count() == 1
        assert Contact.objects.count() == 1
        assert ProposedRow.objects.filter(of_import=second, fate=Fate.LEFT).count() == 3


def test_rows_without_numbers_meet_by_name_and_company(desk: Desk) -> None:
    plain = "deal,company,stage,amount\nRoof,Jaya Food,New,100\nRoof,Jaya Food,New,100\nGutter,,New,50\n"
    desk.applied(plain)

    assert desk.proposed(plain).counts == {"same": 3}
    assert desk.proposed(plain + "Roof,JAYA FOOD,New,100\n").counts == {"same": 3, "new": 1}


def test_people_and_companies_come_in_and_change(desk: Desk, anna: Person) -> None:
    people = "Full name,Company,Job title,E-mail,Mobile\nAli Baba,Cave Sdn Bhd,Keeper,ali@cave.example,012-345 6789\n"
    before = world(anna)
    one = desk.applied(people, "people.csv")
    with inside(anna.instance):
        ali = Contact.objects.get(kind="person")
        assert (ali.name, ali.company and ali.company.name, ali.mobile) == ("Ali Baba", "Cave Sdn Bhd", "+60123456789")
    second = desk.applied(people.replace("Keeper", "Owner"), "people.csv")
    assert second.counts == {"changed": 1}
    with inside(anna.instance):
        assert Contact.objects.get(kind="person").job_position == "Owner"
    desk.took_back(second)
    with inside(anna.instance):
        assert Contact.objects.get(kind="person").job_position == "Keeper"
        assert search.find(anna.member, "keeper")
    with inside(anna.instance):
        first = Import.objects.get(pk=one.pk)
    desk.took_back(first)
    after = world(anna)
    assert after == before


def test_a_contact_used_elsewhere_since_stays(desk: Desk, anna: Person) -> None:
    one = desk.applied(DEALS)
    with inside(anna.instance):
        Opportunity.open("By hand", by=anna.member, contact=Contact.objects.get(name="Jaya Food"))

    desk.took_back(one)

    with inside(anna.instance):
        assert list(Opportunity.objects.values_list("title", flat=True)) == ["By hand"]
        assert list(Contact.objects.values_list("name", flat=True)) == ["Jaya Food"]


def test_no_rule_fires_for_the_past(desk: Desk, anna: Person) -> None:
    heard: list[str] = []
    from pivotino.instance.history.recording import event_recorded

    def hear(event: Any, **_: Any) -> None:
        heard.append(event.verb)

    event_recorded.connect(hear)
    try:
        desk.applied(DEALS)
    finally:
        event_recorded.disconnect(hear)

    assert heard == ["import.applied"]
