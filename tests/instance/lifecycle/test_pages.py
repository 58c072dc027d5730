"""Every page of settings, set-up, colleagues, people and history: as owner, as user, as rival and as a stranger."""

import pytest

from pivotino.instance.contacts.models import Contact
from pivotino.tenancy import inside

OWNERS = [
    "set-up/", "settings/company/", "settings/days/", "settings/stages/", "settings/lost-reasons/", "settings/rates/",
    "colleagues/", "colleagues/invite/", "sample/",
]  # fmt: skip
EVERYBODYS = [
    "settings/me/",
    "settings/seeing/",
    "set-up/next/",
    "more/",
    "history/",
    "people/",
    "people/?kind=person",
    "people/new/",
]


@pytest.mark.parametrize("page", [*OWNERS, *EVERYBODYS])
def test_an_owner_opens_it(anna, page):
    answer = anna.browser.get(anna.url(page))

    assert answer.status_code == 200
    assert b"<h1" in answer.content


@pytest.mark.parametrize("page", EVERYBODYS)
def test_a_user_opens_it(bruno, page):
    assert bruno.browser.get(bruno.url(page)).status_code == 200


@pytest.mark.parametrize("page", OWNERS)
def test_a_user_reads_whom_to_ask_instead(bruno, page):
    answer = bruno.browser.get(bruno.url(page))

    assert answer.status_code == 403
    assert "This page is for Business Owners" in answer.content.decode()
    assert "Nurul Anna" in answer.content.decode()


@pytest.mark.parametrize("page", [*OWNERS, *EVERYBODYS])
def test_a_rival_sees_nothing_there(anna, rita, page):
    assert rita.browser.get(anna.url(page)).status_code == 404


@pytest.mark.parametrize("page", [*OWNERS, *EVERYBODYS])
def test_a_stranger_is_asked_to_sign_in(anna, stranger, page):
    answer = stranger.get(anna.url(page))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_a_contacts_page_is_everybodys_but_not_a_rivals(anna, bruno, rita, stranger):
    with inside(anna.instance):
        contact = Contact.add("Klinik Harmoni", by=anna.member, owner_id=anna.member_id)
    for page in (f"people/{contact.pk}/", f"people/{contact.pk}/edit/"):
        assert bruno.browser.get(bruno.url(page)).status_code == 200
        assert rita.browser.get(anna.url(page)).status_code == 404
        assert rita.browser.get(rita.url(page)).status_code == 404
        assert stranger.get(anna.url(page)).status_code == 302


@pytest.mark.parametrize(
    "door",
    ["colleagues/{id}/role/", "colleagues/{id}/leave/", "colleagues/{id}/return/", "colleagues/invitations/{id}/remind/",
     "colleagues/invitations/{id}/withdraw/", "settings/lost-reasons/reason/", "settings/lost-reasons/reason/{id}/",
     "settings/lost-reasons/reason/{id}/remove/", "settings/rates/{id}/remove/", "sample/", "sample/remove/", "set-up/"],
)  # fmt: skip
def test_an_owners_door_is_shut_for_users_and_rivals(anna, bruno, rita, door):
    path = door.format(id=anna.member_id)

    assert bruno.browser.post(bruno.url(path), {"role": "owner"}).status_code == 403
    assert rita.browser.post(anna.url(path), {"role": "owner"}).status_code == 404
