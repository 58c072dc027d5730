"""Handing a letter to the mail server, and what its answers mean."""

import hashlib
import smtplib
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from pivotino.letters.letter import Written
from pivotino.letters.refusals import Undeliverable
from pivotino.letters.signing import SignedMail

FULL = frozenset({422, 452, 552})
NOBODY = frozenset({550, 551, 553, 556})


def connection() -> Any:
    """The way out, as the settings say."""
    return get_connection()


def message_of(written: Written, *, key: str, kind: str, way: Any) -> EmailMultiAlternatives:
    """The letter as mail. Its Message-ID comes from the key alone, so a second try is recognised as the same letter."""
    headers = {
        "Message-ID": message_id(key),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, DR, RN, NRN, AutoReply",
        **written.headers,
    }
    message = SignedMail(
        written.subject, written.text, written.sender, [written.to], headers=headers, connection=way,
        reply_to=[written.reply_to] if written.reply_to else None,
    )  # fmt: skip
    message.attach_alternative(written.html, "text/html")
    message.kind = kind  # type: ignore[attr-defined]
    return message


def message_id(key: str) -> str:
    """`<digest@our domain>`: the same for the same key, and tells nobody what the key is."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2]
    return f"<{reference_of(key)}@{domain}>"


def reference_of(key: str) -> str:
    """The part of the Message-ID that is the letter's own; nobody can guess one."""
    return hashlib.blake2s(key.encode(), key=settings.SECRET_KEY.encode()[:32], digest_size=16).hexdigest()


def hand(message: EmailMultiAlternatives) -> None:
    """Give it to the mail server. Raises Undeliverable in our words: the server's may repeat the address."""
    try:
        message.send()
    except smtplib.SMTPAuthenticationError as error:
        raise Undeliverable("The mail server does not let us in.", permanent=False) from error
    except smtplib.SMTPSenderRefused as error:
        raise Undeliverable(
            f"The mail server takes no letters from us ({error.smtp_code}).", permanent=False
        ) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(next(iter(error.recipients.values()))[0]) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Undeliverable("The mail server does not answer.", permanent=False) from error


def _refused(code: int) -> Undeliverable:
    if code in FULL:
        return Undeliverable(f"The mailbox is full ({code}).", permanent=False)
    if code in NOBODY:
        return Undeliverable(f"There is no mailbox at this address ({code}).", permanent=True)
    if code >= 500:
        return Undeliverable(f"The mail server refused the letter ({code}).", permanent=True)
    return Undeliverable(f"The mail server asks us to come back later ({code}).", permanent=False)
