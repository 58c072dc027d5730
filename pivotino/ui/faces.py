"""A face is two letters on one of six pigments. The pigment belongs to the name, so it is the same on every page."""

from dataclasses import dataclass
from zlib import crc32

PIGMENTS = 6


@dataclass(frozen=True)
class Face:
    name: str
    letters: str
    pigment: int


def face_of(who: object) -> Face | None:
    """The face of a name or of anything with a `name`. Nobody has none, and a face is its own."""
    if isinstance(who, Face):
        return who
    name = (who if isinstance(who, str) else str(getattr(who, "name", "") or "")).strip()
    if not name:
        return None
    return Face(name, letters_of(name), int(getattr(who, "face", 0) or _pigment(name)))


def letters_of(name: str) -> str:
    """First letters of the first and last word; two from a single word."""
    words = [word for word in name.split() if word[0].isalnum()] or [name]
    return (words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]).upper()


def _pigment(name: str) -> int:
    return crc32(name.casefold().encode()) % PIGMENTS + 1
