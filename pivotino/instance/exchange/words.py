"""Words made comparable: how two spellings of one thing meet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MARKS = re.compile(r"[\u0300-\u036f]+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(50_000)
def fold(text: str) -> str:
    """Lower case, without accents, one kind of space and of letter width: “Ｃafé ” is “cafe”."""
    if text.isascii():
        return " ".join(text.lower().split())
    bare = MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return " ".join(unicodedata.normalize("NFC", bare).split())


@lru_cache(50_000)
def compact(text: str) -> str:
    """Letters and digits only: “GTX Pro”, “GTXPro” and “gtx-pro” are one."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


def words(text: str) -> list[str]:
    """“closeDate”, “close_date” and “Close-Date” are all close, date."""
    return re.findall(r"[^\W_]+", fold(HUMP.sub(" ", text)))


def plain(text: str) -> str:
    return " ".join(words(text))
