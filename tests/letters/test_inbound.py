"""Mail by the provider's webhook, in the shapes Postmark and Mailgun document."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.core import mail

from pivotino.control.helpdesk.models import Attachment, Message, Ticket
from pivotino.jobs.testing import run_all
from pivotino.letters.mailbox import take_in
from tests.cast import Browser

ALI = "ali@kedai.example"
RAW = f"From: Ali <{ALI}>\nTo: support@pivotino.example\nSubject: Help\nMessage-ID: <1@kedai.example>\n\nI cannot log in.\n"
# As in Postmark's guide "Parse an email", shortened.
PARSED = {
    "FromName": "Ali", "MessageStream": "inbound", "From": ALI, "FromFull": {"Email": ALI, "Name": "Ali", "MailboxHash": ""},
    "To": "support@pivotino.example", "ToFull": [{"Email": "support@pivotino.example", "Name": "", "MailboxHash": ""}], "Cc": "", "CcFull": [],
    "Bcc": "", "BccFull": [], "OriginalRecipient": "support@pivotino.example", "Subject": "Help", "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
    "ReplyTo": "", "MailboxHash": "", "Date": "Mon, 2 Nov 2026 16:45:41 -0400", "TextBody": "I cannot log in.", "HtmlBody": "", "StrippedTextReply": "",
    "Tag": "", "Headers": [{"Name": "Return-Path", "Value": f"<{ALI}>"}, {"Name": "Message-ID", "Value": "<1@kedai.example>"}],
    "Attachments": [{"Name": "notes.txt", "Content": base64.b64encode(b"Notes.").decode(), "ContentType": "text/plain", "ContentLength": 6}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def secrets(settings: Any, control: None) -> None:
    settings.MAIL_REPORTS_SECRET = "mail:secret"  # noqa: S105 - of a test
    settings.MAIL_SIGNING_KEY = "signing"


def postmark(browser: Browser, event: dict[str, Any], secret: str = "mail:secret") -> int:
    sealed = {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}
    answer = browser.post("/mail/inbound/postmark/", json.dumps(event), content_type="application/json", headers=sealed)
    return int(answer.status_code)


def mailgun(browser: Browser, *, key: str = "signing", at: float | None = None, **more: str) -> int:
    stamp, token = str(int(time.time() if at is None else at)), "ab" * 25
    seal = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    told = {
        "recipient": "support@pivotino.example",
        "sender": ALI,
        "subject": "Help",
        "from": ALI,
        "body-mime": RAW,
        "timestamp": stamp,
        "token": token,
    }
    return int(browser.post("/mail/inbound/mailgun/mime", {**told, "signature": seal, **more}).status_code)


def test_one_mail_by_every_road_is_one_ticket(stranger: Browser) -> None:
    assert take_in(RAW.encode())
    assert postmark(stranger, {"RawEmail": RAW, **PARSED}) == 200
    assert postmark(stranger, PARSED) == 200
    assert [mailgun(stranger) for _ in range(2)] == [200, 200]
    run_all()

    assert (Ticket.objects.count(), Message.objects.count(), len(mail.outbox)) == (1, 1, 1)


def test_a_parsed_mail_brings_its_words_and_its_files(stranger: Browser) -> None:
    postmark(stranger, PARSED)

    message = Message.objects.get()
    assert (message.body, list(Attachment.objects.values_list("name", flat=True)), message.ticket.subject) == (
        "I cannot log in.",
        ["notes.txt"],
        "Help",
    )


def test_whoever_cannot_prove_who_they_are_brings_nothing(stranger: Browser, settings: Any) -> None:
    assert postmark(stranger, PARSED, "mail:wrong") == 400
    assert mailgun(stranger, key="wrong") == 400
    assert mailgun(stranger, at=time.time() - 3600) == 400
    assert mailgun(stranger, timestamp="soon") == 400
    assert stranger.get("/mail/inbound/postmark/").status_code in (200, 405)
    settings.MAIL_REPORTS_SECRET = settings.MAIL_SIGNING_KEY = ""
    assert (postmark(stranger, PARSED), mailgun(stranger)) == (404, 404)
    assert not Ticket.objects.exists()


def test_a_machine_by_webhook_opens_nothing(stranger: Browser) -> None:
    assert postmark(stranger, {**PARSED, "Headers": [{"Name": "Auto-Submitted", "Value": "auto-replied"}]}) == 200
    assert not Ticket.objects.exists()
