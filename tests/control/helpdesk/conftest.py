"""Ali has a question and no account. Sofia and Omar work for us."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail

from pivotino.control.accounts.models import Account
from pivotino.control.helpdesk import verbs
from pivotino.control.helpdesk.links import link_to
from pivotino.control.helpdesk.models import Message, Ticket
from pivotino.jobs.testing import run_all
from pivotino.letters.mailbox import take_in
from pivotino.tenancy.signed_in import SignedIn
from tests.cast import Browser
from tests.control.staff.conftest import desk, sofia, with_second_step

__all__ = ["desk", "sofia"]

ALI = "ali@kedai.example"


def letter(
    body: str = "I cannot find my board.\n",
    *,
    sender: str = ALI,
    subject: str = "Where is it",
    id: str = "<1@kedai.example>",
    **heads: str,
) -> bytes:
    """A mail to us, as it comes in."""
    told = EmailMessage()
    told["From"], told["To"], told["Subject"], told["Message-ID"] = (
        f"Ali Hassan <{sender}>",
        "support@pivotino.example",
        subject,
        id,
    )
    for name, value in heads.items():
        told[name.replace("_", "-")] = value
    told.set_content(body)
    return told.as_bytes()


def signed_in(account: Account) -> SignedIn:
    return SignedIn(id=account.pk, name=account.name, email=account.email, is_staff=account.is_staff)


@dataclass
class Ali:
    """What Ali may do: write mails, read ours, open the page whose address stands in them."""

    browser: Browser

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.get()

    @property
    def page(self) -> str:
        return path(link_to(self.ticket))

    def writes(self, body: str = "I cannot find my board.\n", **more: Any) -> bool:
        done = take_in(letter(body, **more))
        run_all()
        return done

    def replies(self, body: str, *, to: int = -1, id: str = "<2@kedai.example>", **more: Any) -> bool:
        """Press reply on one of our letters."""
        told = mail.outbox[to].message()
        return self.writes(body, id=id, subject=f"Re: {told['Subject']}", In_Reply_To=told["Message-ID"], **more)

    def reads(self) -> str:
        return self.browser.get(self.page).content.decode()


def path(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)


def said() -> list[tuple[str, str]]:
    """Everything said, in order."""
    return list(Message.objects.order_by("at").values_list("direction", "body"))


def answered(ticket: Ticket, text: str, by: SignedIn, **more: Any) -> None:
    verbs.answer(ticket, text, by=by, version=Ticket.objects.get(pk=ticket.pk).version, **more)
    run_all()


@pytest.fixture
def ali(control: None, stranger: Browser) -> Ali:
    return Ali(stranger)


@pytest.fixture
def asked(ali: Ali) -> Ali:
    """Ali wrote, and has our first letter."""
    assert ali.writes()
    return ali


@pytest.fixture
def staff(sofia: Account) -> SignedIn:
    return signed_in(sofia)


@pytest.fixture
def omar(control: None) -> Account:
    """Another member of staff."""
    return Account.objects.create_user("omar@pivotino.example", None, name="Omar Staff", is_staff=True)


@pytest.fixture
def second_desk(omar: Account) -> Browser:
    return with_second_step(omar)
