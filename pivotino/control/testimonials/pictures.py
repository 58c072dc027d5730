"""Pictures of people: cut square, made small, and drawn anew, so that nothing travels with them that nobody sees."""

import hashlib
import io

from pivotino.kit.uploads.pictures import careful
from pivotino.kit.uploads.refusals import Refused

SIDE, LARGEST = 320, 5_000_000
KINDS = ("JPEG", "PNG", "WEBP")


class NoPicture(ValueError):
    """This file is none we can read; the message says what we take."""

    def __init__(self) -> None:
        super().__init__("This is no picture we can read. Take a JPEG, PNG or WebP file of at most 5 MB.")


def drawn_anew(raw: bytes) -> bytes:
    """A square JPEG without place, camera or name of the file. Raises NoPicture."""
    if len(raw) > LARGEST:
        raise NoPicture
    drawn = io.BytesIO()
    try:
        with careful(raw, KINDS) as picture:
            from PIL import ImageOps

            ImageOps.fit(picture.convert("RGB"), (SIDE, SIDE)).save(drawn, "JPEG", quality=86)
    except Refused as error:
        raise NoPicture from error
    return drawn.getvalue()


def mark_of_picture(picture: bytes | None) -> str:
    return hashlib.sha256(picture).hexdigest() if picture else ""
