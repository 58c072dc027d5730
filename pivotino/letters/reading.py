"""What a message that came in means: a wish, a letter that came back, a complaint, a machine's answer, or something for a person."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

WISH = re.compile(
    r"(?:please\s+)?(?:unsubscribe|stop|remove\s+me|take\s+me\s+off|opt\s*out|berhenti\s+langgan)"
    r"(?:\s+(?:me|this\s+address|my\s+address|from\s+(?:the|this|your)\s+(?:mailing\s+)?list))?(?:\s*,?\s*please)?\s*[.!]*",
    re.IGNORECASE,
)
LONGEST, MOST_REFERENCES = 254, 20
BY_TOKEN = re.compile(r"unsubscribe\s+([\w.=-]{40,600})", re.IGNORECASE)
ANSWER = re.compile(r"^\s*(?:re|aw|sv|fwd?|antw)\s*:\s*", re.IGNORECASE)
MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")
OURS = re.compile(r"<([0-9a-f]{32})@[^>\s]+>")
# Nobody reads there: no such mailbox, address or domain, mailbox closed. A full mailbox or a rule against us may pass.
STATUS = re.compile(r"\s*[245]\.\d{1,3}\.\d{1,3}")
GONE = re.compile(r"5\.(?:1\.\d+|2\.1|4\.4)")


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants no more: the sender, or whom the token in the subject stands for. `answerable`: a person wrote it, in
    the message `said_in`."""

    sender: str
    token: str = ""
    answerable: bool = True
    said_in: str = ""


@dataclass(frozen=True, slots=True)
class CameBack:
    """A letter of ours, by its reference, that reached nobody, and whether that will stay so."""

    reference: str
    gone: bool
    status: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """A letter of ours, by its reference, that somebody called spam."""

    reference: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answered to letters of ours, by their references: the first line they wrote."""

    references: tuple[str, ...]
    sender: str
    line: str


@dataclass(frozen=True, slots=True)
class Automatic:
    """A machine wrote it; nobody answers it, ever."""


@dataclass(frozen=True, slots=True)
class ForPeople:
    """Something a person should read."""


Meaning = Wish | CameBack | Complaint | Automatic | ForPeople


def meaning(raw: bytes) -> Meaning:
    """What to do with a message. What names no letter of ours is never taken for a report about one."""
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    try:
        return _report(message) or _wish(message) or (Automatic() if is_automatic(message) else ForPeople())
    except (LookupError, ValueError, TypeError, AttributeError):
        # A header or a body no library can read: a person may.
        return ForPeople()


def answer_in(raw: bytes) -> Answer | None:
    """The answer to a letter of ours; None for anything else, and for what a machine wrote."""
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    try:
        named = f"{message.get('In-Reply-To', '')} {message.get('References', '')}"
        references = tuple(dict.fromkeys(OURS.findall(named)))
        if not references or message.get_content_type() == "multipart/report" or is_automatic(message):
            return None
        return Answer(references[:MOST_REFERENCES], sender_of(message), _first_line(message)[:LONGEST])
    except (LookupError, ValueError, TypeError, AttributeError):
        return None


def is_automatic(message: EmailMessage) -> bool:
    """True for what RFC 3834 says must not be answered: machines, lists, bulk, and mail without a way back."""
    return (
        str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower() != "no"
        or str(message.get("Precedence", "")).strip().lower() in ("bulk", "junk", "list", "auto_reply")
        or any(message.get(name) for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond"))
        or str(message.get("Return-Path", "x")).strip() == "<>"
        or sender_of(message).partition("@")[0].lower() in ("", "mailer-daemon", "postmaster", "no-reply", "noreply")
    )


def _report(message: EmailMessage) -> Meaning | None:
    if message.get_content_type() != "multipart/report":
        return None
    kind = str(message.get_param("report-type", "")).lower()
    reference = _reference(message)
    if kind == "feedback-report" and reference:
        return Complaint(reference)
    if kind != "delivery-status" or not reference:
        return Automatic()
    for said in _fields(message, "message/delivery-status"):
        if str(said.get("Action", "")).strip().lower() == "failed":
            told = STATUS.match(str(said.get("Status", "")))
            status = told[0].strip() if told else "no reason given"
            return CameBack(reference, gone=bool(GONE.fullmatch(status)), status=status)
    return Automatic()


def _wish(message: EmailMessage) -> Wish | None:
    subject = str(message.get("Subject", "")).strip()
    answerable = not is_automatic(message)
    if by_token := BY_TOKEN.fullmatch(subject):
        return Wish(sender_of(message), token=by_token[1], answerable=answerable)
    while ANSWER.match(subject):
        subject = ANSWER.sub("", subject, count=1)
    if answerable and (WISH.fullmatch(subject.strip()) or WISH.fullmatch(_first_line(message))):
        named = MESSAGE_ID.fullmatch(str(message.get("Message-ID", "")).strip())
        return Wish(sender_of(message), said_in=named[0] if named else "")
    return None


def sender_of(message: EmailMessage) -> str:
    """The address it came from; nothing where there is none that could be written to."""
    address = parseaddr(str(message.get("From", "")))[1]
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= LONGEST else ""


def _first_line(message: EmailMessage) -> str:
    """The first line somebody wrote: what is quoted below an answer is ours."""
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    text = str(body.get_content())
    if body.get_content_subtype() == "html":
        text = re.sub(r"<[^>]*>", "\n", text)
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith(">")), "")


def _fields(message: EmailMessage, kind: str) -> Iterator["Message[str, str]"]:
    for part in message.walk():
        if part.get_content_type() == kind:
            payload = part.get_payload()
            yield from (one for one in payload if isinstance(one, Message)) if isinstance(payload, list) else ()


def _reference(message: EmailMessage) -> str:
    """Which letter of ours a report is about: the Message-ID of the copy in it, which nobody can make up."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            told = str(first.get("Message-ID", "")) if isinstance(first, Message) else ""
        elif kind == "text/rfc822-headers":
            told = str(message_from_bytes(part.get_payload(decode=True) or b"").get("Message-ID", ""))  # type: ignore[arg-type]
        else:
            continue
        if found := OURS.search(told):
            return found[1]
    return ""
