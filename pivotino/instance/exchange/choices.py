"""Yes and no, stars, tags and countries."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale

from .sheets import Value
from .texts import REMEMBERED, Refused, read_text, short, text_of
from .words import fold, lowered

YES = frozenset(
    ["yes", "y", "true", "t", "1", "x", "on", "ya", "betul", "benar", "ok", "✓", "✔", "☑", "是", "对", "有", "真"]
)
NO = frozenset(
    [
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "-",
        "tidak",
        "tak",
        "bukan",
        "✗",
        "✘",
        "☐",
        "否",
        "不",
        "不是",
        "没有",
        "无",
        "假",
    ]
)


def read_flag(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    word = lowered(read_text(value, most=200))
    if word in YES:
        return True
    if word in NO:
        return False
    raise Refused(f"“{short(text_of(value))}” is neither yes nor no.")


PRIORITIES = {
    **dict.fromkeys(["low", "none", "normal", "rendah", "biasa", "低", "无", "-"], 0),
    **dict.fromkeys(["medium", "mid", "sederhana", "中"], 1),
    **dict.fromkeys(["high", "tinggi", "important", "penting", "高", "重要"], 2),
    **dict.fromkeys(["very high", "urgent", "highest", "critical", "segera", "sangat tinggi", "紧急", "最高"], 3),
}


def read_priority(value: Value) -> int:
    """Stars, 0 to 3, from stars, words or a number."""
    text = lowered(read_text(value, most=200))
    if text and set(text) <= set("*★⭐☆"):
        stars = sum(star != "☆" for star in text)
    elif text in PRIORITIES:
        stars = PRIORITIES[text]
    elif re.fullmatch(r"[0-9]", text):
        stars = int(text)
    else:
        raise Refused(f"“{short(text_of(value))}” is not a priority. Use 0 to 3.")
    if stars > 3:
        raise Refused(f"“{short(text_of(value))}” is more than three stars.")
    return stars


def read_tags(value: Value) -> tuple[str, ...]:
    parts = (part.strip().lstrip("#").strip() for part in re.split(r"[,;|、，；\n]", read_text(value)))
    return tuple(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class Country:
    """A code, its English name, and whether it was written so. A near miss is for the caller to mention."""

    code: str
    name: str
    exact: bool


COUNTRY_NAMES = {
    "usa": "US", "u s a": "US", "u s": "US", "america": "US", "uk": "GB", "u k": "GB", "england": "GB",
    "scotland": "GB", "great britain": "GB", "korea": "KR", "south korea": "KR", "republic of korea": "KR", "uae": "AE",
    "hong kong": "HK", "macau": "MO", "macao": "MO", "china": "CN", "prc": "CN", "viet nam": "VN", "russia": "RU",
    "holland": "NL", "czech republic": "CZ", "turkey": "TR", "burma": "MM", "ivory coast": "CI", "laos": "LA",
    "大马": "MY", "香港": "HK", "澳门": "MO",
}  # fmt: skip


@cache
def _country_names() -> dict[str, str]:
    """Folded names in the languages of our users, and both kinds of codes."""
    names: dict[str, str] = {}
    for language in ("en", "ms", "zh_Hans", "zh_Hant"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES:
                names.setdefault(fold(name), code)
                names.setdefault(code.lower(), code)
    return {**names, **COUNTRY_NAMES}


NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


@lru_cache(REMEMBERED)
def _country_in(text: str) -> Country:
    names = _country_names()
    folded = fold(text)
    code = names.get(folded)
    if exact := code is not None:
        pass
    elif len(folded) >= 5 and (near := difflib.get_close_matches(folded, names, n=1, cutoff=0.9)):
        code = names[near[0]]
    if code is None:
        raise Refused(f"“{short(text)}” is not a country we know.")
    return Country(code, str(Locale.parse("en").territories[code]), exact)


def read_country(value: Value) -> Country:
    return _country_in(read_text(value, most=100))
