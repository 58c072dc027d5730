"""From `send` to the mail server: once a key, after the commit."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone
from jinja2 import UndefinedError

from pivotino.jobs.line import revive
from pivotino.jobs.models import Ticket
from pivotino.jobs.testing import Crash, crash_after, run_all
from pivotino.letters import CannotBeSealed, InTransaction, NotAnAddress, Undeliverable, send, send_sealed
from pivotino.letters.models import Envelope, Kept, Sent, State
from pivotino.letters.models.suppression import Scope
from pivotino.letters.posting import tidy
from pivotino.letters.suppression import PUT_AWAY, suppress
from pivotino.tenancy import atomic, inside
from pivotino.tenancy.models import Instance
from tests.letters.conftest import PostOffice
from tests.letters.some import News, leaflet, verification

SECRET = "korek-api-9f2e"


def later(**far: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**far))


def state() -> str:
    return Sent.objects.get().state


def test_a_letter_is_sent_once_for_its_key(control: None) -> None:
    for _ in range(3):
        send(verification(), key="v:1")
        run_all()
    send(verification(), key="v:2")
    run_all()

    assert [letter.to for letter in mail.outbox] == [["ali@kedai.example"]] * 2
    assert set(Sent.objects.values_list("key", "state")) == {("v:1", State.SENT), ("v:2", State.SENT)}


def test_nothing_is_sent_before_the_commit_or_after_a_rollback(control: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send(verification(), key="v:1")
        raise ZeroDivisionError
    run_all()
    assert (mail.outbox, Sent.objects.count()) == ([], 0)

    with transaction.atomic():
        send(verification(), key="v:1")
        assert mail.outbox == []
    run_all()
    assert len(mail.outbox) == 1


def test_a_letter_of_an_instance_waits_for_the_commit_of_that_instance(atap: Instance) -> None:
    with inside(atap):
        with pytest.raises(ZeroDivisionError), atomic():
            send(verification(), key="v:1")
            raise ZeroDivisionError
        with atomic():
            send(verification(), key="v:2")
            assert not Sent.objects.exists()

    assert [(row.key, row.instance_id) for row in Sent.objects.all()] == [("v:2", atap.id)]


def test_the_ledger_says_that_and_why_but_never_what(control: None) -> None:
    send(verification(secret=SECRET), key="v:1")
    run_all()

    row = Sent.objects.values().get()
    assert (row["to"], row["subject"], row["kind"]) == (
        "ali@kedai.example",
        "Confirm the address of Kedai Ali & Anak",
        "transactional",
    )
    assert row["why"] == "You get this letter because this address was used to register Kedai Ali & Anak."
    assert row["letter"] == "tests.letters.some.Verification"
    assert SECRET not in str(row) and "verify/abc" not in str(row)
    assert not Envelope.objects.exists()


def test_marketing_is_never_sealed(control: None) -> None:
    with pytest.raises(CannotBeSealed):
        send_sealed(leaflet(), key="m:1")

    assert not Sent.objects.exists()


@pytest.mark.parametrize("bad", ["", "ali", "ali@", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example"])
def test_what_cannot_be_an_address_is_refused(bad: str) -> None:
    with pytest.raises(NotAnAddress):
        verification(to=bad)


def test_a_word_that_is_missing_fails_before_anything_is_recorded(control: None) -> None:
    from tests.letters.some import Verification

    with pytest.raises(UndefinedError):
        send(Verification(to="ali@kedai.example", company="Kedai"), key="v:1")

    assert not Sent.objects.exists()


# Over a real mail server.


def test_a_letter_arrives_whole_at_a_real_mail_server(control: None, post_office: PostOffice) -> None:
    send(verification(company="Kedai Böhm & Anak"), key="v:1")
    run_all()

    letter = post_office.letters[0]
    text, html = (part.get_payload(decode=True).decode() for part in letter.get_payload())  # type: ignore[union-attr]
    assert (letter["To"], letter["Subject"]) == (
        "ali@kedai.example",
        "=?utf-8?q?Confirm_the_address_of_Kedai_B=C3=B6hm_=26_Anak?=",
    )
    assert letter["From"].startswith("Pivotino <") and letter["Date"]
    assert "registered Kedai Böhm & Anak with" in text and "a=1&b=2" in text
    assert "Kedai Böhm &amp; Anak" in html and "a=1&amp;b=2" in html
    assert state() == State.SENT


def test_a_full_mailbox_is_tried_again_with_the_same_message_id(control: None, post_office: PostOffice) -> None:
    post_office.answers = ["452 4.2.2 ali@kedai.example is over quota"]
    send(verification(), key="v:1")
    run_all(raising=False)
    row = Sent.objects.get()
    assert (row.state, row.trouble) == (State.WAITING, "The mailbox is full (452).")
    assert Ticket.objects.get().sentence == "The mailbox is full (452)."

    with later(minutes=1):
        run_all()
    assert state() == State.SENT
    assert len(post_office.letters) == 1


def test_an_address_nobody_has_is_given_up_at_once(control: None, post_office: PostOffice) -> None:
    post_office.answers = ["550 5.1.1 ali@kedai.example unknown"]
    send(verification(), key="v:1")

    with pytest.raises(Undeliverable) as refusal:
        run_all()

    assert refusal.value.permanent
    assert "ali@" not in Sent.objects.get().trouble + Ticket.objects.dead().get().sentence
    assert state() == State.UNDELIVERABLE
    assert not Envelope.objects.exists()


def test_a_mail_server_that_does_not_answer_is_waited_for(
    control: None, post_office: PostOffice, settings: Any
) -> None:
    right, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    send(verification(), key="v:1")
    run_all(raising=False)
    assert Sent.objects.get().trouble == "The mail server does not answer."

    settings.EMAIL_PORT = right
    with later(minutes=1):
        run_all()
    assert state() == State.SENT


def test_a_letter_that_failed_too_often_can_be_revived_by_staff(control: None, post_office: PostOffice) -> None:
    post_office.refuses_data = "451 later"
    send(verification(), key="v:1")
    Ticket.objects.update(most=1)
    run_all(raising=False)
    post_office.refuses_data = ""

    assert revive(Ticket.objects.dead().get())
    run_all()
    assert state() == State.SENT


def test_a_worker_killed_after_the_hand_over_sends_again_under_the_same_message_id(
    control: None, post_office: PostOffice
) -> None:
    send(verification(), key="v:1")
    with crash_after("pivotino.letters.posting.hand"), pytest.raises(Crash):
        run_all()
    assert state() == State.HANDING_OVER

    with later(minutes=2):
        run_all()
    first, again = post_office.letters
    assert first["Message-ID"] == again["Message-ID"]
    assert state() == State.SENT


def test_news_is_not_sent_again_when_nobody_knows_whether_it_went(control: None, post_office: PostOffice) -> None:
    send(News(to="ali@kedai.example", name="Ali", company="Kedai", link="", secret=""), key="n:1")
    with crash_after("pivotino.letters.posting.hand"), pytest.raises(Crash):
        run_all()
    with later(minutes=2):
        run_all()

    assert len(post_office.letters) == 1
    assert state() == State.UNSURE
    assert not Envelope.objects.exists()


def test_a_letter_kept_here_is_kept_exactly_once_whenever_the_worker_dies(kept: None) -> None:
    for place in (
        "pivotino.letters.posting.hand",
        "pivotino.letters.posting._settle",
        "pivotino.letters.posting._hand_over",
    ):
        Kept.objects.all().delete()
        send(verification(), key=f"v:{place}")
        with crash_after(place), pytest.raises(Crash):
            run_all()
        with later(minutes=2):
            run_all()
        assert Kept.objects.count() == 1, place


def test_without_a_mail_server_nothing_gets_lost_in_production(kept: None, settings: Any) -> None:
    settings.FEATURE_DEV_PAGES = False
    send(verification(), key="v:1")
    run_all(raising=False)

    assert "No mail server is set up" in Sent.objects.get().trouble
    assert (state(), Kept.objects.count(), Envelope.objects.count()) == (State.WAITING, 0, 1)


# Sealed letters: for what nobody may keep.


def test_a_sealed_letter_is_handed_over_at_once_and_leaves_nothing_behind(
    control: None, post_office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        send_sealed(verification(secret=SECRET), key="welcome:1")

    assert SECRET in post_office.letters[0].as_string()
    assert state() == State.SENT
    assert (Envelope.objects.count(), Ticket.objects.count()) == (0, 0)
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert SECRET not in str(ours) and SECRET not in str(Sent.objects.values().get())


def test_a_sealed_letter_is_sent_once_for_its_key(control: None, post_office: PostOffice) -> None:
    send_sealed(verification(secret=SECRET), key="welcome:1")
    send_sealed(verification(secret="another"), key="welcome:1")

    assert len(post_office.letters) == 1


def test_no_sealed_letter_goes_to_an_address_of_which_all_is_put_away(control: None, post_office: PostOffice) -> None:
    suppress(verification(secret=SECRET).to, Scope.EVERYTHING, how=PUT_AWAY)

    with pytest.raises(Undeliverable):
        send_sealed(verification(secret=SECRET), key="welcome:1")

    assert post_office.letters == []


def test_a_sealed_letter_that_failed_or_never_said_how_it_ended_is_sent_anew(
    control: None, post_office: PostOffice
) -> None:
    post_office.refuses_data = "451 later"
    with pytest.raises(Undeliverable):
        send_sealed(verification(secret="one"), key="welcome:1")
    post_office.refuses_data = ""
    with crash_after("pivotino.letters.posting.hand"), pytest.raises(Crash):
        send_sealed(verification(secret="two"), key="welcome:1")
    send_sealed(verification(secret="three"), key="welcome:1")

    assert [word in letter.as_string() for letter, word in zip(post_office.letters, ("two", "three"), strict=True)]
    assert len({letter["Message-ID"] for letter in post_office.letters}) == 2
    assert state() == State.SENT


def test_a_sealed_letter_within_a_transaction_is_refused(control: None, post_office: PostOffice) -> None:
    with pytest.raises(InTransaction), transaction.atomic():
        send_sealed(verification(secret=SECRET), key="welcome:1")

    assert post_office.letters == []


def test_a_letter_nobody_took_for_a_week_is_given_up_and_after_a_year_forgotten(kept: None, settings: Any) -> None:
    settings.FEATURE_DEV_PAGES = False
    send(verification(), key="v:1")
    with later(days=8):
        tidy()
    assert (state(), Envelope.objects.count()) == (State.GIVEN_UP, 0)

    with later(days=366):
        tidy()
    assert Sent.objects.values_list("key", "to", "subject", "why").get() == ("v:1", "", "", "")
