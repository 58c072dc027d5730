"""A mark recognises an address without telling it. It survives the address, and nobody without our key can try some against it."""

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "pivotino.letters.mark"


def mark_of(address: str) -> str:
    """The mark as it is written today."""
    return _mark(address, settings.SECRET_KEY)


def marks_of(address: str) -> list[str]:
    """The mark under the present key and under those before it: a change of keys opens nobody's mailbox again."""
    return [_mark(address, str(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _mark(address: str, key: str) -> str:
    return salted_hmac(SALT, address.strip().lower(), secret=key, algorithm="sha256").hexdigest()[:32]
