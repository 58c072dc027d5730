"""Files that come with a question, and who may open them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pivotino.control.helpdesk import verbs
from pivotino.control.helpdesk.files import look_again
from pivotino.control.helpdesk.models import Attachment, Message, Ticket
from pivotino.control.staff.models import Deed
from pivotino.kit.uploads.harm import EICAR
from tests.cast import Browser, Person
from tests.control.helpdesk.conftest import Ali, signed_in


def text(name: str = "notes.txt", data: bytes = b"What I saw.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "text/plain")


@pytest.fixture
def sent(asked: Ali) -> Attachment:
    """Ali hangs a file on a second message."""
    asked.browser.post(asked.page, {"body": "See this.", "attached": [text()]})
    return Attachment.objects.get()


def test_a_file_goes_out_as_an_attachment_from_a_sandbox(asked: Ali, sent: Attachment) -> None:
    answer: Any = asked.browser.get(f"{asked.page}files/{sent.pk}/")

    assert answer.getvalue() == b"What I saw."
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "notes.txt" in asked.reads()


def test_a_file_opens_by_its_own_ticket_alone(asked: Ali, sent: Attachment, rita: Person) -> None:
    other = verbs.open_ticket(
        "support", "rivalsecret", "rivalsecret", email=rita.account.email, source="my", account=signed_in(rita.account)
    )

    assert rita.browser.get(f"/my/tickets/{other.number}/files/{sent.pk}/").status_code == 404
    assert rita.browser.get(f"/my/tickets/T-1001/files/{sent.pk}/").status_code == 404
    assert asked.browser.get(f"/tickets/x/files/{sent.pk}/").status_code == 404


def test_staff_open_it_and_that_is_kept(sent: Attachment, desk: Browser, anna: Person) -> None:
    assert desk.get(f"/staff/tickets/T-1001/files/{sent.pk}/").status_code == 200
    assert anna.browser.get(f"/staff/tickets/T-1001/files/{sent.pk}/").status_code == 404
    assert Deed.objects.values_list("what", "ticket").get() == ("ticket file", "T-1001")


@pytest.mark.parametrize(
    "files", [[text("a.exe", b"MZ\x90\x00")], [text("a.txt", EICAR)], [text("a.txt", b"Card 4111 1111 1111 1111")], [text(f"{n}.txt") for n in range(6)], [text("a.txt", b"")]]
)  # fmt: skip
def test_what_may_not_be_kept_is_refused_and_the_text_stays(asked: Ali, files: list[Any]) -> None:
    answer = asked.browser.post(asked.page, {"body": "See this.", "attached": files})

    assert answer.status_code == 422
    assert "See this." in answer.content.decode()
    assert (Attachment.objects.count(), Message.objects.count()) == (0, 1)


def test_the_contact_form_takes_files_and_staff_send_some(stranger: Browser, desk: Browser) -> None:
    form = {"category": "support", "subject": "Board", "body": "See.", "email": "ali@kedai.example", "once": "f1"}
    stranger.post("/contact/", {**form, "attached": [text("a.txt"), text("b.txt")]})
    ticket = Ticket.objects.get()
    desk.post(
        f"/staff/tickets/{ticket.number}/answers/",
        {"body": "Here.", "do": "send", "version": ticket.version, "attached": [text("c.txt")]},
    )

    assert list(Attachment.objects.values_list("name", "message__direction")) == [
        ("a.txt", "in"),
        ("b.txt", "in"),
        ("c.txt", "out"),
    ]


def test_what_was_not_looked_at_is_opened_by_nobody(asked: Ali, sent: Attachment, monkeypatch: Any) -> None:
    Attachment.objects.update(is_looked_at=False)
    assert asked.browser.get(f"{asked.page}files/{sent.pk}/").status_code == 409

    monkeypatch.setattr("pivotino.control.helpdesk.files.harm_in", lambda data: None)
    look_again()
    assert asked.browser.get(f"{asked.page}files/{sent.pk}/").status_code == 409
    monkeypatch.setattr("pivotino.control.helpdesk.files.harm_in", lambda data: "")
    look_again()
    assert asked.browser.get(f"{asked.page}files/{sent.pk}/").status_code == 200

    Attachment.objects.update(is_looked_at=False)
    monkeypatch.setattr("pivotino.control.helpdesk.files.harm_in", lambda data: "Worm")
    look_again()
    assert not Attachment.objects.exists()
    assert "notes.txt (shut away: Worm)" in asked.reads()
