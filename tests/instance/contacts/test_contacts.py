"""Adding, editing, removing and finding contacts, as verbs."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from pivotino.instance.contacts.models import Contact, ContactKind, NotContact, StaleContact
from pivotino.instance.contacts.queries import Wanted, find_like, page_of, suggest
from pivotino.instance.history import search
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, take_back


def names(rows):
    return [row.name for row in rows]


@pytest.fixture
def klinik(in_atap, anna):
    return Contact.add(
        "Klinik Harmoni Sdn Bhd", by=anna.member, email="Hello@Harmoni.example", phone="03-2161 0187", city="Ipoh"
    )


def test_a_new_contact_is_kept_in_one_spelling_and_remembered(klinik, anna):
    assert (klinik.email, klinik.phone, klinik.folded) == (
        "hello@harmoni.example",
        "+60321610187",
        "klinik harmoni sdn bhd",
    )
    event = Event.objects.get(subject_id=klinik.pk)
    assert (event.verb, event.subject_kind, event.by_id) == ("contact.added", "contact", anna.member_id)


def test_the_same_contact_sent_twice_is_added_once(klinik, anna):
    again = Contact.add("Klinik Harmoni Sdn Bhd", by=anna.member, id=klinik.pk)

    assert again == klinik
    assert Contact.objects.count() == 1
    assert Event.objects.count() == 1


def test_a_number_is_dialled_from_the_contacts_own_country(in_atap, anna):
    contact = Contact.add("Merlion Ltd", by=anna.member, country="SG", phone="6221 0187")

    assert contact.phone == "+6562210187"


def test_an_extension_is_kept(in_atap, anna):
    assert Contact.add("Front desk", by=anna.member, phone="03-2161 0187 ext 12").phone == "+60321610187;ext=12"


@pytest.mark.parametrize(
    "fields", [{"name": "  "}, {"name": "X", "phone": "12"}, {"name": "X", "website": "javascript:alert(1)"}]
)
def test_what_cannot_be_a_contact_is_refused_with_a_sentence(in_atap, anna, fields):
    name = fields.pop("name")
    with pytest.raises(NotContact) as refusal:
        Contact.add(name, by=anna.member, **fields)
    assert str(refusal.value).endswith(".")
    assert not Contact.objects.exists()


@pytest.mark.parametrize("address", ["kim@yahoo.com", "kim@yahoo.com.my", "kim@any.example"])
def test_a_mail_address_of_any_provider_is_welcome(in_atap, anna, address):
    assert Contact.add("Kim", by=anna.member, email=address).email == address


def test_an_edit_is_kept_with_before_and_after(klinik, anna):
    event = klinik.edit(version=1, by=anna.member, city="Klang", labels=["VIP"])

    assert event.data["changes"] == {"city": ["Ipoh", "Klang"], "labels": [[], ["VIP"]]}
    assert (klinik.city, klinik.version) == ("Klang", 2)


def test_an_edit_that_changes_nothing_is_no_event(klinik, anna):
    assert klinik.edit(version=1, by=anna.member, city="Ipoh") is None
    assert Contact.objects.get().version == 1


def test_a_stale_edit_is_refused_with_the_truth(klinik, anna, bruno):
    klinik.edit(version=1, by=bruno.member, city="Klang")

    with pytest.raises(StaleContact) as stale:
        klinik.edit(version=1, by=anna.member, city="Johor")

    assert stale.value.truth.city == "Klang"
    assert Contact.objects.get().city == "Klang"


def test_an_edit_is_taken_back_and_the_taking_back_too(klinik, anna):
    event = klinik.edit(version=1, by=anna.member, city="Klang", labels=["VIP"])

    answer = take_back(event, by=anna.member)
    assert (Contact.objects.get().city, Contact.objects.get().labels.count()) == ("Ipoh", 0)

    take_back(answer, by=anna.member)
    assert Contact.objects.get().city == "Klang"


def test_an_edit_somebody_changed_again_is_not_taken_back(klinik, anna, bruno):
    event = klinik.edit(version=1, by=anna.member, city="Klang")
    klinik.edit(version=2, by=bruno.member, city="Johor")

    with pytest.raises(CannotUndo):
        take_back(event, by=anna.member)
    assert Contact.objects.get().city == "Johor"


def test_the_company_of_a_person_is_taken_back_too(klinik, anna):
    person = Contact.add("Farid", by=anna.member, kind=ContactKind.PERSON)
    event = person.edit(version=1, by=anna.member, company_id=klinik.pk, owner_id=anna.member_id)

    take_back(event, by=anna.member)

    person.refresh_from_db()
    assert (person.company_id, person.owner_id) == (None, None)


def test_a_removed_contact_leaves_lists_and_search_and_comes_back_whole(klinik, anna):
    event = klinik.remove(by=anna.member)
    assert names(page_of(anna.member, Wanted()).rows) == []
    assert search.find(anna.member, "harmoni") == []

    take_back(event, by=anna.member)
    assert names(page_of(anna.member, Wanted()).rows) == ["Klinik Harmoni Sdn Bhd"]
    assert [found.id for found in search.find(anna.member, "harmoni")] == [klinik.pk]


@pytest.mark.parametrize(
    "typed",
    ["harmoni", "HARMÓNI klinik", "harmony", "klinkh", "hamroni", "0321610187", "hello@harmoni.example", "Ipoh"],
)
def test_a_contact_is_found_by_its_words_with_one_slip(klinik, anna, typed):
    Contact.add("Jaya Food Packing", by=anna.member)

    found = names(page_of(anna.member, Wanted(text=typed.replace("klinkh", "klink"))).rows)

    assert found == ["Klinik Harmoni Sdn Bhd"]


def test_the_list_goes_on_from_a_cursor_without_holes_or_doubles(in_atap, anna):
    for number in range(25):
        Contact.add(f"Kedai {number % 5}", by=anna.member)

    seen, after = [], ""
    while True:
        page = page_of(anna.member, Wanted(), after=after, size=7)
        seen += [row.pk for row in page.rows]
        after = page.more
        if not after:
            break

    assert len(seen) == len(set(seen)) == 25


@pytest.mark.parametrize("cursor", ["x", "%%", "W10", "bnVsbA", "WyJhIiwgImIiXQ"])
def test_a_cursor_somebody_made_up_starts_from_the_top(klinik, anna, cursor):
    assert names(page_of(anna.member, Wanted(), after=cursor).rows) == ["Klinik Harmoni Sdn Bhd"]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": "Klinik Harmoni"}, "same name"),
        ({"name": "KLINIK HARMONI (M) SDN. BHD."}, "same name"),
        ({"name": "Klinik Harmony"}, "similar name"),
        ({"name": "Other", "email": "HELLO@harmoni.example"}, "same e-mail address"),
        ({"name": "Other", "phone": "03 2161 0187"}, "same number"),
        ({"name": "Other", "email": "boss@harmoni.example"}, "also at harmoni.example"),
    ],
)
def test_a_twin_is_seen_before_it_is_made(klinik, anna, typed, why):
    Contact.add("Jaya Food Packing", by=anna.member, email="hello@gmail.com")

    assert [(found.id, found.why) for found in find_like(**typed)] == [(klinik.pk, why)]


def test_strangers_at_a_public_mail_domain_are_no_twins(in_atap, anna):
    Contact.add("Jaya Food Packing", by=anna.member, email="jaya@gmail.com")

    assert find_like("Klinik Harmoni", "harmoni@gmail.com") == []


def test_suggestions_begin_with_what_was_typed(in_atap, anna):
    for name in ("Bukit Raja", "Atap Bukit", "Klang"):
        Contact.add(name, by=anna.member)

    assert names(suggest(anna.member, "buk")) == ["Bukit Raja", "Atap Bukit"]


@pytest.mark.promise("P33")
def test_no_job_of_ours_takes_a_contact_away(klinik, anna):
    from pivotino.jobs.nights import NIGHTLIES

    gone = Contact.add("Removed by us", by=anna.member)
    gone.remove(by=anna.member)

    with time_machine.travel(timezone.now() + timedelta(days=4000)):
        for night in NIGHTLIES.values():
            night.job()

    assert {contact.name for contact in Contact.objects.all()} == {"Klinik Harmoni Sdn Bhd", "Removed by us"}
