"""Which column is what: a first guess, made to be corrected by the person who knows the sheet.

    kind = guess_kind(sheet)
    mapping = guess_columns(sheet.headers, sheet.sample(), kind=kind, currency="MYR", region="MY")
    mapping = mapping.with_field(3, Field.TITLE)

A `Mapping` is a plain value. It travels as JSON between the pages of an import and the job that runs it.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from . import cells
from .cells import DateOrder, Refused
from .fields import DATES, FIELDS, MONEY, Field, Kind, headings
from .matching import means_a_stage
from .reading import Row, Sheet, Value
from .words import compact, heading

ENOUGH = 0.45
# What an opportunity is called when its sheet has no title for it.
TITLE_RULES = ("product for company", "company, product", "product", "company", "number")
SAMPLED = 200
DISTINCT = 5_000


class BrokenMapping(ValueError):
    """JSON that no mapping was written as."""


@dataclass(frozen=True)
class Column:
    """One column of the sheet. `field` is NONE where we do not know, or are told to leave it out."""

    header: str
    field: Field = Field.NONE
    score: float = 0.0
    why: str = ""
    factor: int = 1  # 1,000,000 for “Revenue (millions)”


@dataclass(frozen=True)
class Mapping:
    """How to read the rows of one sheet. Change it with `dataclasses.replace` or the `with_` methods, never inside.

    `stages`, `people` and `products` say what a word of the sheet means here: a stage's name, a member's key, the
    spelling of a product. "" stands for a word nothing was found for.
    """

    kind: Kind
    columns: tuple[Column, ...]
    currency: str = "MYR"
    region: str = "MY"
    date_order: DateOrder = DateOrder.DAY_FIRST
    date_order_sure: bool = True
    decimal_mark: str = ""
    probability_of_one: bool = False
    title_rule: str = TITLE_RULES[0]
    stages: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)

    def position(self, wanted: Field) -> int | None:
        return next((place for place, column in enumerate(self.columns) if column.field is wanted), None)

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(column.field for column in self.columns if column.field)

    def with_field(self, position: int, wanted: Field) -> Mapping:
        """The person's word. A field names one column, so whichever had it before loses it."""
        if wanted and wanted not in FIELDS[self.kind]:
            raise BrokenMapping(f"{wanted} is no field of {self.kind}.")
        columns = [
            replace(column, field=Field.NONE, score=0.0, why="") if wanted and column.field is wanted else column
            for column in self.columns
        ]
        columns[position] = replace(columns[position], field=wanted, score=1.0, why="You chose it.")
        return replace(self, columns=tuple(columns))

    def with_stages(self, stages: dict[str, str | None]) -> Mapping:
        return replace(self, stages={word: stage or "" for word, stage in stages.items()})

    def with_people(self, people: dict[str, str | None]) -> Mapping:
        return replace(self, people={word: member or "" for word, member in people.items()})

    def to_json(self) -> str:
        return json.dumps(self.to_plain(), ensure_ascii=False)

    def to_plain(self) -> dict[str, Any]:
        """The mapping as a JSON column keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, text: str) -> Mapping:
        try:
            raw = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BrokenMapping("This is no mapping.") from error
        return cls.from_plain(raw)

    @classmethod
    def from_plain(cls, raw: Any) -> Mapping:
        try:
            columns = tuple(
                Column(str(c["header"]), Field(c["field"]), float(c["score"]), str(c["why"]), int(c["factor"]))
                for c in raw["columns"]
            )
            mapping = cls(
                kind=Kind(raw["kind"]), columns=columns, currency=str(raw["currency"]), region=str(raw["region"]),
                date_order=DateOrder(raw["date_order"]), date_order_sure=bool(raw["date_order_sure"]),
                decimal_mark=_one_of(cells.DECIMAL_MARKS, raw["decimal_mark"]),
                probability_of_one=bool(raw["probability_of_one"]),
                title_rule=_one_of(TITLE_RULES, raw.get("title_rule", TITLE_RULES[0])),
                stages=_words(raw["stages"]), people=_words(raw["people"]), products=_words(raw["products"]),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise BrokenMapping("This is no mapping.") from error
        if not set(mapping.fields) <= set(FIELDS[mapping.kind]) or len(set(mapping.fields)) < len(mapping.fields):
            raise BrokenMapping("The fields do not fit the kind.")
        return mapping

    def __hash__(self) -> int:
        return self._hash

    # Looked up for every row, so reckoned once. The dictionaries are left out: equality still weighs them.
    @cached_property
    def _hash(self) -> int:
        return hash((self.kind, self.columns, self.currency, self.date_order, self.decimal_mark, self.title_rule))


def _one_of(allowed: Sequence[str], value: object) -> str:
    if value not in allowed:
        raise ValueError(value)
    return str(value)


def _words(raw: dict[Any, Any]) -> dict[str, str]:
    return {str(word): str(meaning) for word, meaning in raw.items()}


# -- the kind ----------------------------------------------------------------------------------------------------------


def guess_kind(sheet: Sheet) -> Kind:
    return kind_of(sheet.headers, sheet.sample(SAMPLED))


def kind_of(headers: Sequence[str], samples: Sequence[Row]) -> Kind:
    """The kind whose telling fields are found most clearly."""
    profiles = _profiles(headers, samples)

    def weight(kind: Kind) -> float:
        return sum(
            FIELDS[kind][column.field] * column.score for column in _assign(headers, profiles, kind) if column.field
        )

    return max(Kind, key=weight)


# -- the columns -------------------------------------------------------------------------------------------------------


def guess_columns(
    headers: Sequence[str],
    samples: Sequence[Row],
    *,
    kind: Kind | None = None,
    currency: str = "MYR",
    region: str = "MY",
) -> Mapping:
    """By heading first, by content where the heading says nothing or says what the content denies."""
    kind = kind or kind_of(headers, samples)
    profiles = _profiles(headers, samples)
    columns = _assign(headers, profiles, kind)
    columns = _tell_closed_from_expected(columns, samples)

    dates = cells.guess_date_order(_values_of(columns, profiles, DATES))
    amounts = _values_of(columns, profiles, MONEY)
    chances = _values_of(columns, profiles, frozenset({Field.PROBABILITY}))
    return Mapping(
        kind=kind, columns=columns, currency=currency, region=region,
        date_order=dates.order, date_order_sure=dates.sure or not dates.read,
        decimal_mark=cells.guess_decimal_mark(amounts),
        probability_of_one=_written_of_one(chances),
    )  # fmt: skip


@dataclass(frozen=True)
class _Profile:
    """The filled samples of one column, and what share of them reads as what."""

    values: tuple[Value, ...]

    def share(self, reader: Callable[[Value], object]) -> float:
        return sum(_can(reader, value) for value in self.values) / len(self.values) if self.values else 0.0

    @cached_property
    def email(self) -> float:
        return self.share(cells.read_email)

    @cached_property
    def website(self) -> float:
        return self.share(cells.read_website)

    @cached_property
    def date(self) -> float:
        return max(self.share(partial(cells.read_date, order=order)) for order in DateOrder)

    @cached_property
    def amount(self) -> float:
        return self.share(partial(cells.read_amount, currency="MYR", decimal_mark="."))

    @cached_property
    def percent(self) -> float:
        return self.share(cells.read_percent)

    @cached_property
    def whole(self) -> float:
        return self.share(cells.read_whole)

    @cached_property
    def year(self) -> float:
        return self.share(_read_year)

    @cached_property
    def currency(self) -> float:
        return self.share(cells.read_currency)

    @cached_property
    def country(self) -> float:
        return self.share(cells.read_country)

    @cached_property
    def flag(self) -> float:
        return self.share(cells.read_flag)

    @cached_property
    def priority(self) -> float:
        return self.share(cells.read_priority)

    @cached_property
    def stage(self) -> float:
        few = len({cells.text_of(value) for value in self.values}) <= 15
        return self.share(_read_stage_word) if few else 0.0

    @cached_property
    def phone(self) -> float:
        """Numbers that could be called: by length alone, as the region is not known yet."""
        return self.share(_read_phone_shape)

    @cached_property
    def words(self) -> float:
        """What is left: text that is neither a number nor a date."""
        return 1 - self.share(_read_bare_number) if self.values else 1.0


CONTENT: dict[Field, str] = {
    Field.EMAIL: "email", Field.PHONE: "phone", Field.MOBILE: "phone", Field.WEBSITE: "website", Field.AMOUNT: "amount",
    Field.REVENUE: "amount", Field.PRICE: "amount", Field.COST: "amount", Field.CURRENCY: "currency",
    Field.PROBABILITY: "percent", Field.ENGAGED: "date", Field.CLOSED: "date", Field.EXPECTED: "date",
    Field.PRIORITY: "priority", Field.IS_COMPANY: "flag", Field.DO_NOT_MAIL: "flag", Field.EMPLOYEES: "whole", Field.FOUNDED: "year",
    Field.COUNTRY: "country", Field.TITLE: "words", Field.COMPANY: "words", Field.PERSON: "words",
    Field.PRODUCT: "words", Field.STAGE: "words", Field.OWNER: "words", Field.CITY: "words", Field.SECTOR: "words",
    Field.JOB: "words", Field.FIRST_NAME: "words", Field.LAST_NAME: "words", Field.LOST_REASON: "words",
}  # fmt: skip

# Content so telling that it speaks without a heading: (field, share needed, score, how we say it).
TELLING: tuple[tuple[Field, float, float, str], ...] = (
    (Field.EMAIL, 0.8, 0.6, "The values are e-mail addresses."),
    (Field.WEBSITE, 0.8, 0.5, "The values are web addresses."),
    (Field.CURRENCY, 0.9, 0.5, "The values are currencies."),
    (Field.PHONE, 0.9, 0.46, "The values look like phone numbers."),
    (Field.COUNTRY, 0.9, 0.5, "The values are countries."),
)


def _profiles(headers: Sequence[str], samples: Sequence[Row]) -> list[_Profile]:
    rows = samples[:SAMPLED]
    return [
        _Profile(
            tuple(row.values[place] for row in rows if place < len(row.values) and cells.text_of(row.values[place]))
        )
        for place in range(len(headers))
    ]


def _assign(headers: Sequence[str], profiles: Sequence[_Profile], kind: Kind) -> tuple[Column, ...]:
    """Best pair first; each field and each column once."""
    bids = [
        (score, -place, -rank, field_, why)
        for place, (header, profile) in enumerate(zip(headers, profiles, strict=True))
        for rank, field_ in enumerate(FIELDS[kind])
        for score, why in [_score(header, profile, field_, kind)]
        if score >= ENOUGH
    ]
    columns = [Column(header, factor=_factor(header)) for header in headers]
    given: set[Field] = set()
    for score, minus_place, _, field_, why in sorted(bids, reverse=True):
        if field_ not in given and not columns[-minus_place].field:
            given.add(field_)
            columns[-minus_place] = replace(columns[-minus_place], field=field_, score=round(score, 2), why=why)
    return tuple(columns)


def _score(header: str, profile: _Profile, wanted: Field, kind: Kind) -> tuple[float, str]:
    by_heading = _heading_score(header, wanted, kind)
    content = CONTENT.get(wanted)
    if by_heading and content and profile.values:
        fit: float = getattr(profile, content)
        if wanted is Field.CITY and profile.country >= 0.8:
            fit *= 0.5  # “Location: Kenya” is a country, whatever the heading allows
        by_heading *= 0.25 + 0.75 * min(1.0, fit / 0.8)
    if by_heading >= ENOUGH:
        return by_heading, "The heading says so."
    if wanted is Field.STAGE and profile.stage >= 0.6:
        return 0.5, "The values are names of stages."
    for field_, needed, score, why in TELLING:
        if field_ is wanted and getattr(profile, CONTENT[wanted]) >= needed:
            return score, why
    return by_heading, ""


def _heading_score(header: str, wanted: Field, kind: Kind) -> float:
    folded = heading(BRACKETS.sub(" ", header)) or heading(header)
    known = headings(kind)
    if wanted in (meant := known.get(folded, ())):
        # The first meaning of a heading is a little likelier than the others.
        return 1.0 - 0.02 * meant.index(wanted)
    best = 0.0
    for name, fields in known.items():
        if wanted in fields:
            best = max(best, _likeness(folded, name))
    return best


BRACKETS = re.compile(r"\([^)]*\)|（[^）]*）|\[[^\]]*\]")


def _likeness(folded: str, name: str) -> float:
    if not name.isascii():
        return 0.9 if len(name) > 1 and name in folded else 0.0
    if compact(folded) == compact(name):
        return 0.97
    if f" {name} " in f" {folded} ":
        return 0.5 + 0.35 * len(name) / len(folded)
    if len(folded) >= 5 and abs(len(folded) - len(name)) <= 2 and folded[0] == name[0]:
        ratio = difflib.SequenceMatcher(None, folded, name).ratio()
        return 0.75 * ratio if ratio >= 0.83 else 0.0
    return 0.0


FACTORS: tuple[tuple[str, int], ...] = (
    (r"\b(in )?(million|millions|mil|juta|mio)\b|百万", 1_000_000),
    (r"\b(in )?(thousand|thousands|ribu)\b|'000|\b000s?\b|千", 1_000),
    (r"万", 10_000),
)


UNIT = re.compile(r"[(（\[](.*?)[)）\]]|\b(?:in|dalam)\s+(.*)$|('000)")


def _factor(header: str) -> int:
    """Only what stands in brackets or after “in” counts: a heading may well speak of millions."""
    spoken = " ".join(part for found in UNIT.findall(header.lower()) for part in found if part)
    return next((factor for pattern, factor in FACTORS if re.search(pattern, spoken)), 1)


def _tell_closed_from_expected(columns: tuple[Column, ...], samples: Sequence[Row]) -> tuple[Column, ...]:
    """“Close date” is a forecast in many CRMs: then deals that are still open have one too."""
    places = {column.field: place for place, column in enumerate(columns)}
    stage, closed = places.get(Field.STAGE), places.get(Field.CLOSED)
    if stage is None or closed is None or Field.EXPECTED in places:
        return columns
    open_rows = [row for row in samples if means_a_stage(cells.text_of(row.values[stage])) not in ("Won", "Lost")]
    dated = sum(bool(cells.text_of(row.values[closed])) for row in open_rows)
    if not open_rows or dated * 2 < len(open_rows):
        return columns
    changed = list(columns)
    changed[closed] = replace(columns[closed], field=Field.EXPECTED, why="Open deals have this date too.")
    return tuple(changed)


def _values_of(columns: Sequence[Column], profiles: Sequence[_Profile], wanted: frozenset[Field]) -> list[Value]:
    pairs = zip(columns, profiles, strict=True)
    return [value for column, profile in pairs if column.field in wanted for value in profile.values]


def _written_of_one(chances: Sequence[Value]) -> bool:
    """0.25, 0.5, 1: no percent sign, nothing above one, and something between."""
    numbers = [_number(value) for value in chances]
    return bool(numbers) and all(0 <= number <= 1 for number in numbers) and any(0 < number < 1 for number in numbers)


def _number(value: Value) -> float:
    try:
        return float(cells.read_number(value))
    except Refused:
        return -1.0


def _can(reader: Callable[[Value], object], value: Value) -> bool:
    try:
        reader(value)
    except Refused:
        return False
    return True


def _read_year(value: Value) -> int:
    year = cells.read_whole(value)
    if not 1500 <= year <= 2100:
        raise Refused("No year.")
    return year


def _read_stage_word(value: Value) -> str:
    stage = means_a_stage(cells.text_of(value))
    if not stage:
        raise Refused("No stage.")
    return stage


def _read_phone_shape(value: Value) -> str:
    text = cells.text_of(value)
    numbers = sum(letter.isdigit() for letter in text)
    dated = isinstance(value, str) and _can(cells.read_date, value)
    if not 7 <= numbers <= 15 or dated or not re.fullmatch(r"\+?[\d\s().\-/]+((ext|x)\.?\s*\d+)?", text):
        raise Refused("No phone.")
    return text


def _read_bare_number(value: Value) -> str:
    text = cells.text_of(value)
    if not isinstance(value, str) or re.fullmatch(r"[-+(]?[\d.,\s]+[)%]?", text) or _can(cells.read_date, value):
        return text
    raise Refused("Words.")


# -- one pass over everything ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Survey:
    """What a whole sheet holds in the columns that need matching: how often each word stands there."""

    rows: int
    words: dict[Field, Counter[str]]


def survey(
    sheet: Sheet, mapping: Mapping, *, of: Iterable[Field] = (Field.STAGE, Field.OWNER, Field.PRODUCT)
) -> Survey:
    """Counts words of the given fields, at most `DISTINCT` different ones each."""
    places = {wanted: place for wanted in of if (place := mapping.position(wanted)) is not None}
    counts: dict[Field, Counter[str]] = {wanted: Counter() for wanted in places}
    rows = 0
    for row in sheet.rows():
        rows += 1
        for wanted, place in places.items():
            text = cells.text_of(row.values[place])
            if text and (text in counts[wanted] or len(counts[wanted]) < DISTINCT):
                counts[wanted][text] += 1
    return Survey(rows=rows, words=counts)
