"""The letters of a customer to their own contacts: in their name, with their address, and with a way out of their list."""

import hashlib
from email.message import Message
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import get_template

from pivotino.instance.mailing.models import Sender
from pivotino.instance.mailing.stopping import token_for, unsubscribe_link
from pivotino.letters import Kind, Letter
from pivotino.letters.bulletins import blocks, links
from pivotino.letters.letter import Written
from pivotino.tenancy import current
from pivotino.tenancy.addresses import absolute, instance_url


class Mailed(Letter):
    """One letter of a mailing. It names the customer as its sender, says how to reach them, and that Pivotino only carries it.

    Pivotino's list of who is not written to is not asked: this is the customer's letter, by their own mail server.
    """

    kind = Kind.CUSTOMER
    template = "mailing/letters/mail"
    why = "You get this letter because {who} has your address among its contacts."

    def __init__(
        self, *, to: str, sender: Sender, subject: str, body: Any, audience: UUID | None, bulletin: UUID, name: str = ""
    ) -> None:
        self.sender, self.subject, self.body, self.audience, self.bulletin = sender, subject, body, audience, bulletin
        super().__init__(
            to=to, unsubscribe=unsubscribe_link(token_for(to, audience, key=sender.key)), who=sender.name, name=name
        )

    def write(self) -> Written:
        """Both twins, of the blocks that are ready."""
        said, link = blocks.ready(self.body), links.counted(self.bulletin, _followed)
        words = {
            "letter_subject": self.subject, "letter_why": self.reason, "letter_unsubscribe": self.unsubscribe,
            "sender": self.sender, "postal": " · ".join(filter(None, map(str.strip, self.sender.postal.splitlines()))),
        }  # fmt: skip
        text = get_template(f"{self.template}.txt").render({**words, "body": blocks.as_text(said, link)})
        html = get_template(f"{self.template}.html").render({**words, "body": blocks.as_html(said, link)})
        return Written(
            to=self.to, subject=" ".join(self.subject.split()), text=f"{text.strip()}\n", html=html, why=self.reason,
            sender=str(self.sender), headers=self.headers(),
        )  # fmt: skip

    def headers(self) -> dict[str, str]:
        """As RFC 2369, 2919 and 8058 want it: one press in the mail program is enough."""
        house = urlsplit(settings.BASE_URL).hostname or "localhost"
        return {
            "List-Unsubscribe": f"<{self.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<{self.audience.hex if self.audience else 'contacts'}.{current().slug}.{house}>",
            "Precedence": "bulk",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, DR, RN, NRN, AutoReply",
        }


def message_of(written: Written, *, key: str, address: str) -> Message:
    """The letter as mail. Its Message-ID comes from the key alone, at the customer's own domain."""
    domain = address.partition("@")[2]
    secret = settings.SECRET_KEY.encode()[:32]
    own = hashlib.blake2s(f"{current().key}:{key}".encode(), key=secret, digest_size=16).hexdigest()
    headers = {"Message-ID": f"<{own}@{domain}>", **written.headers}
    mail = EmailMultiAlternatives(written.subject, written.text, written.sender, [written.to], headers=headers)
    mail.attach_alternative(written.html, "text/html")
    message: Message = mail.message()
    return message


def _followed(token: str) -> str:
    return absolute(instance_url(current().slug, "mailing:follow", token=token))
