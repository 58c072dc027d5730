"""What comes back to our own address: wishes, bounces, complaints, and what is left for people."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from config.settings.environment import Environment, Mailbox
from pivotino.jobs import Retry
from pivotino.jobs.testing import run_all
from pivotino.letters import send
from pivotino.letters.handing import message_id
from pivotino.letters.mailbox import read_mailbox, take_in
from pivotino.letters.models import Reading, Sent, State, Suppression
from pivotino.letters.reading import Automatic, ForPeople, Wish, meaning
from tests.letters.imap import MailStore
from tests.letters.some import leaflet, verification

ALI = "ali@kedai.example"
FROM_ALI = f"From: Ali <{ALI}>\nTo: support@pivotino.example\n"
WISH = f"{FROM_ALI}Subject: Re: Tips\n\nUnsubscribe\n\nOn Monday Pivotino wrote:\n> Hello\n".encode()


def report(kind: str, key: str = "m:1", *, status: str = "5.1.1", action: str = "failed", id: str = "") -> bytes:
    """A bounce as RFC 3464 has it, or a complaint as RFC 5965."""
    fields = {
        "delivery-status": f"Reporting-MTA: dns; mx.kedai.example\n\nFinal-Recipient: rfc822; {ALI}\nAction: {action}\nStatus: {status}\n",
        "feedback-report": "Feedback-Type: abuse\nUser-Agent: Somebody/1.0\nVersion: 1\n",
    }[kind]
    return (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.kedai.example\nTo: support@pivotino.example\nSubject: Returned\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind}; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/{kind}\n\n{fields}\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {id or message_id(key)}\nSubject: Tips\n\nHello\n--b--\n"
    ).encode()


def stops() -> list[tuple[str, str]]:
    return list(Suppression.objects.order_by("scope").values_list("scope", "how"))


@pytest.fixture
def store(settings: Any, control: None) -> Iterator[MailStore]:
    with MailStore() as store:
        settings.MAILBOX = Mailbox("127.0.0.1", store.port, "support", "right", "INBOX", secure=False)
        yield store


@pytest.fixture
def tips(control: None) -> Sent:
    send(leaflet(), key="m:1")
    run_all()
    mail.outbox.clear()
    return Sent.objects.get()


@pytest.mark.promise("P48", "A31")
def test_who_answers_unsubscribe_is_taken_off_and_told_once(store: MailStore) -> None:
    for _ in range(2):
        store.put(b"Message-ID: <wish.1@kedai.example>\n" + WISH)
    for _ in range(2):
        read_mailbox()
        run_all()

    assert stops() == [("marketing", "reply")]
    assert [letter.to for letter in mail.outbox] == [[ALI]]
    answer = mail.outbox[0]
    assert answer.message()["Auto-Submitted"] == "auto-replied"
    assert answer.message()["In-Reply-To"] == "<wish.1@kedai.example>"
    assert "take it back" in str(answer.body) and "/unsubscribe/" in str(answer.body)
    assert all(one.flags == {"\\Seen"} for one in store.mails)


@pytest.mark.promise("P48")
@pytest.mark.parametrize("subject", ["unsubscribe", "Unsubscribe.", "RE: unsubscribe", "Please remove me", "STOP"])
def test_the_wish_may_stand_in_the_subject(subject: str) -> None:
    assert meaning(f"{FROM_ALI}Subject: {subject}\n\n".encode()) == Wish(ALI)


@pytest.mark.parametrize(
    "text",
    ["How do I unsubscribe my colleague?", "Stop the import, please, it hangs", "I cannot log in", "> unsubscribe", ""],
)
def test_a_question_is_left_for_people(text: str) -> None:
    assert meaning(f"{FROM_ALI}Subject: Help\n\n{text}\n".encode()) == ForPeople()


def test_a_token_in_the_subject_stops_its_topic_whoever_sends_it(control: None) -> None:
    forwarded = f"From: other@kedai.example\nAuto-Submitted: auto-generated\nSubject: unsubscribe {leaflet().token}\n\n"

    assert take_in(forwarded.encode())
    run_all()
    assert Suppression.objects.values_list("scope", "topic", "how").get() == ("topic", "tips", "reply")
    assert mail.outbox == []


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied", "Precedence: bulk", "List-Id: <a.b>", "Return-Path: <>", "X-Autoreply: yes", "Precedence: auto_reply",
    ],
)  # fmt: skip
def test_a_machine_is_never_answered(control: None, head: str) -> None:
    raw = f"{FROM_ALI}{head}\nSubject: Out of office\n\nunsubscribe\n".encode()

    assert meaning(raw) == Automatic()
    assert not take_in(raw)
    assert (mail.outbox, stops()) == ([], [])


def test_our_own_letters_are_never_answered_by_us(control: None) -> None:
    send(leaflet(), key="m:1")
    send(verification(), key="v:1")
    run_all()

    assert [meaning(letter.message().as_bytes()) for letter in mail.outbox] == [Automatic(), Automatic()]


@pytest.mark.promise("A33")
def test_a_bounce_holds_back_all_but_what_is_waited_for(store: MailStore, tips: Sent) -> None:
    store.put(report("delivery-status"))
    store.put(report("delivery-status"))
    read_mailbox()

    assert stops() == [("everything", "bounce")]
    tips.refresh_from_db()
    assert (tips.state, tips.trouble) == (State.CAME_BACK, "The letter came back (5.1.1).")
    send(leaflet(), key="m:2")
    send(verification(), key="v:2")
    run_all()
    assert dict(Sent.objects.exclude(pk=tips.pk).values_list("key", "state")) == {"m:2": State.HELD, "v:2": State.SENT}


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "4.4.7"])
def test_a_full_mailbox_is_noted_and_stops_nothing(tips: Sent, status: str) -> None:
    assert take_in(report("delivery-status", status=status))

    assert stops() == []
    assert Sent.objects.get().state == State.CAME_BACK


def test_a_letter_that_is_only_late_means_nothing_yet(tips: Sent) -> None:
    assert not take_in(report("delivery-status", action="delayed", status="4.4.1"))

    assert (stops(), Sent.objects.get().state) == ([], State.SENT)


def test_a_bounce_of_no_letter_of_ours_stops_nobody(tips: Sent) -> None:
    take_in(report("delivery-status", id=f"<{'0' * 32}@pivotino.example>"))
    take_in(report("delivery-status", id="<made-up@kedai.example>"))

    assert (stops(), Sent.objects.get().state) == ([], State.SENT)


@pytest.mark.parametrize(
    "sender", ["", "nobody", f"{'a' * 60}@{'b.' * 110}example", "ali@kedai.example\x00", "=?utf-8?q?=00?="]
)
def test_a_sender_nobody_can_write_to_stops_nothing_and_blocks_nothing(store: MailStore, sender: str) -> None:
    store.put(f"From: {sender}\nSubject: unsubscribe\n\n".encode())
    store.put(WISH)
    read_mailbox()
    run_all()

    assert Reading.objects.get().last == 2
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("status", ["", "5.1.1\x00", "5.1.1 (no such user)", "x" * 5000])
def test_a_strange_bounce_is_noted(tips: Sent, status: str) -> None:
    assert take_in(report("delivery-status", status=status))

    assert Sent.objects.get().state == State.CAME_BACK


@pytest.mark.promise("A33")
def test_a_complaint_twice_is_one_stop(tips: Sent) -> None:
    for _ in range(2):
        assert take_in(report("feedback-report"))

    assert stops() == [("complaint", "complaint")]


def test_everything_else_stays_as_it_came_and_is_looked_at_once(store: MailStore, monkeypatch: Any) -> None:
    monkeypatch.setattr("pivotino.letters.mailbox._takers", [])
    question = store.put(f"{FROM_ALI}Subject: Help\n\nI cannot log in.\n".encode())
    vacation = store.put(f"{FROM_ALI}Auto-Submitted: auto-replied\nSubject: Away\n\nBack on Monday.\n".encode())
    strange = store.put(b"\xff\xfe not a message at all")
    for _ in range(2):
        read_mailbox()

    assert [one.flags for one in (question, vacation, strange)] == [set(), set(), set()]
    assert len([said for said in store.said if said.startswith("UID FETCH")]) == 3
    assert not [said for said in store.said if said.startswith(("UID STORE", "EXPUNGE", "CLOSE"))]
    assert Reading.objects.values_list("mailbox", "last").get() == ("support@127.0.0.1/INBOX", 3)


def test_a_store_that_counts_anew_is_read_anew(store: MailStore) -> None:
    store.put(f"{FROM_ALI}Subject: Help\n\nHello\n".encode())
    read_mailbox()
    store.mails.clear()
    store.validity = 2
    store.put(WISH)
    read_mailbox()

    assert stops() == [("marketing", "reply")]


def test_a_mailbox_that_does_not_answer_is_tried_again(store: MailStore, settings: Any) -> None:
    store.password = "another"  # noqa: S105 - of a store in a test
    with pytest.raises(Retry):
        read_mailbox()

    settings.MAILBOX = Mailbox("127.0.0.1", 1, "support", "right", "INBOX", secure=False)
    with pytest.raises(Retry):
        read_mailbox()


def test_without_a_mailbox_nothing_is_read(control: None, settings: Any) -> None:
    settings.MAILBOX = None

    read_mailbox()
    assert not Reading.objects.exists()


def test_the_setting_is_an_address_of_a_mailbox() -> None:
    read = Environment(mailbox="imaps://support%40a.example:p%2Fw@imap.a.example/Support").inbox()

    assert read == Mailbox("imap.a.example", 993, "support@a.example", "p/w", "Support", secure=True)
    assert Environment().inbox() is None
    with pytest.raises(ValueError, match="imaps://"):
        Environment(mailbox="https://imap.a.example").inbox()


def test_a_stop_by_mail_is_taken_back_like_any_other(store: MailStore, stranger: Any) -> None:
    store.put(WISH)
    read_mailbox()
    run_all()
    link = next(word for word in str(mail.outbox[0].body).split() if "/unsubscribe/" in word)

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert stranger.post(link.replace("http://testserver", ""), {"do": "undo"}).status_code == 200
    assert stops() == []
