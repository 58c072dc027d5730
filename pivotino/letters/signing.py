"""Signing: a mail server that gets our letter can ask our domain whether we wrote it."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

# What a reader sees or a mail program acts on. Headers that servers rewrite are left out.
SIGNED = (
    "from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "mime-version", "content-type",
    "list-id", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "precedence",
)  # fmt: skip


def signature(raw: bytes, present: list[str]) -> str:
    """The value of DKIM-Signature for a message as it will be sent; it covers every header of SIGNED that is there."""
    import dkim  # brings a resolver of names along, which only letters need

    ours: Any = settings.DKIM
    signed: bytes = dkim.sign(
        raw, ours.selector.encode(), ours.domain.encode(), ours.key.encode(),
        canonicalize=(b"relaxed", b"relaxed"), include_headers=[name.encode() for name in SIGNED if name in present],
    )  # fmt: skip
    return " ".join(signed.decode("ascii").partition(":")[2].split())


class SignedMail(EmailMultiAlternatives):
    """A letter that is signed over its final bytes, where a key is set."""

    def message(self, **more: Any) -> Any:
        made: Any = super().message(**more)
        if settings.DKIM:
            made["DKIM-Signature"] = signature(
                made.as_bytes(linesep="\r\n"), [name.lower() for name, _ in made.items()]
            )
        return made
