"""Pictures of people: cut square, made small, and drawn anew, so that nothing travels with them that nobody sees."""

import hashlib
import io
import warnings

SIDE, LARGEST, PIXELS = 320, 5_000_000, 40_000_000
KINDS = ("JPEG", "PNG", "WEBP")


class NoPicture(ValueError):
    """This file is none we can read; the message says what we take."""

    def __init__(self) -> None:
        super().__init__("This is no picture we can read. Take a JPEG, PNG or WebP file of at most 5 MB.")


def drawn_anew(raw: bytes) -> bytes:
    """A square JPEG without place, camera or name of the file. Raises NoPicture."""
    # Loaded for the few pictures a year, not by every process.
    from PIL import Image, ImageOps, UnidentifiedImageError

    if len(raw) > LARGEST:
        raise NoPicture
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=KINDS) as found:
                if found.width * found.height > PIXELS:
                    raise NoPicture
                square = ImageOps.fit(ImageOps.exif_transpose(found).convert("RGB"), (SIDE, SIDE))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise NoPicture from error
    drawn = io.BytesIO()
    square.save(drawn, "JPEG", quality=86)
    return drawn.getvalue()


def mark_of_picture(picture: bytes | None) -> str:
    return hashlib.sha256(picture).hexdigest() if picture else ""
