"""What stands on a face: one or two letters, and one of six colours."""

import unicodedata
from zlib import crc32

FACES = 6

_TITLES = frozenset(
    "mr mrs ms miss mdm dr prof ir ts hj hjh haji hajah encik en puan pn cik tuan tan sri dato datin datuk tun".split()  # noqa: SIM905
)


def initials(name: str) -> str:
    """Two letters where letters have cases ("Anna Lim" is AL), one elsewhere ("陈美玲" is 陈), "?" for no name.

    Letters of Arabic join and those of Chinese are wide, so two of them are no initials. A mail address counts as
    the name before its @; titles such as Dr or Dato' do not count.
    """
    words = [word for word in _words(name) if _letters(word)]
    words = _without_titles(words)
    if not words:
        return "?"
    first = _letters(words[0])[0]
    if not _has_case(first):
        return first
    last = _letters(words[-1])[0] if len(words) > 1 else ""
    return _upper(first) + (_upper(last) if last and _has_case(last) else "")


def face_number(id: object) -> int:
    """1 to 6, the same for the same id on every machine and day."""
    return crc32(str(id).encode()) % FACES + 1


def _words(name: str) -> list[str]:
    name = unicodedata.normalize("NFC", name).strip()
    if "@" in name and " " not in name:
        return name.partition("@")[0].replace(".", " ").replace("_", " ").replace("-", " ").split()
    return name.split()


def _letters(word: str) -> str:
    return "".join(letter for letter in word if letter.isalnum())


def _without_titles(words: list[str]) -> list[str]:
    rest = words
    while len(rest) > 1 and _letters(rest[0]).casefold() in _TITLES:
        rest = rest[1:]
    return rest


def _has_case(letter: str) -> bool:
    return letter.isdigit() or letter.upper() != letter.lower()


def _upper(letter: str) -> str:
    return letter.upper()[0]
