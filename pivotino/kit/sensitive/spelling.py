"""The same text as a reader sees it, for whoever looks for something in it: signs nobody sees are gone, what pages and
addresses write in codes (`&nbsp;`, `&#52;`, `%20`) is what it stands for, and digits in circles are digits.

    plain = spelled_out(text)
    plain.text                  "4111 1111 1111 1111", whatever stood between
    plain.moved_back(found)     what was found there, at its place in the first text
"""

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Final

from pivotino.kit.sensitive.findings import Finding

# Zero width, joiners, marks of direction, soft hyphens, variation selectors, key caps, combining signs; ①, ², ⓪ and the like.
UNSEEN = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\u3164\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f\u0300-\u036f"
ROUND = "\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u2776-\u277e"
CODED: Final = re.compile(
    rf"(?P<unseen>[{UNSEEN}]+|<(?:/?(?:b|i|u|em|strong|span|font|wbr|mark|code|tt|bdi|a)\b[^<>]{{0,200}}|!--[^<>]{{0,200}}--)>)"
    rf"|(?P<entity>&(?:\#\d{{1,7}}|\#x[0-9a-f]{{1,6}}|[a-z]{{2,12}});)|(?P<percent>%[2-7][0-9a-f])|(?P<round>[{ROUND}])|(?P<plus>(?<=\d{{4}})\+(?=\d{{4}}(?!\d)))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Plain:
    """`marks` are the places in `text` behind each change, `moved` by how much they stand further on in the first text."""

    text: str
    marks: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()

    def moved_back(self, found: Finding) -> Finding:
        """The same find, at its place in the first text."""
        if not self.marks:
            return found
        return replace(found, start=self._place(found.start), end=self._place(found.end))

    def _place(self, at: int) -> int:
        before = bisect_right(self.marks, at)
        return at + (self.moved[before - 1] if before else 0)


def spelled_out(text: str) -> Plain:
    """Quick where nothing is to be done: plain ASCII without codes."""
    if not CODED.search(text):
        return Plain(text)
    parts: list[str] = []
    marks: list[int] = []
    moved: list[int] = []
    at = long = 0
    for match in CODED.finditer(text):
        said = _said(match)
        if said is None:
            continue
        parts += [text[at : match.start()], said]
        long += match.start() - at + len(said)
        at = match.end()
        marks.append(long)
        moved.append(at - long)
    return Plain("".join([*parts, text[at:]]), tuple(marks), tuple(moved))


def _said(match: re.Match[str]) -> str | None:
    """What it stands for; None to leave it."""
    match match.lastgroup:
        case "unseen":
            return ""
        case "entity":
            said = html.unescape(match[0])
            return ("" if re.fullmatch(f"[{UNSEEN}]", said) else said) if len(said) == 1 else None
        case "plus":
            return " "  # as a form writes a space into an address
        case "percent":
            return chr(int(match[0][1:], 16))
        case _:
            return str(unicodedata.digit(match[0]))
