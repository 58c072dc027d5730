"""What people should not have written: put out of sight before anything is kept. Nobody can read it later, we neither."""

import re
from dataclasses import dataclass

from pivotino.kit import sensitive

HIDDEN = "••••"
NAMED = (
    r"(?:pass\s?words?|passwd|pwd|pass\s?codes?|pass\s?phrases?|kata\s?laluan|kata\s?kunci|kod\s+laluan"
    r"|pin(?:\s+(?:code|number|no\.?))?|no(?:mbor|\.)?\s+pin"
    r"|(?:secret|private|api|access|licen[cs]e|recovery|backup)[\s_-]?(?:keys?|tokens?|codes?)|client[\s_-]secret|secret|token|otp|tac)"
)
# "password: …" takes the line, or the next one where nothing follows; "my password is Hunter2" what looks like one.
SAID = re.compile(rf"(?<![\w/])({NAMED})(\s*(?:\([^)\n]{{0,30}}\))?\s*(?:is|ialah|adalah)?\s*[:=][ \t]*(?:\n[ \t]*)?)([^\n]+)", re.I)  # fmt: skip
IS = re.compile(
    rf"(?<![\w/])({NAMED})(\s+(?:is|was|ialah|adalah)\s+)([\"“'‘]?)(?=\S*[\d!@#$%^&*_+])([^\s\"”'’]{{4,}})", re.I
)
# A sentence goes on behind the colon: "Password: I cannot get in".
TALK = re.compile(
    r"(?:i|i['’]m|it|is|the|my|we|you|this|that|how|what|why|where|when|can|cannot|can['’]t|could|does|do|did|not|no|never|please|help|forgot"
    r"|forgotten|lost|reset|change|changed|changing|expired|wrong|need|want|please|saya|tidak|tak|lupa|bagaimana|sila|tolong|mohon|kami)\b[\s,.].*\w",
    re.I,
)  # fmt: skip
SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\b(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{12,}\b|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}\b|\bxox[abpr]-[A-Za-z0-9-]{10,}"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    re.S,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clean:
    """A text that may be kept, and what was in it: `password`, `card`, or both."""

    text: str
    masked: tuple[str, ...] = ()


def clean(text: str) -> Clean:
    """The text without passwords, keys and card numbers. Equal text where there is none."""
    open_text = sensitive.mask(text)
    masked = ["card"] if open_text != text else []
    quiet = SHAPES.sub(HIDDEN, open_text)
    quiet = IS.sub(lambda found: f"{found[1]}{found[2]}{HIDDEN}", quiet)
    quiet = SAID.sub(_hide, quiet)
    if quiet != open_text:
        masked.append("password")
    return Clean(quiet, tuple(masked))


def _hide(found: re.Match[str]) -> str:
    said = found[3].strip()
    if TALK.match(said) or not said.strip("•*.- "):
        return found[0]
    return f"{found[1]}{found[2]}{HIDDEN}"
