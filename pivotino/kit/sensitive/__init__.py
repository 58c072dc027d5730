"""Finds what should not be kept, and keeps it out.

    find(text, packs)      what is in it, of these kinds; cards alone unless told
    mask(text, packs)      for doors without somebody to ask: the text without them, and without the code beside a card
    refuse                 validator of every field for words: somebody is there and can be told
    stances, unwanted      how strict the instance is in which somebody works
    Masking, MaskedLines   no line of a log says any of it, nor does the trace of an error
    UnsaidMiddleware       a page that comes back does not say it again

Where somebody is asked, `settled` carries what the door of their instance decided about this request.
"""

import logging
import re
from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from pivotino.kit.sensitive.cards import cards
from pivotino.kit.sensitive.findings import Finding, Pack, Stance
from pivotino.kit.sensitive.packs import FINDERS
from pivotino.kit.sensitive.spelling import spelled_out

__all__ = [
    "ALWAYS", "Finding", "MaskedLines", "Masking", "Pack", "Settled", "Stance", "UnsaidMiddleware", "decided_by", "find", "mask",
    "mask_in", "masked", "refuse", "sentence", "settled", "stances", "unwanted",
]  # fmt: skip

ALWAYS: Final = frozenset({Pack.CARDS, Pack.SECRETS})
# The code on the back: called so, before or behind it, or the three digits behind a card and its date.
_CODE = r"(?:cvv2?|cvc2?|cvn|cid|csc|card (?:verification|security)(?: (?:code|number|value))?|security code|kod keselamatan|prüf(?:ziffer|nummer))"
BESIDE = re.compile(
    rf"\b{_CODE}\b(?:\s*(?:code|number|no\.?|is|ialah|adalah|ist|:|=|-|–|\())*\W{{0,3}}(?P<behind>\d{{3,4}})\b"
    rf"|(?<!\d)(?<!•\s)(?P<before>\d{{3,4}})\s*\W?\s*{_CODE}\b"
    r"|•••• \d{4}[\s,;|/]{0,4}(?:(?:exp(?:iry|ires)?\.?:?\s*)?(?:0[1-9]|1[0-2])\s?[/-]\s?(?:20)?\d\d)[\s,;|/]{1,4}(?P<bare>\d{3,4})\b",
    re.IGNORECASE,
)
SAYS: Final[Mapping[Pack, str]] = {
    Pack.CARDS: "This looks like a card number ({}). Card numbers are never kept here: take it out, and pay on the payment provider's page.",
    Pack.SECRETS: "This looks like a password or a key. Take it out: whoever reads this record could use it.",
    Pack.IDENTITY: "This looks like the number of an identity card ({}). Take it out unless you must keep it.",
    Pack.CHILDREN: "This looks like the identity number of a child under 13 ({}). Take it out: nothing about children is kept here.",
    Pack.BANK: "This looks like the number of a bank account ({}). Take it out unless you must keep it.",
    Pack.HEALTH: "This seems to say something about somebody's health. Take it out unless you must keep it.",
}  # fmt: skip


@dataclass
class Settled:
    """What the door decided about a request: what it put out of sight (and why), and what a person knows to be harmless."""

    refused: dict[str, Pack] = field(default_factory=dict)
    harmless: set[str] = field(default_factory=set)


settled: ContextVar[Settled | None] = ContextVar("pivotino_settled", default=None)
Stances = Mapping[Pack, Stance]
_tellers: list[Callable[[], Stances]] = []


def decided_by(teller: Callable[[], Stances]) -> None:
    """Let `teller` say how strict the place is in which somebody works. A second one takes the first one's place."""
    _tellers[:] = [teller]


def stances() -> Stances:
    """How strict it is here."""
    return _tellers[0]() if _tellers else dict.fromkeys(ALWAYS, Stance.REFUSE)


def unwanted(*which: Stance) -> frozenset[Pack]:
    """The kinds on which this place takes one of these stances."""
    return frozenset(pack for pack, stance in stances().items() if stance in which)


def find(text: str, packs: Collection[Pack] = (Pack.CARDS,), *, strict: bool = False) -> list[Finding]:
    """Everything of these kinds in the text, in order, none inside another. A card wins over all else."""
    plain = spelled_out(text)
    found = [plain.moved_back(one) for one in cards(plain.text, strict=strict)] if Pack.CARDS in packs else []
    for pack, finder in FINDERS.items():
        if pack not in packs and not (pack is Pack.IDENTITY and Pack.CHILDREN in packs):
            continue
        # A key is what it is, sign by sign; all else is what a reader takes it for.
        more = finder(text) if pack is Pack.SECRETS else [plain.moved_back(one) for one in finder(plain.text)]
        found += [
            one
            for one in more
            if one.pack in packs and not any(one.start < other.end and other.start < one.end for other in found)
        ]
    return sorted(found, key=lambda one: one.start)


def mask(text: str, packs: Collection[Pack] = (Pack.CARDS,), *, strict: bool = False) -> str:
    """The text with all of it, and the code beside a card, put out of sight. The same text where there is none."""
    return masked(text, find(text, packs, strict=strict))


def masked(text: str, found: list[Finding]) -> str:
    """The text with these findings put out of sight."""
    if not found:
        return text
    for one in sorted(found, key=lambda one: one.start, reverse=True):
        text = text[: one.start] + one.shown + text[one.end :]
    if any(one.pack is Pack.CARDS for one in found):
        text = BESIDE.sub(_without_code, text)
    return text


def _without_code(match: re.Match[str]) -> str:
    start, end = match.span(str(match.lastgroup))
    start, end = start - match.start(), end - match.start()
    return f"{match[0][:start]}{'•' * (end - start)}{match[0][end:]}"


def mask_in(value: Any, packs: Collection[Pack] = ALWAYS) -> Any:
    """The same for every text in a structure of lists and dicts."""
    if isinstance(value, str):
        return mask(value, packs)
    if isinstance(value, list):
        return [mask_in(one, packs) for one in value]
    if isinstance(value, dict):
        return {key: mask_in(one, packs) for key, one in value.items()}
    return value


def sentence(pack: Pack, shown: str) -> str:
    """What somebody reads who typed such a thing."""
    return SAYS[pack].format(shown)


def refuse(value: Any) -> None:
    """Validator: no text (and no name of a file) with a card number in it, nor with what the door took out of this request.

    The message shows the last four signs only.
    """
    text = value if isinstance(value, str) else getattr(value, "name", "")
    if not isinstance(text, str) or not text:
        return
    decided = settled.get() or Settled()
    for one in find(text):
        if text[one.start : one.end] not in decided.harmless:
            raise ValidationError(sentence(one.pack, one.shown), code=one.pack)
    for shown, pack in decided.refused.items():
        if shown in text:
            raise ValidationError(sentence(pack, shown), code=pack)


class Masking(logging.Filter):
    """Puts it in lines of the log out of sight, whoever wrote them."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (hidden := mask(said, ALWAYS, strict=True)) is not said:
            record.msg, record.args = hidden, None
        return True


class MaskedLines(logging.Formatter):
    """The same for the whole line with its trace: what a database complains about repeats what it was given."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record), ALWAYS, strict=True)


class UnsaidMiddleware:
    """A page that comes back with what was typed shows it but for the card number in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 422 and isinstance(response, HttpResponse):
            said = response.content.decode(response.charset)
            if (hidden := mask(said)) is not said:
                response.content = hidden.encode(response.charset)
        return response
