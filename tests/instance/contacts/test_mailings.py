"""Who wants no mailings: on the form, on the page, in the history, and taken back."""

import pytest

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import take_back
from pivotino.instance.history.sentences import sentence_of
from pivotino.kit.ids import uuid7
from pivotino.tenancy import inside


@pytest.fixture
def siti(anna):
    with inside(anna.instance):
        return Contact.add("Siti Kedai", by=anna.member, kind="person", email="siti@kedai.example")


def test_one_press_on_the_page_notes_it_and_one_takes_it_back(bruno, siti):
    answer = bruno.browser.htmx("post", bruno.url(f"people/{siti.pk}/mailings/"), {"none": "1"})

    assert "Wants none" in answer.content.decode() and "Siti Kedai gets no mailings" in answer["HX-Trigger"]
    with inside(bruno.instance):
        event = Event.objects.get(verb="contact.edited")
        assert sentence_of(event).words == "noted that Siti Kedai wants no mailings"
        take_back(event, by=bruno.member)
        siti.refresh_from_db()
        assert not siti.do_not_mail


def test_pressed_twice_it_is_noted_once(bruno, siti):
    for _ in range(2):
        assert bruno.browser.post(bruno.url(f"people/{siti.pk}/mailings/"), {"none": "1"}).status_code == 302

    with inside(bruno.instance):
        assert Event.objects.filter(verb="contact.edited").count() == 1
        assert Contact.objects.get(pk=siti.pk).do_not_mail


def test_the_form_keeps_it(bruno, siti):
    fields = {"id": str(siti.pk), "version": "1", "kind": "person", "name": "Siti Kedai", "address_kind": "contact"}
    bruno.browser.post(bruno.url(f"people/{siti.pk}/edit/"), {**fields, "do_not_mail": "on"})

    page = bruno.browser.get(bruno.url(f"people/{siti.pk}/edit/")).content.decode()
    assert " checked" in page.split('name="do_not_mail"')[1].split(">")[0]
    with inside(bruno.instance):
        assert Contact.objects.get(pk=siti.pk).do_not_mail


def test_a_rival_and_a_stranger_change_nothing(rita, stranger, bruno, siti):
    assert rita.browser.post(bruno.url(f"people/{siti.pk}/mailings/"), {"none": "1"}).status_code == 404
    assert stranger.post(bruno.url(f"people/{siti.pk}/mailings/"), {"none": "1"}).status_code == 302
    assert bruno.browser.post(bruno.url(f"people/{uuid7()}/mailings/"), {"none": "1"}).status_code == 404
    with inside(bruno.instance):
        assert not Contact.objects.get(pk=siti.pk).do_not_mail
