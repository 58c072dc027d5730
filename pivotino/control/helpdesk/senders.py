"""Whose address it is."""

from email.utils import parseaddr

from django.conf import settings


def same_mailbox(one: str, other: str) -> bool:
    """True for two spellings of one address; what stands behind a plus is the reader's own affair."""
    return _plain(one) == _plain(other)


def is_ours(address: str) -> bool:
    """True for the addresses our own letters come from and go back to: what comes from there is an echo."""
    return any(
        same_mailbox(address, own) for own in (settings.OPERATOR.support, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    )


def _plain(address: str) -> str:
    name, _, host = address.strip().lower().rpartition("@")
    return f"{name.partition('+')[0]}@{host}"
