"""The password of a customer's mail server, of no use to somebody who has the database and not the secret key.

It opens in the instance it was sealed in and in no other: the key is made from the installation's and the instance's.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from pivotino.tenancy import current


class CannotOpen(ValueError):
    """It was sealed elsewhere, or under a key this installation no longer has. Somebody has to type it again."""


def seal(password: str) -> str:
    return _box().encrypt(password.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; raises CannotOpen."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen("The password of the mail server has to be typed again.") from error


def _box() -> MultiFernet:
    return MultiFernet([_of(str(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _of(key: str) -> Fernet:
    made = hashlib.sha256(f"mailing of {current().key}:{key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(made))
