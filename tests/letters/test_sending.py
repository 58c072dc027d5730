"""From `send` to the mail server: once a key, after the commit."""

from django.core import mail

from pivotino.jobs.testing import run_all
from pivotino.letters import send
from pivotino.letters.models import Envelope, Sent, State
from tests.letters.some import verification


def test_a_letter_is_sent_once_for_its_key(control: None) -> None:
    send(verification(), key="v:1")
    send(verification(), key="v:1")
    run_all()
    send(verification(), key="v:1")
    run_all()

    assert [letter.to for letter in mail.outbox] == [["ali@kedai.example"]]
    assert Sent.objects.get().state == State.SENT
    assert not Envelope.objects.exists()
