"""Farid is a customer who said something. Each fixture is one step further."""

import io
import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from PIL import Image

from pivotino.control.helpdesk.models import Ticket
from pivotino.control.testimonials import agreeing
from pivotino.control.testimonials.links import link_to
from pivotino.control.testimonials.models import Said, Testimonial, Wording
from pivotino.jobs.testing import run_all
from pivotino.letters.mailbox import take_in
from tests.cast import Browser
from tests.control.staff.conftest import desk, sofia

__all__ = ["desk", "sofia"]

FARID = "farid@kopi.example"
WORDS = "I see who waits for me before they have to ask twice."
SAID = Said(text=WORDS, name="Farid Osman", role="Owner", company="Kopi Senja", places=("customers", "home"))


@dataclass
class Farid:
    """What Farid may do with our letters. He has no account."""

    testimonial: Testimonial
    browser: Browser

    @property
    def page(self) -> str:
        return re.sub(r"^https?://[^/]+", "", link_to(self.testimonial))

    @property
    def question(self) -> Wording:
        question = self.now().question
        assert question is not None
        return question

    def now(self) -> Testimonial:
        return Testimonial.objects.get(pk=self.testimonial.pk)

    def reads(self) -> str:
        return self.browser.get(self.page).content.decode()

    def presses(self, deed: str, **more: Any) -> Any:
        return self.browser.post(self.page, {"do": deed, **more})

    def says_yes(self) -> Any:
        return self.presses("yes", digest=self.question.digest)

    def answers(self, line: str, *, sender: str = FARID, letter: int = -1, **heads: str) -> bool:
        """Press reply on one of our letters and write a line; True where a machine did what it says, False where people must."""
        run_all()
        told = EmailMessage()
        told["From"], told["To"], told["Subject"] = f"Farid <{sender}>", "support@pivotino.example", "Re: your letter"
        ours = [one for one in mail.outbox if "[T-" not in one.subject]
        told["In-Reply-To"] = ours[letter].message()["Message-ID"]
        for name, value in heads.items():
            told[name.replace("_", "-")] = value
        told.set_content(f"{line}\n\nOn Monday Pivotino wrote:\n> May we show this?\n")
        before = Ticket.objects.count()
        return take_in(told.as_bytes()) and Ticket.objects.count() == before


@pytest.fixture
def farid(control: None, stranger: Browser) -> Farid:
    """A draft; nobody asked him yet."""
    wording = agreeing.draft(SAID, email=FARID, picture=None, by="Sofia Staff")
    return Farid(wording.testimonial, stranger)


@pytest.fixture
def asked(farid: Farid) -> Farid:
    agreeing.ask(farid.testimonial)
    run_all()
    return farid


@pytest.fixture
def agreed(asked: Farid) -> Farid:
    asked.says_yes()
    return asked


@pytest.fixture
def shown(agreed: Farid) -> Farid:
    agreeing.publish(agreed.testimonial, by="Sofia Staff")
    return agreed


def picture(width: int = 640, height: int = 480, kind: str = "PNG") -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (width, height), (200, 120, 40)).save(drawn, kind)
    return drawn.getvalue()
