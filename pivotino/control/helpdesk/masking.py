"""What people should not have written: put out of sight before anything is kept. Nobody can read it later, we neither.

`kit/sensitive` finds it. Behind "password:" the whole line goes here: a helpdesk is told several words at once, or a second one.
"""

from dataclasses import dataclass, replace

from pivotino.kit import sensitive
from pivotino.kit.sensitive import ALWAYS, Finding, Pack


@dataclass(frozen=True, slots=True)
class Clean:
    """A text that may be kept, and what was in it: `password`, `card`, or both."""

    text: str
    masked: tuple[str, ...] = ()


def clean(text: str) -> Clean:
    """The text without passwords, keys and card numbers. Equal text where there is none, but for signs no text has."""
    text = text.replace("\x00", "")  # no database keeps one
    found: list[Finding] = []
    every = sensitive.find(text, ALWAYS)
    for one in every:
        if not found or one.start >= found[-1].end:
            found.append(_to_the_end(one, text) if one.pack is Pack.SECRETS else one)
    seen = {"card" if one.pack is Pack.CARDS else "password" for one in every}
    return Clean(sensitive.masked(text, found), tuple(sorted(seen)))


def _to_the_end(one: Finding, text: str) -> Finding:
    """To the end of its line where a colon leads to it; the one within an address, `https://name:password@…`, as it is."""
    named = text[: one.start].rstrip(" \t\r\n\"'“‘").endswith((":", "="))
    if not named or text[one.end : one.end + 1] == "@":
        return one
    line = text[one.end :].split("\n", 1)[0].rstrip("\r ")
    return replace(one, end=one.end + len(line))
