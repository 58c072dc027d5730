"""A mailing goes by the customer's own server, in their name, once to each, and to nobody who wants none."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.mailing import stopping
from pivotino.instance.mailing.models import Audience, Followed, How, Mailing, Recipient, Sender, Stop
from pivotino.instance.mailing.models.stops import mark_of, stop
from pivotino.instance.mailing.sending import ENGINE, UNSURE, Results
from pivotino.jobs import testing
from pivotino.letters.models import Sent, Suppression
from pivotino.letters.models.suppression import Scope
from pivotino.letters.suppression import suppress
from pivotino.tenancy import inside
from pivotino.tenancy.freezing import Reason, freeze, thaw
from pivotino.tenancy.models import Instance
from tests.cast import Person
from tests.instance.mailing.conftest import BODY, proven
from tests.instance.mailing.offices import Office


def send(person: Person, letter: Mailing, per_minute: int = 600) -> None:
    with inside(person.instance):
        ENGINE.schedule(letter, at=timezone.now(), zone="UTC", own_zone=False, per_minute=per_minute)
        letter.refresh_from_db()


def run(minutes: int = 2) -> None:
    """Let the clock run until everything is over."""
    for minute in range(minutes + 1):
        with time_machine.travel(timezone.now() + timedelta(minutes=minute)):
            testing.run_all()


def standings(letter: Mailing) -> dict[str, str]:
    return dict(Recipient.objects.filter(bulletin=letter).values_list("address", "standing"))


@pytest.mark.promise("P50")
def test_it_comes_from_the_customer_and_says_how_to_reach_them(anna: Person, office: Office, letter: Mailing) -> None:
    send(anna, letter)
    run()

    assert sorted(office.to) == ["ali@kedai.example", "mei@kedai.example", "siti@kedai.example"]
    mail = office.letters[0]
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert mail["From"] == "Atap Suria <news@atap-suria.example>"
    assert mail["Message-ID"].endswith("@atap-suria.example>")
    for twin in (text, html):
        assert "Atap Suria" in twin and "12 Jalan Satu · 30000 Ipoh" in twin and "news@atap-suria.example" in twin
        assert "Sent with Pivotino. Atap Suria wrote this letter and answers for it." in twin
        assert "You get this letter because Atap Suria has your address among its contacts." in twin
    assert "<img" not in html
    with inside(anna.instance):
        letter.refresh_from_db()
        assert (letter.stage, set(standings(letter).values())) == ("done", {"sent"})


@pytest.mark.promise("P52")
def test_every_letter_can_be_stopped_by_one_press(anna: Person, office: Office, letter: Mailing) -> None:
    send(anna, letter)
    run()

    for mail, to in zip(office.letters, office.to, strict=True):
        link = mail["List-Unsubscribe"].strip(" <>")
        assert link.startswith("http") and f"/@{anna.instance.slug}/unsubscribe/" in link
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link in mail.get_body(("plain",)).get_content().replace("\n", "")  # type: ignore[union-attr]
        with inside(anna.instance):
            wish = stopping.read(link.rstrip("/").rsplit("/", 1)[1])
            assert wish is not None and wish.mark == mark_of(to, Sender.ours().key)


def test_nothing_of_it_is_in_our_ledger(anna: Person, office: Office, letter: Mailing) -> None:
    send(anna, letter)
    run()

    assert len(office.to) == 3
    assert not Sent.objects.exists()


@pytest.mark.promise("P52")
def test_who_wants_none_gets_none_and_the_results_say_why(anna: Person, office: Office, letter: Mailing) -> None:
    with inside(anna.instance):
        Contact.objects.get(name="Siti").want_mailings(False, by=anna.member)
        stop(mark_of("mei@kedai.example", Sender.ours().key), audience=letter.audience, how=How.LINK)
    send(anna, letter)
    run()

    assert office.to == ["ali@kedai.example"]
    with inside(anna.instance):
        found = Results.of(letter)
        assert (found.sent, found.held, found.waiting) == (1, 2, 0)
        assert sorted(found.reasons) == [("They unsubscribed.", 1), ("They want no mailings.", 1)]


def test_a_stop_holds_at_once_even_while_it_goes(anna: Person, office: Office, letter: Mailing) -> None:
    send(anna, letter)
    with inside(anna.instance):
        ENGINE.gather(letter)
        stop(mark_of("mei@kedai.example", Sender.ours().key), audience=None, how=How.LINK)
    run()

    assert sorted(office.to) == ["ali@kedai.example", "siti@kedai.example"]


@pytest.mark.promise("P51")
def test_pivotinos_list_is_neither_asked_nor_changed(anna: Person, office: Office, letter: Mailing) -> None:
    """A38: both ways, with one address on both lists."""
    suppress("ali@kedai.example", Scope.EVERYTHING, how="bounce")
    suppress("siti@kedai.example", Scope.MARKETING, how="link")
    with inside(anna.instance):
        stop(mark_of("mei@kedai.example", Sender.ours().key), audience=None, how=How.LINK)
        stop(mark_of("siti@kedai.example", Sender.ours().key), audience=None, how=How.LINK)
    send(anna, letter)
    run()

    assert office.to == ["ali@kedai.example"]
    assert Suppression.objects.count() == 2
    with inside(anna.instance):
        assert Stop.objects.count() == 2


@pytest.mark.promise("P51")
def test_unsubscribed_here_is_not_unsubscribed_there(
    anna: Person, rita: Person, office: Office, letter: Mailing, stranger: Any
) -> None:
    """Scenario 23 and A38: a contact of two companies leaves the list of one."""
    send(anna, letter)
    run()
    link = next(mail["List-Unsubscribe"] for mail in office.letters if mail["To"] == "mei@kedai.example").strip(" <>")
    stranger.post("/" + link.split("/", 3)[3], {"List-Unsubscribe": "One-Click"})
    with inside(rita.instance):
        proven(rita, office, name="Zenit")
        mei = Contact.add("Mei", by=rita.member, kind="person", email="mei@kedai.example")
        theirs = Audience.make("All", by=rita.member)
        theirs.add([mei], by=rita.member)
        other = Mailing.objects.create(name="Z", subject="From Zenit", body=BODY, audience=theirs, by=rita.member)
    office.to.clear()

    send(rita, other)
    run()

    assert office.to == ["mei@kedai.example"]
    with inside(rita.instance):
        assert not Stop.objects.exists() and not Contact.objects.get(name="Mei").do_not_mail
    with inside(anna.instance):
        assert Stop.objects.get().how == How.ONE_CLICK and Contact.objects.get(name="Mei").do_not_mail
    assert not Suppression.objects.exists()


def test_a_mailbox_that_is_not_there_is_not_tried_again(anna: Person, office: Office, letter: Mailing) -> None:
    office.says["ali@kedai.example"] = "550 5.1.1 No such user"
    send(anna, letter)
    run()

    with inside(anna.instance):
        row = Recipient.objects.get(bulletin=letter, address="ali@kedai.example")
        assert (row.standing, row.why) == ("failed", "There is no mailbox at this address (550).")
        assert [one.how for one in Stop.objects.all()] == [How.BOUNCE]
        again = Mailing.objects.create(name="2", subject="Again", body=BODY, audience=letter.audience, by=anna.member)
    office.to.clear()
    send(anna, again)
    run()
    assert sorted(office.to) == ["mei@kedai.example", "siti@kedai.example"]


def test_a_server_that_wants_no_such_letter_says_nothing_of_the_mailbox(
    anna: Person, office: Office, letter: Mailing
) -> None:
    office.says["ali@kedai.example"] = "550 5.7.1 Looks like spam"
    send(anna, letter)
    run()

    with inside(anna.instance):
        assert standings(letter)["ali@kedai.example"] == "failed"
        assert not Stop.objects.exists()


def test_come_back_later_is_tried_later_and_given_up_in_the_end(anna: Person, office: Office, letter: Mailing) -> None:
    office.says["ali@kedai.example"] = "450 4.2.1 Try later"
    send(anna, letter)
    run(1)
    with inside(anna.instance):
        assert standings(letter)["ali@kedai.example"] == "waiting"

    for quarter in range(1, 6):
        with time_machine.travel(timezone.now() + timedelta(minutes=20 * quarter)):
            testing.run_all()

    with inside(anna.instance):
        letter.refresh_from_db()
        row = Recipient.objects.get(bulletin=letter, address="ali@kedai.example")
        assert (row.standing, row.tries, letter.stage) == ("failed", 3, "done")
    assert len(office.to) == 2


def test_where_the_server_fails_it_stands_still_and_goes_on_without_twice(
    anna: Person, office: Office, letter: Mailing
) -> None:
    office.shut = "550 5.7.60 Not allowed to send as this sender"
    send(anna, letter)
    run()
    with inside(anna.instance):
        letter.refresh_from_db()
        assert letter.stage == "paused" and "takes no letters from news@atap-suria.example" in letter.trouble
        assert set(standings(letter).values()) == {"waiting"}

    office.shut = ""
    with inside(anna.instance):
        ENGINE.resume(letter)
    run()

    assert sorted(office.to) == ["ali@kedai.example", "mei@kedai.example", "siti@kedai.example"]
    with inside(anna.instance):
        letter.refresh_from_db()
        assert (letter.stage, letter.trouble) == ("done", "")


@pytest.mark.parametrize(
    "where", ["pivotino.instance.mailing.way.Road.hand", "pivotino.instance.mailing.sending.OwnMail._claim"]
)
def test_a_worker_that_is_killed_sends_nothing_twice(anna: Person, office: Office, letter: Mailing, where: str) -> None:
    send(anna, letter)
    with testing.crash_after(where), pytest.raises(testing.Crash):
        testing.run_all()
    for minute in range(0, 60, 5):
        with time_machine.travel(timezone.now() + timedelta(minutes=minute)):
            testing.run_all(raising=False)

    assert len(office.to) == len(set(office.to)) >= 2
    with inside(anna.instance):
        letter.refresh_from_db()
        assert letter.stage == "done"
        unsure = list(Recipient.objects.filter(bulletin=letter, standing="failed").values_list("why", flat=True))
        assert unsure == [UNSURE]


def test_paused_nothing_leaves_and_stopped_nobody_waits(anna: Person, office: Office, letter: Mailing) -> None:
    send(anna, letter)
    with inside(anna.instance):
        ENGINE.gather(letter)
        ENGINE.pause(letter)
    run()
    assert office.to == []

    with inside(anna.instance):
        ENGINE.stop(letter)
        assert set(standings(letter).values()) == {"held"}


def test_one_address_gets_one_letter_however_many_contacts_share_it(
    anna: Person, office: Office, letter: Mailing
) -> None:
    with inside(anna.instance):
        twin = Contact.add("Kedai Ali", by=anna.member, email="ALI@kedai.example")
        letter.audience.add([twin], by=anna.member)  # type: ignore[union-attr]
    send(anna, letter)
    run()

    assert sorted(office.to) == ["ali@kedai.example", "mei@kedai.example", "siti@kedai.example"]


def test_who_left_the_contacts_meanwhile_gets_nothing(anna: Person, office: Office, letter: Mailing) -> None:
    send(anna, letter)
    with inside(anna.instance):
        ENGINE.gather(letter)
        Contact.objects.get(name="Siti").remove(by=anna.member)
    run()

    assert sorted(office.to) == ["ali@kedai.example", "mei@kedai.example"]


def test_a_frozen_company_sends_nothing_until_it_thaws(anna: Person, office: Office, letter: Mailing) -> None:
    send(anna, letter)
    freeze(anna.instance, Reason.UNPAID)
    run(1)
    assert office.to == []

    thaw(Instance.objects.get(pk=anna.instance.pk), Reason.UNPAID)
    for minute in (10, 20):
        with time_machine.travel(timezone.now() + timedelta(minutes=minute)):
            testing.run_all()
    assert len(office.to) == 3


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"subject": ""}, "The letter needs a subject."),
        ({"body": []}, "The letter says nothing yet."),
        ({"audience": None}, "Choose who gets it."),
    ],
)
def test_what_is_not_ready_does_not_go(anna: Person, letter: Mailing, change: dict[str, Any], missing: str) -> None:
    with inside(anna.instance):
        for field, value in change.items():
            setattr(letter, field, value)
        with pytest.raises(ValidationError, match=missing):
            ENGINE.check(letter)


@pytest.mark.parametrize("field", ["name", "address", "postal", "host", "proven_at"])
def test_without_a_whole_and_proven_sender_nothing_goes(anna: Person, letter: Mailing, field: str) -> None:
    with inside(anna.instance):
        Sender.objects.update(**{field: None if field == "proven_at" else ""})
        with pytest.raises(ValidationError, match="First say who writes"):
            ENGINE.check(Mailing.objects.get(pk=letter.pk))


def test_links_are_counted_without_saying_who(anna: Person, office: Office, letter: Mailing, stranger: Any) -> None:
    send(anna, letter)
    run()
    texts = [mail.get_body(("plain",)).get_content() for mail in office.letters]  # type: ignore[union-attr]
    links = {word.strip("()") for text in texts for word in text.split() if "/follow/" in word}
    assert len(links) == 1  # the same in every letter

    path = "/" + links.pop().split("/", 3)[3]
    answers = [stranger.get(path) for _ in range(2)]
    stranger.head(path)

    assert [(one.status_code, one["Location"]) for one in answers] == [(303, "https://atap.example/days")] * 2
    assert not any(one.cookies for one in answers)
    with inside(anna.instance):
        assert Followed.objects.get().times == 2


def test_thirty_days_after_the_end_nobody_knows_who_got_it(anna: Person, office: Office, letter: Mailing) -> None:
    send(anna, letter)
    run()

    with time_machine.travel(timezone.now() + timedelta(days=31)), inside(anna.instance):
        ENGINE.keep_house()
        assert set(Recipient.objects.values_list("address", "name", "because")) == {("", "", "")}
        assert Results.of(letter).sent == 3
