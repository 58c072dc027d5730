"""A mail in a file: its words, and every attachment through the same door."""

from collections.abc import Callable
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from pivotino.kit.uploads.refusals import OtherKind, Refused, Unreadable
from pivotino.kit.uploads.words import refuse_words

MOST_PARTS, DEEPEST = 60, 3
TOO_MANY = "There is too much within this mail, or mails within mails. Save what you need of it by itself."


def judge(data: bytes, take: Callable[[bytes, str], Any], *, deep: int = 0) -> None:
    """Raises Refused where something in the mail, `deep` in how many others, may not be kept."""
    if deep > DEEPEST:
        raise OtherKind(TOO_MANY)
    try:
        mail = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(data)
        parts = list(mail.walk())
        headers = "\n".join(str(value) for value in mail.values())
    except (MessageError, ValueError, LookupError, TypeError, IndexError) as error:
        raise Unreadable("mail") from error
    if len(parts) > MOST_PARTS:
        raise OtherKind(TOO_MANY)
    refuse_words("This mail", headers)
    for part in parts:
        if part.is_multipart():
            continue
        try:
            body = bytes(part.get_payload(decode=True) or b"")
        except (ValueError, LookupError, AssertionError) as error:
            raise Unreadable("mail") from error
        if part.get_content_type() in ("text/plain", "text/html") and not part.get_filename():
            refuse_words("This mail", body.decode(_charset(part), "replace"))
        elif body:
            _attached(body, part.get_filename() or "", take)


def _attached(body: bytes, name: str, take: Callable[[bytes, str], Any]) -> None:
    try:
        take(body, name)
    except Refused as refusal:
        if refusal.code == "harm":
            raise
        raise type_of(refusal)(f"An attachment of this mail cannot be kept. {refusal}") from refusal


def type_of(refusal: Refused) -> type[Refused]:
    """The same reason with another sentence."""

    class Attached(Refused):
        code = refusal.code

    return Attached


def _charset(part: EmailMessage) -> str:
    found = part.get_content_charset("utf-8")
    try:
        "".encode(found)
    except LookupError:
        return "utf-8"
    return found
