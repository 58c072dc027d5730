"""One press stops the mailings of one company; looking never does; the person takes it back."""

from typing import Any

import pytest

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event
from pivotino.instance.mailing.models import Audience, How, Sender, Stop
from pivotino.instance.mailing.models.stops import mark_of, stop
from pivotino.instance.mailing.stopping import token_for
from pivotino.tenancy import fencing, inside
from pivotino.tenancy.freezing import Reason, freeze
from tests.cast import Browser, Person

PRESS = {"List-Unsubscribe": "One-Click"}
CROSS = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def here(anna: Person, sender: Sender, crowd: Audience) -> str:
    """The address at the end of Siti's letter."""
    with inside(anna.instance):
        return anna.url(f"unsubscribe/{token_for('siti@kedai.example', crowd.pk, key=Sender.ours().key)}/")


def found(person: Person) -> list[tuple[str, bool]]:
    with inside(person.instance):
        return [(one.how, one.audience is None) for one in Stop.objects.select_related("audience").order_by("how")]


@pytest.mark.promise("P52")
@pytest.mark.parametrize("form", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_one_press_in_a_mail_program_stops_everything_of_this_company(
    anna: Person, stranger: Browser, here: str, form: str
) -> None:
    sent: Any = PRESS if form.startswith("multipart") else "List-Unsubscribe=One-Click"
    given: Any = {} if form.startswith("multipart") else {"content_type": form}

    answers = [stranger.post(here, sent, headers=CROSS, **given) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert not any(answer.cookies for answer in answers)
    assert found(anna) == [("one-click", True)]
    with inside(anna.instance):
        assert Contact.objects.get(name="Siti").do_not_mail
        assert [one.by for one in Event.objects.filter(verb="contact.edited")] == [None]


def test_looking_changes_nothing_however_often(anna: Person, stranger: Browser, here: str) -> None:
    for _ in range(3):
        assert stranger.get(here).status_code == 200
        assert stranger.head(here).status_code == 200
        assert stranger.get(f"{here}?List-Unsubscribe=One-Click&do=all").status_code == 200

    assert found(anna) == []


def test_the_page_names_the_customer_and_not_us(stranger: Browser, here: str) -> None:
    page = stranger.get(here).content.decode()

    assert "Atap Suria" in page and "12 Jalan Satu" in page and "news@atap-suria.example" in page
    assert "Pivotino" not in page


@pytest.mark.promise("P52")
def test_a_person_stops_one_list_or_all_and_takes_it_back(anna: Person, stranger: Browser, here: str) -> None:
    stranger.post(here, {"do": "this"})
    assert found(anna) == [("link", False)]
    with inside(anna.instance):
        assert not Contact.objects.get(name="Siti").do_not_mail

    stranger.post(here, {"do": "all"})
    assert "You stopped the mailings" in stranger.get(here).content.decode()

    stranger.post(here, {"do": "undo"})
    assert found(anna) == []
    with inside(anna.instance):
        assert not Contact.objects.get(name="Siti").do_not_mail


def test_taking_it_back_leaves_what_a_colleague_noted(anna: Person, stranger: Browser, here: str) -> None:
    with inside(anna.instance):
        Contact.objects.get(name="Siti").want_mailings(False, by=anna.member)
    stranger.post(here, {"do": "all"})
    stranger.post(here, {"do": "undo"})

    with inside(anna.instance):
        assert Contact.objects.get(name="Siti").do_not_mail


def test_who_was_removed_and_comes_back_with_a_list_is_still_left_alone(
    anna: Person, stranger: Browser, here: str, crowd: Audience
) -> None:
    stranger.post(here, PRESS)
    with inside(anna.instance):
        Contact.objects.filter(name="Siti").delete()
        again = Contact.add("Siti Again", by=anna.member, kind="person", email="siti@kedai.example")
        crowd.add([again], by=anna.member)
    page = anna.browser.get(anna.url(f"mailing/lists/{crowd.pk}/")).content.decode()

    assert "1 unsubscribed" in page
    assert "Unsubscribed on" in anna.browser.get(anna.url(f"people/{again.pk}/")).content.decode()


@pytest.mark.parametrize("sent", [PRESS, {"do": "all"}, {"do": "this"}, {"do": "undo"}, {"do": "other"}, {}])
@pytest.mark.parametrize("token", ["no-such-token", "x" * 500])
def test_a_token_that_is_not_ours_answers_the_same(
    anna: Person, stranger: Browser, here: str, token: str, sent: dict[str, str]
) -> None:
    strange, known = stranger.post(anna.url(f"unsubscribe/{token}/"), sent), stranger.post(here, sent)

    assert (strange.status_code, strange.content) == (known.status_code, known.content)
    assert {name for name, _ in strange.items()} == {name for name, _ in known.items()}


@pytest.mark.promise("P51")
def test_a_token_of_one_company_is_nothing_in_another(
    anna: Person, rita: Person, crowd: Audience, sender: Sender, here: str
) -> None:
    Browser("rita").post(rita.url(here.split("/", 2)[2]), PRESS)

    assert found(anna) == [] and found(rita) == []


def test_a_body_that_cannot_be_read_is_still_a_press(anna: Person, stranger: Browser, here: str) -> None:
    assert stranger.post(here, b"--broken", content_type="multipart/form-data").status_code == 200
    assert found(anna) == [("link", True)]


def test_it_works_while_the_company_may_only_read(anna: Person, stranger: Browser, here: str) -> None:
    freeze(anna.instance, Reason.UNPAID)

    assert stranger.post(here, PRESS).status_code == 200
    assert found(anna) == [("one-click", True)]


def test_while_the_database_is_taken_elsewhere_the_mail_program_is_asked_to_come_again(
    anna: Person, stranger: Browser, here: str
) -> None:
    freeze(anna.instance, Reason.MOVE)
    fencing.fence(anna.instance.place)
    try:
        answer = stranger.post(here, PRESS)
    finally:
        fencing.unfence(anna.instance.place)

    assert (answer.status_code, answer["Retry-After"]) == (503, "120")
    assert "press once more" in answer.content.decode()
    assert found(anna) == []


def test_only_this_address_is_open_to_every_origin(anna: Person, here: str) -> None:
    for path in (f"{here}more/", anna.url("unsubscribe/"), anna.url("mailing/sender/")):
        assert anna.browser.post(path, PRESS, headers=CROSS).status_code == 403


def test_a_bounce_may_be_tried_again_by_an_owner_and_a_wish_may_not(
    anna: Person, bruno: Person, crowd: Audience
) -> None:
    with inside(anna.instance):
        key = Sender.ours()
        key.save()
        wish = stop(mark_of("siti@kedai.example", key.key), audience=None, how=How.LINK)
        gone = stop(mark_of("ali@kedai.example", key.key), audience=None, how=How.BOUNCE, reason="There is no mailbox")
        noted = Contact.objects.get(name="Mei")
        noted.want_mailings(False, by=anna.member)
    page = anna.browser.get(anna.url("mailing/stops/")).content.decode()
    assert all(name in page for name in ("Siti", "Ali", "Mei")) and page.count("Try again") == 1

    assert anna.browser.post(anna.url(f"mailing/stops/{wish.pk}/removal/")).status_code == 404
    assert bruno.browser.post(anna.url(f"mailing/stops/{gone.pk}/removal/")).status_code == 403
    assert anna.browser.post(anna.url(f"mailing/stops/{gone.pk}/removal/")).status_code == 302
    assert found(anna) == [("link", True)]
    with inside(anna.instance):
        assert not Contact.objects.get(name="Ali").do_not_mail
        assert Event.objects.filter(verb="mailing_stop.lifted").count() == 1
