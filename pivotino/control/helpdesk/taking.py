"""Mail that no machine understood: into the ticket it answers, or into a new one.

What a machine wrote is kept where it answers a ticket and left in the mailbox where it does not. Nothing a mail says of itself proves
anything: `proved_at` comes by a link alone.
"""

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.message import Message as Part
from email.policy import default
from email.utils import parseaddr
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction

from pivotino.control.helpdesk import threads, verbs
from pivotino.control.helpdesk.categories import guess
from pivotino.control.helpdesk.files import taken_from_mail
from pivotino.control.helpdesk.letters import MESSAGE_ID
from pivotino.control.helpdesk.models import Message, Source
from pivotino.control.helpdesk.senders import is_ours
from pivotino.kit import sensitive
from pivotino.letters.mailbox import leave_rest_to
from pivotino.letters.reading import MOST_REFERENCES, OURS, is_automatic, sender_of

NAMED = re.compile(r"<[^<>\s]+@[^<>\s]+>")
QUOTED = re.compile(
    r"^(?:On .{5,200}wrote:|Pada .{5,200}(?:menulis|wrote):|Am .{5,200}schrieb.{0,80}:|-{3,}\s*(?:Original|Forwarded) Message.*|_{20,})\s*$",
    re.I | re.M | re.S,
)
MOST_PARTS = 20
FAILED = re.compile(r"\b(?:dmarc|spf)\s*=\s*(?:fail|softfail|permerror)\b", re.I)


@dataclass(frozen=True, slots=True)
class Heard:
    """What matters of one mail."""

    sender: str
    name: str
    subject: str
    body: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    mail: dict[str, Any]
    hanging: tuple[tuple[str, bytes], ...]
    """Its own id, whether a machine wrote it, whether its mail server doubts it: see Message."""


@leave_rest_to
def take_in(raw: bytes) -> bool:
    """Keep what people wrote; True where nothing is left to do. The same mail is taken once, whichever way it comes."""
    try:
        heard = read(raw)
    except (LookupError, ValueError, TypeError, AttributeError):
        return False  # no library can read it: it stays in the mailbox for a person
    if not heard.sender or is_ours(heard.sender):
        return False
    if Message.objects.filter(heard=heard.mail["heard"]).exists():
        return True
    try:
        with transaction.atomic():
            return _keep(heard)
    except IntegrityError:
        if Message.objects.filter(heard=heard.mail["heard"]).exists():  # the other way was quicker
            return True
        raise


def read(raw: bytes) -> Heard:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    own = str(message.get("Message-ID", "")).strip()
    named = f"{message.get('In-Reply-To', '')} {message.get('References', '')}"
    sender = sender_of(message)
    mail: dict[str, Any] = {
        "heard": hashlib.sha256(f"{own}\n{sender.lower()}".encode() if own else raw).hexdigest(),
        "message_id": own if len(own) <= 250 and MESSAGE_ID.fullmatch(own) and not sensitive.find(own) else "",
        "auto": is_automatic(message), "doubtful": _doubtful(message),
    }  # fmt: skip
    return Heard(
        sender=sender, name=" ".join(parseaddr(str(message.get("From", "")))[0].split())[:160], subject=" ".join(str(message.get("Subject", "")).split()),
        body=said(_text(message)), ours=tuple(dict.fromkeys(OURS.findall(named)))[-MOST_REFERENCES:],
        theirs=tuple(dict.fromkeys(NAMED.findall(named)))[-MOST_REFERENCES:], mail=mail, hanging=tuple(_hanging(message)),
    )  # fmt: skip


def said(text: str) -> str:
    """What they wrote themselves: without what they quote from us."""
    whole = text.replace("\r\n", "\n").strip()
    start = QUOTED.search(whole)
    own = whole[: start.start()] if start else whole
    lines = own.rstrip().split("\n")
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines.pop()
    return "\n".join(lines).strip() or whole


def _keep(heard: Heard) -> bool:
    ticket = threads.find(subject=heard.subject, ours=heard.ours, theirs=heard.theirs, sender=heard.sender)
    if ticket is None and heard.mail["auto"]:
        return False
    ticket = ticket or verbs.too_many(heard.sender)
    files, refused = taken_from_mail(heard.hanging)
    more: dict[str, Any] = {**heard.mail, "files": files, "attachments": refused}
    if ticket is None:
        verbs.open_ticket(
            guess(heard.subject, heard.body), heard.subject, heard.body, email=heard.sender, name=heard.name, source=Source.MAIL, **more
        )  # fmt: skip
        return True
    other = "" if heard.sender.lower() == ticket.email.lower() else heard.sender
    verbs.hear(ticket, heard.body, sender=other, **more)
    return True


def _hanging(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    for part in islice(message.iter_attachments(), MOST_PARTS):
        content = part.get_payload(decode=True)
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0)
            yield part.get_filename() or "mail.eml", inner.as_bytes() if isinstance(inner, Part) else b""
        else:
            yield part.get_filename() or "file", content if isinstance(content, bytes) else b""


def _doubtful(message: EmailMessage) -> bool:
    """What our own mail server wrote on top. Anything below it may come from anybody; that nothing stands there proves nothing."""
    return bool(FAILED.search(str((message.get_all("Authentication-Results") or [""])[0])))


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    text = str(body.get_content())
    if body.get_content_subtype() != "html":
        return text
    text = re.sub(r"<(style|script|head|title)\b.*?</\1\s*>", "", text, flags=re.I | re.S)
    text = re.sub(r"<blockquote\b.*", "", text, flags=re.I | re.S) or text
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"<(?:br|/p|/div|/li|/tr|/h\d)\b[^>]*>", "\n", text, flags=re.I)
    return re.sub(r"\n\s*\n\s*\n+", "\n\n", html.unescape(re.sub(r"<[^>]*>", "", text)))
