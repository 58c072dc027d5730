"""Contacts in the browser: lists, forms, hints, removal."""

import pytest

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline.models import Opportunity
from pivotino.kit.ids import uuid7
from pivotino.tenancy import inside

PERSON = {"kind": "person", "name": "Faridah Hassan", "country": "MY", "mobile": "012-345 6789", "email": "F@harmoni.example",
          "version": "0", "address_kind": "contact", "company_name": "", "labels": "VIP, Perak ,VIP"}  # fmt: skip


def add(person, **fields):
    return person.browser.post(person.url("people/new/"), {"id": str(uuid7()), **PERSON, **fields})


@pytest.fixture
def klinik(anna):
    with inside(anna.instance):
        return Contact.add("Klinik Harmoni", by=anna.member, email="office@harmoni.example", city="Ipoh")


def test_a_person_is_added_with_a_company_that_is_there(bruno, klinik):
    answer = add(bruno, company_name="klinik harmoni")

    with inside(bruno.instance):
        person = Contact.objects.people().get()
        assert answer["Location"] == bruno.url(f"people/{person.pk}/")
        assert (person.company, person.mobile, person.email) == (klinik, "+60123456789", "f@harmoni.example")
        assert sorted(label.name for label in person.labels.all()) == ["Perak", "VIP"]


def test_a_company_that_is_not_there_is_added_with_the_person(bruno):
    add(bruno, company_name="Teratai Homestay")

    with inside(bruno.instance):
        assert Contact.objects.people().get().company.name == "Teratai Homestay"
        assert Event.objects.filter(verb="contact.added").count() == 2


def test_two_clicks_add_one_person_and_one_company(bruno):
    id = str(uuid7())
    first, second = (
        add(bruno, id=id, company_name="Teratai Homestay"),
        add(bruno, id=id, company_name="Teratai Homestay"),
    )

    assert first["Location"] == second["Location"]
    with inside(bruno.instance):
        assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "required"),
        ({"email": "f@"}, "valid email"),
        ({"mobile": "12"}, "too short"),
        ({"phone": "hello"}, "not a phone number"),
        ({"website": "javascript:alert(1)"}, "http"),
        ({"country": "ZZ"}, "ZZ"),
        ({"owner": str(uuid7())}, "Select a valid choice"),
        ({"employees": "-1"}, "greater than"),
        ({"kind": "alien"}, "alien"),
        ({"id": "x"}, "UUID"),
    ],
)
def test_bad_input_is_explained_and_what_was_typed_stays(bruno, wrong, said):
    answer = add(bruno, notes="Ask for the back gate", **wrong)

    assert answer.status_code == 422
    assert "Ask for the back gate" in answer.content.decode()
    if "id" not in wrong:
        assert said in answer.content.decode()
    with inside(bruno.instance):
        assert not Contact.objects.exists()


def test_a_stale_edit_shows_both_texts_and_loses_none(anna, bruno, klinik):
    data = {
        **PERSON,
        "kind": "company",
        "id": str(klinik.pk),
        "name": "Klinik Harmoni",
        "email": "",
        "mobile": "",
        "labels": "",
        "version": "1",
    }
    anna.browser.post(anna.url(f"people/{klinik.pk}/edit/"), {**data, "city": "Klang"})

    answer = bruno.browser.post(bruno.url(f"people/{klinik.pk}/edit/"), {**data, "city": "Johor"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "saved: Klang" in page
    assert "yours: Johor" in page
    with inside(anna.instance):
        assert Contact.objects.get().city == "Klang"
    again = bruno.browser.post(bruno.url(f"people/{klinik.pk}/edit/"), {**data, "city": "Johor", "version": "2"})
    assert again.status_code == 302


def test_a_removed_contact_cannot_be_edited_but_brought_back(bruno, klinik):
    answer = bruno.browser.htmx("post", bruno.url(f"people/{klinik.pk}/removal/"))
    assert "was removed" in answer.content.decode()
    assert '"undo"' in answer["HX-Trigger"]
    assert bruno.browser.get(bruno.url(f"people/{klinik.pk}/edit/")).status_code == 404
    assert "Klinik Harmoni" not in bruno.browser.get(bruno.url("people/")).content.decode().split("<main")[1]

    bruno.browser.post(bruno.url(f"people/{klinik.pk}/restoral/"))
    assert "Klinik Harmoni" in bruno.browser.get(bruno.url("people/")).content.decode()


def test_an_existing_mail_shows_the_person_before_saving(bruno, klinik):
    answer = bruno.browser.htmx("get", bruno.url("people/like/?name=Somebody&email=office@harmoni.example"))

    assert "Klinik Harmoni" in answer.content.decode()
    assert "same e-mail address" in answer.content.decode()
    assert bruno.browser.htmx("get", bruno.url("people/like/?name=Nobody+at+all")).content.decode().strip() == ""
    own = bruno.browser.htmx("get", bruno.url(f"people/like/?name=Klinik+Harmoni&but={klinik.pk}"))
    assert own.content.decode().strip() == ""


def test_suggestions_offer_what_is_there_and_to_add(bruno, klinik):
    page = bruno.browser.htmx("get", bruno.url("people/suggest/?company_name=klin&kind=company")).content.decode()
    assert f'data-pick="{klinik.pk}"' in page
    assert "Add “klin”" in page
    assert "Add" not in bruno.browser.htmx("get", bruno.url("people/suggest/?q=Klinik+Harmoni")).content.decode()


def test_the_quick_way_asks_before_it_makes_a_twin(bruno, klinik):
    quick = bruno.url("people/quick/")

    asked = bruno.browser.htmx("post", quick, {"name": "Klinik Harmoni Sdn Bhd"})
    assert asked.status_code == 200
    assert "You may have this one already" in asked.content.decode()

    made = bruno.browser.htmx("post", quick, {"name": "Klinik Harmoni Sdn Bhd", "anyway": "1"})
    assert made.status_code == 201
    assert "pv:contact" in made["HX-Trigger"]
    assert bruno.browser.htmx("post", quick, {"name": ""}).status_code == 422
    assert bruno.browser.htmx("post", quick, {"name": "X", "phone": "1"}).status_code == 422
    id = str(uuid7())
    for _ in range(2):
        bruno.browser.htmx("post", quick, {"name": "Jaya Food", "id": id, "anyway": "1"})
    with inside(bruno.instance):
        assert Contact.objects.filter(name="Jaya Food").count() == 1


def test_the_page_shows_a_users_own_sales_and_an_owner_all(anna, bruno, klinik):
    with inside(anna.instance):
        Opportunity.open("Roof of Anna", by=anna.member, contact=klinik, amount_minor=1_000_000)
        mine = Opportunity.open("Roof of Bruno", by=bruno.member, contact=klinik, amount_minor=200_000)
        Activity.plan(mine, kind="call", by=bruno.member, due_on=today(), summary="Ask for the drawings")

    seen = bruno.browser.get(bruno.url(f"people/{klinik.pk}/")).content.decode()
    assert "Roof of Bruno" in seen and "Roof of Anna" not in seen
    assert "2,000" in seen and "10,000" not in seen
    assert "Ask for the drawings" in seen

    seen = anna.browser.get(anna.url(f"people/{klinik.pk}/")).content.decode()
    assert "Roof of Anna" in seen and "12,000" in seen


def test_an_opportunity_is_made_on_the_contacts_page_once(bruno, klinik):
    door, id = bruno.url(f"people/{klinik.pk}/opportunities/"), str(uuid7())

    for _ in range(2):
        answer = bruno.browser.htmx("post", door, {"id": id, "title": "Solar roof", "amount": "64.8k"})
        assert "Solar roof" in answer.content.decode()

    with inside(bruno.instance):
        made = Opportunity.objects.get()
        assert (made.contact, made.amount_minor, made.owner_id) == (klinik, 6_480_000, bruno.member_id)
    for wrong in ({"title": ""}, {"amount": "much"}, {"id": "x"}):
        refused = bruno.browser.htmx("post", door, {"id": id, "title": "Typed", "amount": "", **wrong})
        assert refused.status_code == 422


def test_lists_part_companies_from_people_and_go_on(bruno, klinik):
    with inside(bruno.instance):
        for number in range(60):
            Contact.add(f"Kedai {number:02}", by=None, labels=["Shop"])
    first = bruno.browser.get(bruno.url("people/")).content.decode()
    after = next(href for href in (part.split('"')[0] for part in first.split('hx-get="')) if "after=" in href)

    second = bruno.browser.htmx("get", after.replace("&amp;", "&")).content.decode()

    assert "Kedai 00" in first and "Klinik" not in first.split("<main")[1]
    assert "Klinik Harmoni" in second and "<html" not in second
    assert "No people yet" in bruno.browser.get(bruno.url("people/?kind=person")).content.decode()
    assert "Nobody here is called" in bruno.browser.get(bruno.url("people/?q=zzzzzz")).content.decode()
    assert "Kedai 07" in bruno.browser.get(bruno.url("people/?label=Shop")).content.decode()
    assert "Klinik" in bruno.browser.get(bruno.url("people/?letter=k&q=klinik")).content.decode()


def test_the_list_asks_no_more_for_many_than_for_one(anna, klinik):
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    browser = anna.browser

    def count():
        with inside(anna.instance):
            with CaptureQueriesContext(connections["instance"]) as asked:
                assert browser.get(anna.url("people/")).status_code == 200
            return len(asked)

    one = count()
    with inside(anna.instance):
        for number in range(3):
            Contact.add(f"Kedai {number}", by=anna.member, owner_id=anna.member_id)
    assert 0 < count() <= one + 1  # first letters are looked up once there are several


def test_what_the_form_asks_while_somebody_types_is_json(anna, klinik):
    """It was escaped twice, so no look-alike was ever shown while typing."""
    import json
    import re
    from html import unescape

    page = anna.browser.get(anna.url(f"people/{klinik.pk}/edit/")).content.decode()

    asked = [json.loads(unescape(told)) for told in re.findall(r'hx-vals="([^"]*but[^"]*)"', page)]
    assert asked and all(one == {"but": str(klinik.pk)} for one in asked)
