"""The sheet of one opportunity: facts, outcome, notes, timeline, and what it answers when somebody was quicker."""

import json
from datetime import date
from typing import Any

import pytest
import time_machine

from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import LostReason, Opportunity, Stage
from pivotino.tenancy import inside
from tests.cast import Person


@pytest.fixture(autouse=True)
def _monday() -> Any:
    with time_machine.travel("2026-11-23 01:00:00+00:00", tick=False):
        yield


@pytest.fixture
def carport(anna: Person) -> Opportunity:
    """One card of Anna's with nothing planned."""
    with inside(anna.instance):
        opportunity = Opportunity.open("Carport", by=anna.member, amount_minor=38_400_00)
        for activity in opportunity.activities.all():
            activity.cancel(by=anna.member)
        return Opportunity.objects.get(pk=opportunity.pk)


def at(person: Person, opportunity: Opportunity, path: str = "") -> str:
    return person.url(f"opportunities/{opportunity.pk}/{path}")


def in_sheet(person: Person, opportunity: Opportunity, path: str, data: dict[str, Any]) -> Any:
    """A change as the sheet sends it."""
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{at(person, opportunity)}", "Pv-Board": ""}
    return person.browser.post(at(person, opportunity, path), data, headers=headers)


def fresh(person: Person, opportunity: Opportunity) -> Opportunity:
    with inside(person.instance):
        return Opportunity.objects.select_related("stage", "owner", "contact").get(pk=opportunity.pk)


def test_the_sheet_is_a_page_of_its_own_without_script(anna: Person, carport: Opportunity) -> None:
    page = anna.browser.get(at(anna, carport)).content.decode()
    sheet = anna.browser.htmx("get", at(anna, carport)).content.decode()

    for told in ("Carport", "RM 38,400", "10 %", "from the stage", "Nothing planned", "opened it in"):
        assert told in page and told in sheet
    assert "<html" in page and "<html" not in sheet


def test_a_stranger_is_sent_to_sign_in_and_comes_back(stranger: Any, anna: Person, carport: Opportunity) -> None:
    answer = stranger.get(at(anna, carport))

    assert answer.status_code == 302
    assert f"next=/%40atap-suria/opportunities/{carport.pk}/" in answer["Location"].replace("@", "%40")


FACTS = [
    ("title", {"title": "  Carport  with solar "}, "title", "Carport with solar"),
    ("amount", {"amount": "7.8k", "currency": "MYR"}, "amount_minor", 7_800_00),
    ("probability", {"probability": "65"}, "probability", 65),
    ("expected_closing", {"expected_closing": "2026-12-08"}, "expected_closing", date(2026, 12, 8)),
    ("stars", {"stars": "3"}, "stars", 3),
    ("product", {"product": "Panels"}, "product", "Panels"),
    ("email", {"email": "Aina@Example.COM"}, "email", "aina@example.com"),
    ("phone", {"phone": "03-5550 0142"}, "phone", "03-5550 0142"),
    ("notes", {"notes": "Gate code 4"}, "notes", "Gate code 4"),
]


@pytest.mark.parametrize(("name", "data", "field", "value"), FACTS)
def test_each_fact_is_changed_alone(
    anna: Person, carport: Opportunity, name: str, data: dict[str, str], field: str, value: Any
) -> None:
    answer = in_sheet(anna, carport, f"facts/{name}/", {**data, "version": carport.version})

    assert answer.status_code == 200
    assert getattr(fresh(anna, carport), field) == value
    assert f'id="c-{carport.pk}"' in answer.content.decode()
    assert 'id="o-facts"' in answer.content.decode()
    assert json.loads(answer["HX-Trigger"])["pv:toast"]["undo"]


BAD = [
    ("title", {"title": ""}, "A card needs a title."),
    ("title", {"title": "x" * 201}, "at most 200"),
    ("amount", {"amount": "abc", "currency": "MYR"}, "“abc” is not an amount."),
    ("amount", {"amount": "5", "currency": "XXX"}, "not one of the available choices"),
    ("probability", {"probability": "101"}, "0 to 100 percent"),
    ("expected_closing", {"expected_closing": "2026-02-31"}, "This day does not exist."),
    ("expected_closing", {"expected_closing": "0001-01-01"}, "between 2000 and 2100"),
    ("owner", {"owner": "00000000-0000-7000-8000-000000000000"}, "not one of the available choices"),
    ("stars", {"stars": "4"}, "less than or equal to 3"),
    ("tags", {"tags": "x" * 41}, "longer than 40 letters"),
    ("email", {"email": "nobody"}, "looks like name@company.com"),
]


@pytest.mark.parametrize(("name", "data", "why"), BAD)
def test_a_wrong_fact_keeps_what_was_typed_and_says_why(
    anna: Person, carport: Opportunity, name: str, data: dict[str, str], why: str
) -> None:
    answer = in_sheet(anna, carport, f"facts/{name}/", {**data, "version": carport.version})
    body = answer.content.decode()

    assert answer.status_code == 422
    if name not in ("title", "stars"):
        assert why in body
        typed = next(iter(data.values()))
        assert typed in body or name == "owner" or name == "amount" and data["currency"] == "XXX"
    assert fresh(anna, carport).version == carport.version


def test_a_fact_somebody_else_changed_meanwhile_is_shown_and_the_typed_text_kept(
    anna: Person, carport: Opportunity
) -> None:
    with inside(anna.instance):
        bruno = Member.objects.get(name="Bruno Sales")
        carport.edit(version=carport.version, by=anna.member, owner=bruno)
        carport.edit(version=None, by=bruno, title="Carport, two cars")

    answer = in_sheet(anna, carport, "facts/notes/", {"notes": "Gate code 4", "version": "1"})
    body = answer.content.decode()

    assert answer.status_code == 409
    assert "Bruno Sales changed this card first." in body
    assert "Gate code 4" in body
    assert f'name="version" value="{fresh(anna, carport).version}"' in body


def test_a_customer_is_chosen_by_name_and_made_when_new(anna: Person, carport: Opportunity) -> None:
    with inside(anna.instance):
        known = Contact.add("Klinik Harmoni", kind="company", by=anna.member)

    in_sheet(anna, carport, "facts/contact/", {"contact": "klinik harmoni", "version": carport.version})
    assert fresh(anna, carport).contact == known

    in_sheet(anna, carport, "facts/contact/", {"contact": "Hotel Seri Bayu", "version": fresh(anna, carport).version})
    contact = fresh(anna, carport).contact
    assert contact is not None and contact.name == "Hotel Seri Bayu"


def test_of_two_customers_of_one_name_the_picked_one_is_taken(anna: Person, carport: Opportunity) -> None:
    with inside(anna.instance):
        Contact.add("Klinik Harmoni", kind="company", by=anna.member)
        second = Contact.add("Klinik Harmoni", kind="company", by=anna.member, city="Ipoh")

    field = anna.browser.get(anna.url(f"opportunities/{carport.pk}/facts/contact/"), headers={"HX-Request": "true"})
    assert 'hx-get="/@atap-suria/people/suggest/"' in field.content.decode()
    in_sheet(
        anna, carport, "facts/contact/",
        {"contact": "Klinik Harmoni", "contact_id": str(second.pk), "version": carport.version},
    )  # fmt: skip

    assert fresh(anna, carport).contact == second


def test_tags_are_written_with_commas(anna: Person, carport: Opportunity) -> None:
    in_sheet(anna, carport, "facts/tags/", {"tags": "Solar, #NEM ,, solar", "version": carport.version})

    with inside(anna.instance):
        assert [name.casefold() for name in fresh(anna, carport).tag_names()] == ["nem", "solar"]


def test_a_fact_that_is_none_is_not_there(anna: Person, carport: Opportunity) -> None:
    assert anna.browser.get(at(anna, carport, "facts/password/")).status_code == 404


def test_won_lost_and_opened_again(anna: Person, carport: Opportunity) -> None:
    won = in_sheet(anna, carport, "outcomes/", {"kind": "won"})
    assert fresh(anna, carport).stage.is_won
    assert "Won on 23 Nov 2026, after 0 days." in won.content.decode()

    opened = in_sheet(anna, carport, "reopenings/", {})
    assert fresh(anna, carport).stage.name == "New"
    assert opened.status_code == 200

    unreasoned = in_sheet(anna, carport, "outcomes/", {"kind": "lost"})
    assert unreasoned.status_code == 422
    assert json.loads(unreasoned["HX-Trigger"])["pv:toast"]["text"] == "Say why it was lost. Pick a reason."
    with inside(anna.instance):
        reason = LostReason.objects.get(name="Timing")
    lost = in_sheet(anna, carport, "outcomes/", {"kind": "lost", "reason": str(reason.pk), "note": "Next year."})
    assert "Lost on 23 Nov 2026: Timing. Next year." in lost.content.decode()


def test_a_lost_one_whose_day_has_passed_asks_for_a_later_one(anna: Person, carport: Opportunity) -> None:
    with inside(anna.instance):
        carport.edit(version=None, by=anna.member, expected_closing=date(2026, 11, 20))
        carport.lose(reason=LostReason.objects.first(), by=anna.member)

    refused = in_sheet(anna, carport, "reopenings/", {})
    allowed = in_sheet(anna, carport, "reopenings/", {"expected_closing": "2026-12-20"})

    assert refused.status_code == 422
    assert "Pick a later day" in json.loads(refused["HX-Trigger"])["pv:toast"]["text"]
    assert allowed.status_code == 200
    assert fresh(anna, carport).expected_closing == date(2026, 12, 20)


def test_a_note_is_kept_and_an_empty_one_refused(anna: Person, carport: Opportunity) -> None:
    kept = in_sheet(anna, carport, "notes/", {"body": "Husband decides too."})
    empty = in_sheet(anna, carport, "notes/", {"body": "  "})

    assert "Husband decides too." in kept.content.decode()
    assert (kept.status_code, empty.status_code) == (200, 422)
    assert (
        "Husband decides too."
        in anna.browser.htmx("get", at(anna, carport, "timeline/?show=notes&whole=1")).content.decode()
    )
    assert (
        "Husband decides too."
        not in anna.browser.htmx("get", at(anna, carport, "timeline/?show=changes&whole=1")).content.decode()
    )


def test_a_long_timeline_goes_on_where_it_ended(anna: Person, carport: Opportunity) -> None:
    with inside(anna.instance):
        for number in range(40):
            carport.write_note(f"Note {number:02}", by=anna.member)
    import re

    first = anna.browser.get(at(anna, carport)).content.decode()
    more = re.search(r'hx-get="([^"]+before=[^"]+)"', first)
    assert more is not None
    rest = anna.browser.htmx("get", more[1].replace("&amp;", "&")).content.decode()

    assert set(re.findall(r"Note \d\d", first + rest)) == {f"Note {number:02}" for number in range(40)}
    assert not set(re.findall(r"Note \d\d", first)) & set(re.findall(r"Note \d\d", rest))


def test_a_deleted_card_comes_back_by_undo(anna: Person, carport: Opportunity) -> None:
    answer = in_sheet(anna, carport, "removal/", {})
    told = json.loads(answer["HX-Trigger"])

    assert anna.browser.get(at(anna, carport)).status_code == 404
    assert told["pv:gone"] == {"id": str(carport.pk)}
    assert anna.browser.htmx("post", told["pv:toast"]["undo"]).status_code == 204
    assert anna.browser.get(at(anna, carport)).status_code == 200


def test_without_script_every_change_ends_on_the_page(anna: Person, carport: Opportunity) -> None:
    for path, data in (
        ("facts/title/", {"title": "Carport 2", "version": carport.version}),
        ("notes/", {"body": "x"}),
        ("outcomes/", {"kind": "won"}),
    ):
        answer = anna.browser.post(at(anna, carport, path), data)
        assert (answer.status_code, answer["Location"]) == (302, at(anna, carport))
    wrong = anna.browser.post(at(anna, carport, "facts/title/"), {"title": "", "version": "1"})
    assert wrong.status_code == 422


def test_moving_by_the_path_of_stages(anna: Person, carport: Opportunity) -> None:
    with inside(anna.instance):
        quotation = Stage.objects.get(name="Quotation")

    answer = in_sheet(anna, carport, "moves/", {"stage": str(quotation.pk), "version": carport.version})

    assert answer.status_code == 200
    assert 'id="o-head"' in answer.content.decode()
    assert fresh(anna, carport).stage == quotation
