"""Questions by mail: threads, wrong mails, machines, and two helpdesks that would thank each other for ever."""

import os
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from config.settings.environment import Mailbox
from pivotino.control.helpdesk import taking, verbs
from pivotino.control.helpdesk.links import mark_of
from pivotino.control.helpdesk.models import Attachment, Message, State, Ticket
from pivotino.jobs.models import Alert
from pivotino.jobs.testing import run_all
from pivotino.letters.mailbox import read_mailbox, take_in
from pivotino.letters.models import Sent, Suppression
from pivotino.tenancy.signed_in import SignedIn
from tests.control.helpdesk.conftest import ALI, Ali, answered, letter, said
from tests.control.killing import kill_a_worker_in, let_another_go_on
from tests.letters.conftest import PostOffice, post_office
from tests.letters.imap import MailStore

__all__ = ["post_office"]


@pytest.fixture
def store(settings: Any, control: None) -> Iterator[MailStore]:
    with MailStore() as store:
        settings.MAILBOX = Mailbox("127.0.0.1", store.port, "support", "right", "INBOX", secure=False)
        yield store


@pytest.mark.promise("P04")
def test_a_mail_becomes_a_ticket_and_is_acknowledged_once(ali: Ali) -> None:
    for _ in range(2):
        assert ali.writes("I cannot find my board.\nPlease help.\n")

    ticket = ali.ticket
    assert (ticket.number, ticket.category, ticket.source, ticket.email, ticket.name) == (
        "T-1001",
        "support",
        "mail",
        ALI,
        "Ali Hassan",
    )
    assert said() == [("in", "I cannot find my board.\nPlease help.")]
    assert len(mail.outbox) == 1
    assert mail.outbox[0].message()["In-Reply-To"] == "<1@kedai.example>"


def test_a_reply_joins_its_ticket_by_the_letter_it_answers(asked: Ali) -> None:
    asked.replies(
        "In Firefox.\n\nOn Mon, 2 Nov 2026 at 09:00, Pivotino <support@pivotino.example> wrote:\n> Which browser?\n"
    )

    assert [body for _, body in said()] == ["I cannot find my board.", "In Firefox."]
    assert len(mail.outbox) == 1


def test_a_reply_without_headers_joins_by_the_sealed_mark(asked: Ali) -> None:
    asked.writes("In Firefox.", id="<2@kedai.example>", subject=f"AW: {mark_of(asked.ticket)} Where is it")

    assert asked.ticket.messages.count() == 2


@pytest.mark.parametrize("mark", ["[T-1001]", "[T-1001-aaaaaaaaaa]", "T-1001"])
def test_a_number_alone_opens_nobodys_ticket(asked: Ali, mark: str) -> None:
    asked.writes("Let me in.", sender="eve@evil.example", id="<e@evil.example>", subject=f"Re: {mark}")

    assert Ticket.objects.count() == 2
    assert Ticket.objects.get(number="T-1001").messages.count() == 1


def test_a_second_mail_of_theirs_joins_by_their_own_first_one_and_nobody_elses_does(asked: Ali) -> None:
    asked.writes("P.S. Firefox.", id="<2@kedai.example>", References="<1@kedai.example>")
    asked.writes("Me too.", sender="eve@evil.example", id="<e@evil.example>", References="<1@kedai.example>")

    assert [ticket.messages.count() for ticket in Ticket.objects.order_by("place")] == [2, 1]


def test_who_forwards_our_letter_to_a_friend_is_named_when_the_friend_answers(asked: Ali, staff: SignedIn) -> None:
    asked.replies("I know it.", sender="friend@kedai.example", id="<f@kedai.example>")
    answered(asked.ticket, "Thank you.", staff)

    assert Message.objects.filter(sender="friend@kedai.example").count() == 1
    assert [one.to for one in mail.outbox] == [[ALI], [ALI]]


def test_after_a_merge_replies_to_either_join_the_whole(asked: Ali, staff: SignedIn) -> None:
    asked.writes("And another.", id="<5@kedai.example>", subject="Another")
    first, second = Ticket.objects.order_by("place")
    verbs.merge(second, into=first, by=staff)

    asked.replies("To the second letter.", to=1, id="<6@kedai.example>")
    asked.writes("By mark.", id="<7@kedai.example>", subject=mark_of(second))

    assert first.messages.public().count() == 4
    assert asked.browser.get(asked_page(second)).content.decode().count("And another.") == 1


def asked_page(ticket: Ticket) -> str:
    from pivotino.control.helpdesk.views.tickets import address_of

    return address_of(ticket)


@pytest.mark.promise("P57")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("My password: Hunter2!", "My password: ••••"), ("Kata laluan: kucing hitam", "Kata laluan: ••••"), ("PIN: 4711", "PIN: ••••"),
        ("password = hunter2", "password = ••••"), ("PASSWORD:\nhunter2", "PASSWORD:\n••••"), ("Password: correct horse battery", "Password: ••••"),
        ("the password is Hunter22", "the password is ••••"), ("secret key: abcdefgh", "secret key: ••••"),
        ("Use sk_live_abcdefghijklmnop1234", None), ("my password is: hunter2", "my password is: ••••"),
        ("Kod laluan: kucing hitam", "Kod laluan: ••••"), ("Recovery codes: abcdefgh, ijklmnop", "Recovery codes: ••••"),
        ("passwd: hunter2\nThank you", "passwd: ••••\nThank you"), ("See https://ali:hunter2@host.example/a b", "See https://ali:••••@host.example/a b"),
    ],
)  # fmt: skip
def test_a_password_is_kept_nowhere_and_the_sender_is_told(ali: Ali, typed: str, kept: str | None) -> None:
    secrets = [
        word.strip("!")
        for word in ("Hunter2!", "kucing hitam", "4711", "hunter2", "correct horse", "Hunter22", "abcdefgh", "ijklmnop")
        if word.strip("!") in typed
    ]
    ali.writes(f"I cannot log in.\n{typed}\n", subject=typed.replace("\n", " "))

    message = Message.objects.get()
    assert message.masked == ["password"]
    for text in (
        message.body,
        ali.ticket.subject,
        *Sent.objects.values_list("subject", flat=True),
        str(mail.outbox[0].body),
    ):
        assert not [secret for secret in [*secrets, "sk_live_abc"] if secret in text]
    if kept:
        assert message.body == f"I cannot log in.\n{kept}"
    assert "put it out of sight" in str(mail.outbox[0].body)


@pytest.mark.parametrize(
    "text",
    ["Password: I cannot get in", "I forgot my password", "my password is not working", "Your password page is slow", "The pin: it is red", "Secret: how do I share a card?"],
)  # fmt: skip
def test_a_sentence_about_passwords_stays_readable(ali: Ali, text: str) -> None:
    ali.writes(text)

    assert (Message.objects.get().body, Message.objects.get().masked) == (text, [])


@pytest.mark.promise("P14")
def test_a_card_number_is_masked_and_a_later_one_brings_a_letter(asked: Ali) -> None:
    asked.replies("Charge 4111 1111 1111 1111, cvv 123.")

    assert "4111" not in Message.objects.last().body  # type: ignore[union-attr]
    assert Message.objects.order_by("at").last().masked == ["card"]  # type: ignore[union-attr]
    assert "did not keep" in mail.outbox[-1].subject
    assert mail.outbox[-1].message()["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize(
    "head",
    [
        {"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<a.b>"}, {"Return_Path": "<>"}, {"X_Autoreply": "yes"},
        {"sender": "no-reply@shop.example"}, {"sender": "mailer-daemon@shop.example"},
    ],
)  # fmt: skip
def test_a_machine_opens_nothing_and_is_never_answered(ali: Ali, head: dict[str, str]) -> None:
    assert not ali.writes(**head)
    assert (Ticket.objects.count(), mail.outbox) == (0, [])


def test_an_out_of_office_in_a_thread_is_kept_and_changes_nothing(asked: Ali, staff: SignedIn) -> None:
    verbs.solve(asked.ticket, by=staff, version=asked.ticket.version)
    run_all()
    before = len(mail.outbox)
    assert asked.replies("Back on Monday. password: hunter2", Auto_Submitted="auto-replied")

    assert asked.ticket.state == State.SOLVED
    assert asked.ticket.reopenings == 0
    assert len(mail.outbox) == before


@pytest.mark.parametrize(
    "sender", ["support@pivotino.example", "Support@Pivotino.Example", "support+x@pivotino.example"]
)
def test_our_own_letters_that_come_back_open_nothing(ali: Ali, sender: str) -> None:
    assert not ali.writes(sender=sender)
    assert (Ticket.objects.count(), mail.outbox) == (0, [])


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff\xfe not a message", b"From: \nSubject: x\n\nhello", b"From: ali@kedai.example\x00\nSubject: x\n\nhello",
        b"From: ali@kedai.example\nContent-Type: text/plain; charset=klingon\n\nhello", b"From: ali@kedai.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n",
        b"From: =?utf-8?q?=00?= <ali@kedai.example>\nMessage-ID: <a\nb>\nSubject: =?bad?\n\nhello",
    ],
)  # fmt: skip
def test_a_wrong_mail_breaks_nothing(store: MailStore, raw: bytes) -> None:
    store.put(raw)
    store.put(letter())
    read_mailbox()
    run_all()

    assert Ticket.objects.filter(subject="Where is it").count() == 1


def test_a_sender_the_server_doubts_may_ask_but_gets_no_letter_and_staff_see_it(ali: Ali) -> None:
    heads = {"Authentication_Results": "mx.pivotino.example; spf=fail smtp.mailfrom=kedai.example; dmarc=fail"}
    assert ali.writes(subject="Privacy: erase everything", **heads)

    assert (ali.ticket.category, ali.ticket.proved_at, Message.objects.get().doubtful) == ("privacy", None, True)
    assert mail.outbox == []


@pytest.mark.promise("P32")
def test_what_a_doubtful_mail_wants_waits_for_the_proof(ali: Ali, staff: SignedIn) -> None:
    heads = {"Authentication_Results": "mx.pivotino.example; dmarc=fail"}
    ali.writes(
        "Stop sending me these, please. I do not remember that I ever asked for them.\n", subject="Your news", **heads
    )
    assert ali.ticket.category == "unsubscribe"
    assert not Suppression.objects.exists()

    verbs.ask_proof(ali.ticket, by=staff)
    verbs.prove(ali.ticket)
    assert Suppression.objects.values_list("scope", "how").get() == ("marketing", "ticket")


def test_a_header_that_says_all_is_well_proves_nothing(ali: Ali) -> None:
    ali.writes(Authentication_Results="mx.pivotino.example; dmarc=pass")

    assert ali.ticket.proved_at is None


def test_html_alone_is_read_as_text(ali: Ali) -> None:
    told = EmailMessage()
    told["From"], told["Subject"], told["Message-ID"] = ALI, "Board", "<h@kedai.example>"
    told.set_content(
        "<style>p{}</style><p>Where is <b>it</b> &amp; why?</p><p>Ali</p><blockquote>old</blockquote>", subtype="html"
    )
    take_in(told.as_bytes())

    assert said() == [("in", "Where is it & why?\nAli")]


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Yes.\n\nOn Mon, Ali wrote:\n> No?", "Yes."), ("Yes.\n> No?\n", "Yes."), ("> No?\nYes.", "> No?\nYes."), ("> all quoted", "> all quoted"),
        ("Ya.\n\nPada Isnin, Pivotino menulis:\n> x", "Ya."), ("Yes.\n-----Original Message-----\nFrom: x", "Yes."),
    ],
)  # fmt: skip
def test_what_they_quote_is_left_out(text: str, own: str) -> None:
    assert taking.said(text) == own


def test_of_what_hangs_on_it_only_what_may_be_is_kept(ali: Ali) -> None:
    told = message_from_bytes(letter(), policy=default)
    assert isinstance(told, EmailMessage)
    told.add_attachment(b"A list.", maintype="text", subtype="plain", filename="list 4111 1111 1111 1111.txt")
    told.add_attachment(b"MZ\x90\x00", maintype="application", subtype="octet-stream", filename="game.exe")
    told.add_attachment(b"Card 4111 1111 1111 1111", maintype="text", subtype="plain", filename="card.txt")
    take_in(told.as_bytes())

    assert Attachment.objects.values_list("name", "type").get() == ("list •••• 1111.txt", "text/plain")
    assert Message.objects.get().attachments == ["game.exe", "card.txt"]


def test_a_flood_of_one_address_ends_in_one_ticket_and_three_letters(ali: Ali) -> None:
    for number in range(30):
        ali.writes(f"Again {number}", id=f"<n{number}@kedai.example>", subject=f"Subject {number}")

    assert Ticket.objects.count() == verbs.MOST_NEW
    assert Message.objects.count() == 30
    assert len(mail.outbox) == verbs.MOST_RECEIPTS


def test_a_thread_is_opened_again_five_times_and_then_somebody_is_told(asked: Ali, staff: SignedIn) -> None:
    for number in range(8):
        verbs.solve(asked.ticket, by=staff, version=asked.ticket.version)
        asked.replies("Thank you for your mail.", id=f"<loop{number}@kedai.example>")

    assert (asked.ticket.reopenings, asked.ticket.state) == (verbs.MOST_REOPENINGS, State.SOLVED)
    assert asked.ticket.messages.filter(direction="in").count() == 9
    assert Alert.objects.filter(kind="helpdesk", subject="T-1001 circles").exists()


@pytest.mark.parametrize("keeps_thread", [True, False])
def test_two_helpdesks_do_not_thank_each_other_for_ever(
    post_office: PostOffice, store: MailStore, keeps_thread: bool
) -> None:
    """The other one thanks for every mail, says nowhere that it is a machine, and may forget whose mail it answers."""
    store.put(letter(sender="help@other.example", id="<begin@other.example>"))
    seen = 0
    for _ in range(12):
        read_mailbox()
        run_all()
        for ours in post_office.letters[seen:]:
            more = {"In_Reply_To": str(ours["Message-ID"])} if keeps_thread else {}
            subject = f"Re: {ours['Subject']}" if keeps_thread else f"Ticket {seen} was opened"
            store.put(
                letter(
                    "Thank you, we look into it.",
                    sender="help@other.example",
                    id=f"<o{len(store.mails)}@other.example>",
                    subject=subject,
                    **more,
                )
            )
        seen = len(post_office.letters)

    assert len(post_office.letters) == (1 if keeps_thread else verbs.MOST_RECEIPTS)
    assert Ticket.objects.count() == (1 if keeps_thread else verbs.MOST_RECEIPTS + 1)


@pytest.mark.promise("P04")
def test_a_question_and_its_answer_over_real_servers(
    post_office: PostOffice, store: MailStore, staff: SignedIn
) -> None:
    question = store.put(letter())
    read_mailbox()
    run_all()
    assert question.flags == {"\\Seen"}

    answered(Ticket.objects.get(), "Top left.", staff)
    receipt, answer = post_office.letters
    assert (answer["To"], answer["Auto-Submitted"], answer["In-Reply-To"]) == (ALI, "no", "<1@kedai.example>")

    store.put(
        letter(
            "Found it.",
            id="<2@kedai.example>",
            subject=f"Re: {answer['Subject']}",
            In_Reply_To=str(answer["Message-ID"]),
        )
    )
    read_mailbox()
    assert [body for _, body in said()] == ["I cannot find my board.", "Top left.", "Found it."]


def test_a_worker_killed_after_it_kept_a_mail_keeps_it_once(
    store: MailStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(letter())
    monkeypatch.setitem(os.environ, "PIVOTINO_MAILBOX", f"imap+plain://support:right@127.0.0.1:{store.port}/INBOX")
    read_mailbox.later()

    kill_a_worker_in("pivotino.control.helpdesk.jobs", "pivotino.letters.mailbox.take_in", "default", tmp_path / "sign")
    assert (Ticket.objects.count(), store.mails[0].flags) == (1, set())
    let_another_go_on("default", lambda: bool(store.mails[0].flags))

    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)
    assert Sent.objects.filter(key__startswith="helpdesk:").count() == 1


def test_a_mail_about_letters_stops_them_as_a_link_would(ali: Ali) -> None:
    ali.writes("I do not want your tips any more.", subject="Please take me off your list")

    assert ali.ticket.category == "unsubscribe"
    assert Suppression.objects.values_list("scope", "how").get() == ("marketing", "ticket")
