"""Pictures, drawn anew from their points: nothing travels with them that nobody sees.

    with careful(data) as picture: …     # upright, of a size that can be held; whatever goes wrong is a Refused

Pillow is loaded where a picture is opened, not by every process.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pivotino.kit.uploads.refusals import Bomb, OtherKind, Refused, Unreadable

if TYPE_CHECKING:
    from PIL.Image import Image

# How many points may be held at once, may be in a photo that is read smaller than it is, and in all of a moving picture.
MOST_POINTS, MOST_IN_PHOTO, MOST_MOVING = 40_000_000, 170_000_000, 30_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SMALL = 480


@contextmanager
def careful(data: bytes, formats: Sequence[str] = FORMATS) -> "Iterator[Image]":
    """The first picture of a file, upright. Raises Refused, also for what breaks while it is drawn."""
    from PIL import ImageOps

    with _opened(data, formats) as found:
        upright = ImageOps.exif_transpose(found)
        upright.format = found.format
        yield upright


def drawn_anew(data: bytes) -> tuple[bytes, bytes]:
    """The picture as its own kind without what a camera wrote beside it, and a small JPEG to show."""
    with _opened(data, FORMATS) as found:
        if getattr(found, "n_frames", 1) > 1 and found.format in ("GIF", "WEBP"):
            return _moving(found), _small(found)
    with careful(data) as picture:
        small = _small(picture)
        return _still(picture), small


@contextmanager
def _opened(data: bytes, formats: Sequence[str]) -> "Iterator[Image]":
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=list(formats)) as found:
                _make_small_enough(found)
                yield found
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        raise Bomb from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, OverflowError, Warning) as error:  # fmt: skip
        raise Unreadable("picture") from error


def _make_small_enough(found: "Image") -> None:
    """A photo may be read at a half, a quarter or an eighth of its size; of every other kind all has to be held."""
    points = found.width * found.height
    if points <= MOST_POINTS:
        return
    if found.format not in ("JPEG", "MPO") or points > MOST_IN_PHOTO:
        raise OtherKind("This picture has too many points. Make it smaller first.")
    part = next(part for part in (2, 4, 8) if points / part**2 <= MOST_POINTS)
    found.draft(None, (found.width // part, found.height // part))


def _still(picture: "Image") -> bytes:
    kind = "JPEG" if picture.format == "MPO" else str(picture.format)
    colours = picture.info.get("icc_profile")
    if kind == "JPEG" and picture.mode not in ("L", "RGB"):
        picture, colours = picture.convert("RGB"), None  # colours for print say nothing on a screen
    kept: dict[str, Any] = {"icc_profile": colours} if colours else {}
    if kind in ("PNG", "GIF") and "transparency" in picture.info:
        kept["transparency"] = picture.info["transparency"]
    how = {"JPEG": {"quality": 90, "optimize": True}, "WEBP": {"quality": 90}, "PNG": {}, "GIF": {}}[kind]
    return _written(picture, kind, **how, **kept)


def _moving(found: "Image") -> bytes:
    from PIL import ImageSequence

    count = int(getattr(found, "n_frames", 1))
    if found.width * found.height * count > MOST_MOVING:
        raise OtherKind("This moving picture is too long. Make it shorter or smaller first.")
    loop, frames, times = found.info.get("loop"), [], []
    for frame in ImageSequence.Iterator(found):
        times.append(int(frame.info.get("duration") or 100))
        frames.append(_without_words(frame.convert("RGBA")))
    first, *rest = frames
    again = {} if loop is None else {"loop": loop}
    return _written(first, str(found.format), save_all=True, append_images=rest, duration=times, disposal=2, **again)


def _small(picture: "Image") -> bytes:
    """At most SMALL points wide and high, on white where it is clear."""
    from PIL import Image

    small = picture.copy()
    small.thumbnail((SMALL, SMALL))
    colours = small.info.get("icc_profile") if small.mode in ("L", "RGB") else None
    if small.has_transparency_data:
        clear = small.convert("RGBA")
        small = Image.new("RGB", clear.size, "white")
        small.paste(clear, mask=clear.getchannel("A"))
    elif small.mode not in ("L", "RGB"):
        small = small.convert("RGB")
    return _written(small, "JPEG", quality=80, optimize=True, **({"icc_profile": colours} if colours else {}))


def _written(picture: "Image", kind: str, **how: Any) -> bytes:
    out = BytesIO()
    _without_words(picture).save(out, kind, **how)
    return out.getvalue()


def _without_words(picture: "Image") -> "Image":
    """The points alone: comments, Exif and XMP are what Pillow would otherwise write again."""
    clean = picture.copy()
    clean.info = {}
    clean.getexif().clear()
    return clean
