"""The quick-add line of the board: one line of plain writing becomes an opportunity.

    parse('Gutter guards for Taman Melawis RM 7.8k call Thu 10am @Farid #solar *high', today=…, currency="MYR", …)

What is recognised becomes a `Part` with its place in the line, so that it can light up while typing; what is not stays
in the title. "Quotes" switch recognition off for what they hold, and `ignore` for parts the person took back.
Understood in English, Malay and Chinese. Nothing looks at a clock: the caller says which day it is.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pivotino.kit.fold import fold
from pivotino.kit.money import Money, NotAnAmount, UnknownCurrency, parse_amount

from .quickwords import (
    COMPANY_IN_CHINESE,
    DAYS,
    FOR_IN_CHINESE,
    FOR_SOMEBODY,
    HONORIFIC,
    JOINT,
    KINDS,
    LEAD_IN,
    LEGAL,
    LOOSE_END,
    LOOSE_START,
    MENTION,
    OPEN_TO_CLOSE,
    PERSON_IN_CHINESE,
    QUOTED,
    SCALES,
    SHARED_SIGNS,
    SIGNS,
    STAR,
    STARS,
    TAG,
    TIMES,
    WEAK_WORDS,
    WITH_SOMEBODY,
    ActivityKind,
    money_patterns,
    read_time,
)

MAX_LETTERS = 500
MAX_LINES = 200

PartKind = Literal["amount", "activity", "owner", "tag", "stars", "company", "person"]


class QuickLineRefused(ValueError):
    """The text is shown to the person who typed or pasted."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What to do next, and when. `at` is None for any time of the day."""

    kind: ActivityKind
    day: datetime.date
    at: datetime.time | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """`start` and `end` count characters (code points) of the line; `text` is what stands between them."""

    kind: PartKind
    text: str
    start: int
    end: int
    value: Money | Planned | str | int


@dataclass(frozen=True, slots=True)
class Parsed:
    line: str
    title: str
    parts: tuple[Part, ...]

    @property
    def amount(self) -> Money | None:
        return next((part.value for part in self.parts if isinstance(part.value, Money)), None)

    @property
    def activity(self) -> Planned | None:
        return next((part.value for part in self.parts if isinstance(part.value, Planned)), None)

    @property
    def owner(self) -> str:
        """The key of a member, "" if nobody is named."""
        return self._word("owner")

    @property
    def company(self) -> str:
        return self._word("company")

    @property
    def person(self) -> str:
        return self._word("person")

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(part.value) for part in self.parts if part.kind == "tag"))

    @property
    def stars(self) -> int:
        return next((part.value for part in self.parts if isinstance(part.value, int)), 0)

    def _word(self, kind: PartKind) -> str:
        return next((str(part.value) for part in self.parts if part.kind == kind), "")


Ignored = Collection[tuple[int, int] | str]


def parse(
    line: str, *, today: datetime.date, currency: str, people: Mapping[str, str] | None = None, ignore: Ignored = ()
) -> Parsed:
    """`people` is key → name of those who can own an opportunity. `ignore` names parts by place or by text."""
    if len(line) > MAX_LETTERS:
        raise QuickLineRefused(f"This line has {len(line):,} letters; {MAX_LETTERS} is the most.")
    return _Reading(line, today=today, currency=currency, people=people or {}, ignore=ignore).parsed()


def parse_lines(
    text: str, *, today: datetime.date, currency: str, people: Mapping[str, str] | None = None
) -> list[Parsed]:
    """Several pasted lines, an opportunity each. Blank lines and bullets fall away."""
    lines = [bare for line in text.splitlines() if (bare := BULLET.sub("", line).strip())]
    if len(lines) > MAX_LINES:
        raise QuickLineRefused(
            f"These are {len(lines):,} lines; {MAX_LINES} is the most at once. Import a sheet instead."
        )
    return [parse(line, today=today, currency=currency, people=people) for line in lines]


BULLET = re.compile(r"^\s*(?:[-–—•·▪*‣☐☑✓]\s+|\(?\d{1,3}[.)]\s+|\[[ xX]?\]\s*)+")


Role = Literal["kind", "day", "time"]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of an activity: which activity, which day or what time."""

    role: Role
    start: int
    end: int
    value: ActivityKind | datetime.date | datetime.time
    weak: bool = False


class _Reading:
    """One line being read. Every step claims its letters, and later steps see only what is left."""

    def __init__(
        self, line: str, *, today: datetime.date, currency: str, people: Mapping[str, str], ignore: Ignored
    ) -> None:
        self._line = line
        self._today = today
        self._currency = currency
        self._people = people
        self._quoted = [(found.start(), found.end()) for found in QUOTED.finditer(line)]
        self._claimed: list[tuple[int, int]] = [*self._quoted, *_places_of(ignore, line)]
        self._parts: list[Part] = []

    def parsed(self) -> Parsed:
        self._find_tags()
        self._find_owner()
        self._find_stars()
        self._find_amount()
        self._find_activity()
        title_spans = [(part.start, part.end) for part in self._parts]
        self._find_names()
        parts = tuple(sorted(self._parts, key=lambda part: part.start))
        return Parsed(line=self._line, title=self._title(title_spans), parts=parts)

    # -- marks ---------------------------------------------------------------------------------------------------------

    def _find_tags(self) -> None:
        for found in TAG.finditer(self._line):
            self._claim("tag", found.start(), found.end(), found["tag"])

    def _find_owner(self) -> None:
        for found in MENTION.finditer(self._line):
            for end, key in self._members_called(found):
                if self._claim("owner", found.start(), end, key):
                    return

    def _members_called(self, found: re.Match[str]) -> Iterator[tuple[int, str]]:
        """The longest run of words that names exactly one member."""
        words = list(re.finditer(r"\S+", found["name"]))
        for word in reversed(words):
            said = found["name"][: word.end()].rstrip(".:!?")
            if key := self._member(said):
                yield found.start("name") + len(said), key

    def _member(self, said: str) -> str:
        wanted = fold(said)
        if not wanted:
            return ""
        whole = [key for key, name in self._people.items() if wanted in (fold(name), fold(name).replace(" ", ""))]
        first = [key for key, name in self._people.items() if fold(name).split()[:1] == [wanted]]
        begun = [key for key, name in self._people.items() if fold(name).startswith(f"{wanted} ")]
        for keys in (whole, first, begun):
            if len(keys) == 1:
                return keys[0]
        return ""

    def _find_stars(self) -> None:
        for found in STAR.finditer(self._line):
            stars = STARS[found["word"].lower()] if found["word"] else len(found["signs"] or "*")
            if self._claim("stars", found.start(), found.end() if not found["last"] else found.end("last"), stars):
                return

    # -- money ---------------------------------------------------------------------------------------------------------

    def _find_amount(self) -> None:
        for pattern in money_patterns(self._currency):
            for found in pattern.finditer(self._line):
                amount = self._amount(found)
                if amount is not None and self._claim("amount", found.start(), found.end(), amount):
                    return

    def _amount(self, found: re.Match[str]) -> Money | None:
        currency = self._currency_signed(found["sign"].lower())
        scale, times = SCALES[found["scale"].lower()] if found["scale"] else ("", 1)
        try:
            amount = parse_amount(found["number"] + scale, currency)
            return amount.times(Decimal(times)) if amount.minor else None
        except (NotAnAmount, UnknownCurrency):
            return None

    def _currency_signed(self, sign: str) -> str:
        if sign in SHARED_SIGNS:
            shared = SHARED_SIGNS[sign]
            return self._currency if self._currency in shared else shared[0]
        return SIGNS.get(sign) or sign.upper() or self._currency

    # -- the next step -------------------------------------------------------------------------------------------------

    def _find_activity(self) -> None:
        """Words for a day, a time and a kind that stand together; a kind alone is just a word."""
        for run in self._runs(self._pieces()):
            roles = {piece.role: piece for piece in run}
            if "day" not in roles and "time" not in roles:
                continue
            start, end = run[0].start, run[-1].end
            lead_in = LEAD_IN.search(self._line, 0, start)
            if len(run) == 1 and run[0].weak and not lead_in:
                continue
            if lead_in and self._is_free(lead_in.start(), start):
                start = lead_in.start()
            if self._claim("activity", start, end, self._planned(roles)):
                return

    def _planned(self, roles: Mapping[Role, _Piece]) -> Planned:
        kind: ActivityKind = "todo"
        day, at = self._today, None
        for piece in roles.values():
            if isinstance(piece.value, str):
                kind = piece.value
            elif isinstance(piece.value, datetime.time):
                at = piece.value
            else:
                day = piece.value
        return Planned(kind, day, at)

    def _pieces(self) -> list[_Piece]:
        found = [piece for piece in self._candidates() if self._is_free(piece.start, piece.end)]
        # Of two that overlap the longer is meant: “next week” over “week”, 下周三 over 下周.
        taken: list[_Piece] = []
        for piece in sorted(found, key=lambda piece: (piece.start - piece.end, piece.start)):
            if all(piece.end <= other.start or piece.start >= other.end for other in taken):
                taken.append(piece)
        return sorted(taken, key=lambda piece: piece.start)

    def _candidates(self) -> Iterator[_Piece]:
        for pattern, read_day, weak in DAYS:
            for found in pattern.finditer(self._line):
                try:
                    day = read_day(found, self._today)
                except (ValueError, OverflowError):  # the end of the calendar
                    continue
                if day is not None:
                    yield _Piece("day", found.start(), found.end(), day, weak or found[0].lower() in WEAK_WORDS)
        for pattern in TIMES:
            for found in pattern.finditer(self._line):
                if (at := read_time(found)) is not None:
                    yield _Piece("time", found.start(), found.end(), at)
        for kind, words in KINDS:
            for found in re.finditer(words, self._line, re.IGNORECASE):
                yield _Piece("kind", found.start(), found.end(), kind)

    def _runs(self, pieces: list[_Piece]) -> list[list[_Piece]]:
        runs: list[list[_Piece]] = []
        for piece in pieces:
            if runs and self._joins(runs[-1], piece):
                runs[-1].append(piece)
            else:
                runs.append([piece])
        # One that names its kind is surer than a day in passing.
        return sorted(runs, key=lambda run: "kind" not in {piece.role for piece in run})

    def _joins(self, run: list[_Piece], piece: _Piece) -> bool:
        between = self._line[run[-1].end : piece.start]
        return JOINT.fullmatch(between) is not None and piece.role not in {other.role for other in run}

    # -- who it is for -------------------------------------------------------------------------------------------------

    def _find_names(self) -> None:
        """Hints only: they stay in the title, and somebody decides whether they are known."""
        visible = self._visible()
        for pattern in (FOR_SOMEBODY, FOR_IN_CHINESE, COMPANY_IN_CHINESE):
            if any(self._hint(found, visible) for found in pattern.finditer(visible)):
                break
        for pattern in (WITH_SOMEBODY, PERSON_IN_CHINESE):
            if any(self._hint(found, visible, person=True) for found in pattern.finditer(visible)):
                break

    def _visible(self) -> str:
        """The line with what was recognised covered, letter by letter so that places stay."""
        letters = list(self._line)
        for start, end in self._claimed:
            covered = ";" if (start, end) not in self._quoted else "\0"
            letters[start:end] = covered * (end - start)
        return "".join(letters)

    def _hint(self, found: re.Match[str], visible: str, *, person: bool = False) -> bool:
        name = found["name"].rstrip(" .!?-–")
        start, end = found.start("name"), found.start("name") + len(name)
        if "\0" in name:
            return False
        titled = re.match(rf"{HONORIFIC}\s+\S", name, re.IGNORECASE) or PERSON_IN_CHINESE.fullmatch(name)
        is_name = name[:1].isupper() or not name[:1].isascii() or titled or LEGAL.search(name)
        if not is_name or len(name) < 2 or name.isdecimal():
            return False
        kind: PartKind = "person" if (titled or person) and not LEGAL.search(name) else "company"
        if any(part.kind == kind for part in self._parts):
            return False
        return self._claim(kind, start, end, name)

    # -- shared --------------------------------------------------------------------------------------------------------

    def _claim(self, kind: PartKind, start: int, end: int, value: Money | Planned | str | int) -> bool:
        if not self._is_free(start, end):
            return False
        self._claimed.append((start, end))
        self._parts.append(Part(kind, self._line[start:end], start, end, value))
        return True

    def _is_free(self, start: int, end: int) -> bool:
        return all(end <= taken_from or start >= taken_to for taken_from, taken_to in self._claimed)

    def _title(self, gone: list[tuple[int, int]]) -> str:
        kept, at = [], 0
        for start, end in sorted(
            [*gone, *((s, s + 1) for s, _ in self._quoted), *((e - 1, e) for _, e in self._quoted)]
        ):
            kept.append(self._line[at:start])
            # Quotation marks vanish without a gap, recognised words leave one.
            kept.append("" if end - start == 1 and self._line[start:end] in QUOTE_MARKS else " ")
            at = max(at, end)
        kept.append(self._line[at:])
        title = LOOSE_START.sub("", LOOSE_END.sub("", " ".join("".join(kept).split())))
        return title or " ".join(self._line.split())


def _places_of(ignore: Ignored, line: str) -> Iterator[tuple[int, int]]:
    """Letters nothing may be made of: all of a part taken back, so that no smaller part rises from its rest."""
    for each in ignore:
        if isinstance(each, tuple):
            yield each
        elif each.strip():
            yield from ((found.start(), found.end()) for found in re.finditer(re.escape(each), line, re.IGNORECASE))


QUOTE_MARKS = frozenset({*OPEN_TO_CLOSE, *OPEN_TO_CLOSE.values()})
