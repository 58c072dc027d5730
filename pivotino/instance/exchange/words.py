"""Words made comparable: how two spellings of one thing meet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pivotino.kit.fold import fold as kit_fold

REMEMBERED = 50_000
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(REMEMBERED)
def lowered(text: str) -> str:
    """Lower case and one kind of space and of letter width. Punctuation stays: dates and amounts need it."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


@lru_cache(REMEMBERED)
def fold(text: str) -> str:
    return kit_fold(text)


@lru_cache(REMEMBERED)
def compact(text: str) -> str:
    """Letters and digits only: “GTX Pro”, “GTXPro” and “gtx-pro” are one."""
    return fold(text).replace(" ", "")


@lru_cache(REMEMBERED)
def heading(text: str) -> str:
    """“closeDate”, “close_date” and “Close Date:” are all “close date”."""
    return fold(HUMP.sub(" ", text.replace("_", " ")))
