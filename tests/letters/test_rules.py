"""What every letter is, and what none of them does."""

from pathlib import Path

import pytest
from django.core import mail
from jinja2 import Environment

from pivotino.jobs.testing import run_all
from pivotino.letters import AsksForPassword, CannotBeSwitchedOff, Kind, Letter, send
from pivotino.letters.handing import message_id
from pivotino.letters.refusals import Unexplained
from pivotino.letters.secrets import FORM, asks_for_a_password
from tests.letters.some import News, Verification, verification

ROOT = Path(__file__).resolve().parent.parent.parent / "pivotino"
TEMPLATES = sorted(path for path in ROOT.glob("**/templates/**/letters/*") if path.suffix in (".txt", ".html"))
# What is opened in a browser is a page, not a letter.
PAGES = ("index.html", "show.html", "preferences.html", "stopped.html", "correspondence.html")
LETTERS = [path for path in TEMPLATES if path.name not in (*PAGES, "layout.html", "parts.html", "foot.txt")]


def sent(letter: Letter) -> mail.EmailMultiAlternatives:
    send(letter, key="k")
    run_all()
    message = mail.outbox[-1]
    assert isinstance(message, mail.EmailMultiAlternatives)
    return message


@pytest.mark.promise("P49")
@pytest.mark.parametrize("kind", [Kind.TRANSACTIONAL, Kind.INVITATION])
def test_a_letter_somebody_waits_for_cannot_be_switched_off(kind: Kind) -> None:
    made = type("Made", (Letter,), {"kind": kind, "template": "letters/sample", "why": "Because."})

    with pytest.raises(CannotBeSwitchedOff):
        made(to="ali@kedai.example", unsubscribe="https://pivotino.example/stop/")


@pytest.mark.promise("P49")
def test_an_account_letter_carries_no_way_out_and_says_why_it_came(control: None) -> None:
    message = sent(verification())
    text, html = str(message.body), str(message.alternatives[0][0])

    assert not [name for name in message.message() if name.lower().startswith("list-")]
    assert "nsubscribe" not in text + html and "Stop letters" not in text + html
    assert "You get this letter because this address was used to register Kedai Ali & Anak." in text
    assert "You get this letter because this address was used to register Kedai Ali &amp; Anak." in html


def test_news_may_carry_a_way_to_stop_it(control: None) -> None:
    stop = "https://pivotino.example/stop/"
    message = sent(News(to="ali@kedai.example", unsubscribe=stop, name="", company="", link="", secret=""))

    assert message.message()["List-Unsubscribe"] == f"<{stop}>"
    assert stop in str(message.body) and stop in str(message.alternatives[0][0])


def test_a_class_of_letters_without_a_reason_cannot_be_written() -> None:
    with pytest.raises(Unexplained):
        type("Made", (Letter,), {"kind": Kind.NOTICE, "template": "letters/sample"})


def test_the_head_says_that_a_machine_wrote_it(control: None) -> None:
    head = sent(verification()).message()

    assert head["Auto-Submitted"] == "auto-generated"
    assert "AutoReply" in head["X-Auto-Response-Suppress"]
    assert head["Date"] and head["From"].startswith("Pivotino <")


def test_the_message_id_belongs_to_the_key_and_does_not_tell_it() -> None:
    assert message_id("verification:1") == message_id("verification:1") != message_id("verification:2")
    assert "verification" not in message_id("verification:1")


def test_an_answer_goes_where_the_letter_says(control: None) -> None:
    letter = Verification(
        to="a@b.example", reply_to="c@d.example", sender_name="Atap\r\nBcc: x", name="", company="", link="", secret=""
    )
    head = sent(letter).message()

    assert head["Reply-To"] == "c@d.example"
    assert head["From"].startswith('"Atap Bcc: x by way of Pivotino" <') and head["Bcc"] is None


def test_a_subject_is_one_line_whatever_stands_in_a_name(control: None) -> None:
    message = sent(verification(company="Kedai\r\nBcc: x@y.example"))

    assert message.message()["Subject"] == "Confirm the address of Kedai"
    assert message.message()["Bcc"] is None


def test_both_twins_carry_the_foot_with_address_and_policy(control: None) -> None:
    message = sent(verification())

    for twin in (str(message.body), str(message.alternatives[0][0])):
        assert "Kuala Lumpur, Malaysia" in twin and "http://testserver/privacy/" in twin
        assert "will ever ask you for a password" in twin


def test_what_people_typed_is_no_markup_in_a_letter(control: None) -> None:
    message = sent(verification(company="<script>alert(1)</script>"))

    assert "<script>" not in str(message.alternatives[0][0])
    assert "<script>alert(1)</script>" in str(message.body)


@pytest.mark.promise("P57")
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_of_a_letter_asks_for_a_password(path: Path) -> None:
    if path.name not in PAGES:
        source = path.read_text()
        assert not asks_for_a_password(source)
        assert not FORM.search(source)


@pytest.mark.promise("P57")
@pytest.mark.parametrize(
    "text",
    [
        "Please reply with your password.",
        "To go on, send us your pass word today",
        "Could you tell our team the PIN you use?",
        "Hello.\n\nKindly confirm your password by answering this letter.",
    ],
)
def test_a_letter_that_asks_for_a_password_is_not_sent(control: None, text: str) -> None:
    assert asks_for_a_password(text)
    with pytest.raises(AsksForPassword):
        send(verification(name=text), key="k")


@pytest.mark.parametrize(
    "text",
    [
        "Nobody at Pivotino will ever ask you for a password.",
        "Never send us your password.",
        "Choose a new password on this page.",
        "Your first password is korek-api. Change it when you log in.",
        "You get this because somebody asked for a new password.",
    ],
)
def test_speaking_of_passwords_is_not_asking_for_one(text: str) -> None:
    assert not asks_for_a_password(text)


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_letter_has_both_twins(path: Path) -> None:
    assert path.with_suffix(".txt").exists() and path.with_suffix(".html").exists()


# A customer's mailing has the subject they typed.
BEGIN = [
    path
    for path in LETTERS
    if path.suffix == ".txt" and path.parts[-4:] != ("templates", "mailing", "letters", "mail.txt")
]


@pytest.mark.parametrize("path", BEGIN, ids=lambda path: path.stem)
def test_every_text_twin_begins_with_its_subject_on_a_line_of_its_own(path: Path) -> None:
    said = [token[2] for token in Environment(trim_blocks=True).lex(path.read_text()) if token[1] == "data"]
    lines = path.read_text().strip().splitlines()
    while lines and lines[0].startswith("{#"):
        lines = "\n".join(lines).partition("#}")[2].strip().splitlines()

    assert said and len(lines) > 2 and lines[1].strip() == ""
