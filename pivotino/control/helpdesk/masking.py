"""What people should not have written: put out of sight before anything is kept. Nobody can read it later, we neither.

`kit/sensitive` finds cards, keys and what looks like a password. A helpdesk is told more: whole lines behind "password:", in Malay too.
"""

import re
from dataclasses import dataclass

from pivotino.kit import sensitive
from pivotino.kit.sensitive import ALWAYS, Pack

HIDDEN = "••••"
NAMED = (
    r"(?:pass\s?words?|passwd|pwd|pass\s?codes?|pass\s?phrases?|kata\s?laluan|kata\s?kunci|kod\s+laluan"
    r"|pin(?:\s+(?:code|number|no\.?))?|no(?:mbor|\.)?\s+pin"
    r"|(?:secret|private|api|access|licen[cs]e|recovery|backup)[\s_-]?(?:keys?|tokens?|codes?)|client[\s_-]secret|secret|token|otp|tac)"
)
# The rest of the line goes, or the next line where nothing follows.
SAID = re.compile(rf"(?<![\w/])({NAMED})(\s*(?:\([^)\n]{{0,30}}\))?\s*(?:is|ialah|adalah)?\s*[:=][ \t]*(?:\n[ \t]*)?)([^\n]+)", re.I)  # fmt: skip
# A sentence goes on behind the colon: "Password: I cannot get in".
TALK = re.compile(
    r"(?:i|i['’]m|it|is|the|my|we|you|this|that|how|what|why|where|when|can|cannot|can['’]t|could|does|do|did|not|no|never|please|help|forgot"
    r"|forgotten|lost|reset|change|changed|changing|expired|wrong|need|want|please|saya|tidak|tak|lupa|bagaimana|sila|tolong|mohon|kami)\b[\s,.].*\w",
    re.I,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clean:
    """A text that may be kept, and what was in it: `password`, `card`, or both."""

    text: str
    masked: tuple[str, ...] = ()


def clean(text: str) -> Clean:
    """The text without passwords, keys and card numbers. Equal text where there is none, but for signs no text has."""
    text = text.replace("\x00", "")  # no database keeps one
    found = sensitive.find(text, ALWAYS)
    seen = {"card" if one.pack is Pack.CARDS else "password" for one in found}
    open_text = sensitive.masked(text, found)
    quiet = SAID.sub(_hide, open_text)
    if quiet != open_text:
        seen.add("password")
    return Clean(quiet, tuple(sorted(seen)))


def _hide(found: re.Match[str]) -> str:
    said = found[3].strip()
    if TALK.match(said) or not said.strip("•*.- "):
        return found[0]
    return f"{found[1]}{found[2]}{HIDDEN}"
