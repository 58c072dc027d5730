"""The history page and taking back."""

import pytest

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event
from pivotino.instance.pipeline.models import Opportunity
from pivotino.tenancy import inside


@pytest.fixture
def klinik(anna):
    with inside(anna.instance):
        return Contact.add("Klinik Harmoni", by=anna.member)


def last(person, verb):
    with inside(person.instance):
        return Event.objects.filter(verb=verb).order_by("-id")[0]


def test_everybody_reads_what_happened_to_contacts(bruno, klinik):
    page = bruno.browser.get(bruno.url("history/")).content.decode()

    assert "added" in page
    assert "Klinik Harmoni" in page


def test_a_user_does_not_read_about_others_opportunities_or_settings(anna, bruno, carla):
    with inside(anna.instance):
        Opportunity.open("Roof of Bruno", by=bruno.member)
    anna.browser.post(anna.url("settings/days/"), {"days_due": "5", "days_to_lost": "21"})

    assert "Roof of Bruno" in anna.browser.get(anna.url("history/")).content.decode()
    assert "Roof of Bruno" in bruno.browser.get(bruno.url("history/")).content.decode()
    seen = carla.browser.get(carla.url("history/")).content.decode()
    assert "Roof of Bruno" not in seen
    assert "settings" not in seen.split('id="main"')[1].lower().replace("/settings/", "").split("</main>")[0]


@pytest.mark.parametrize("kind", ["contact", "opportunity", "settings", "nonsense"])
def test_it_narrows_to_a_kind(anna, klinik, kind):
    page = anna.browser.get(anna.url(f"history/?kind={kind}"))

    assert page.status_code == 200
    assert ("Klinik Harmoni" in page.content.decode()) == (kind in ("contact", "nonsense"))


def test_it_goes_on_page_by_page(anna):
    with inside(anna.instance):
        for number in range(60):
            Contact.add(f"Kedai {number:02}", by=anna.member)
    first = anna.browser.get(anna.url("history/")).content.decode()
    more = first.split('hx-get="/@atap-suria/history/?before=')[1].split('"')[0]

    second = anna.browser.htmx("get", anna.url(f"history/?before={more}")).content.decode()

    assert "Kedai 59" in first and "Kedai 09" not in first
    assert "Kedai 09" in second and "<html" not in second


@pytest.mark.parametrize("before", ["x", "00000000-0000-0000-0000-000000000000"])
def test_a_made_up_place_is_no_error(anna, klinik, before):
    assert anna.browser.get(anna.url(f"history/?before={before}")).status_code == 200


def test_a_removal_is_taken_back_and_again(anna, klinik):
    anna.browser.post(anna.url(f"people/{klinik.pk}/removal/"))
    undo = anna.url(f"undo/{last(anna, 'contact.removed').pk}/")

    answer = anna.browser.htmx("post", undo)
    assert answer.status_code == 204
    assert "pv:undone" in answer["HX-Trigger"]
    with inside(anna.instance):
        assert not Contact.objects.get().is_removed

    again = answer["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    assert anna.browser.htmx("post", again).status_code == 204
    with inside(anna.instance):
        assert Contact.objects.get().is_removed


def test_twice_is_refused_with_the_reason(anna, klinik):
    anna.browser.post(anna.url(f"people/{klinik.pk}/removal/"))
    undo = anna.url(f"undo/{last(anna, 'contact.removed').pk}/")
    anna.browser.htmx("post", undo)

    answer = anna.browser.htmx("post", undo)

    assert answer.status_code == 409
    assert "already taken back" in answer["HX-Trigger"]
    assert "already taken back" in anna.browser.post(undo).content.decode()


def test_nobody_takes_back_what_they_may_not_see(anna, bruno, carla, rita, stranger, klinik):
    with inside(anna.instance):
        roof = Opportunity.open("Roof of Bruno", by=bruno.member)
        event = Event.objects.filter(subject_id=roof.pk, verb="opportunity.created").get()

    undo = anna.url(f"undo/{event.pk}/")
    assert carla.browser.post(undo).status_code == 404
    assert rita.browser.post(undo).status_code == 404
    assert rita.browser.post(rita.url(f"undo/{event.pk}/")).status_code == 404
    assert stranger.post(undo).status_code == 302
    assert bruno.browser.get(undo).status_code == 405
