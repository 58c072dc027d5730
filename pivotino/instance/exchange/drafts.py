"""One row of a sheet as a draft of what it could become, with whatever was refused said in plain words.

    draft = read_row(mapping, row)
    if not draft.refusals: ...

Nothing here asks the database. A refused cell leaves its field blank; the other fields are read all the same, so that
one pass tells its owner everything that is wrong.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pivotino.kit.money import Money

from . import cells
from .cells import Refused
from .fields import DATES, MONEY, NAMED, Field, Kind
from .mapping import TITLE_RULES, Column, Mapping
from .reading import Row, Value


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cell, or with no column the whole row, cannot be taken as it is."""

    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something taken, but not quite as written. Worth a glance before the import runs."""

    column: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    row: int
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Note, ...] = ()
    external_id: str = ""
    tags: tuple[str, ...] = ()
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityDraft(Draft):
    """`owner` is a member's key, "" when `owner_name` matches nobody. `stage` is a name of this instance."""

    title: str
    company: str = ""
    person: str = ""
    email: str = ""
    phone: str = ""
    product: str = ""
    amount: Money | None = None
    currency: str = ""
    stage: str = ""
    probability: int | None = None
    owner: str = ""
    owner_name: str = ""
    engaged_on: datetime.date | None = None
    closed_on: datetime.date | None = None
    expected_on: datetime.date | None = None
    lost_reason: str = ""
    priority: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    street: str = ""
    city: str = ""
    postcode: str = ""
    state: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyDraft(Draft):
    name: str
    parent: str = ""
    sector: str = ""
    website: str = ""
    do_not_mail: bool = False
    employees: int | None = None
    revenue: Money | None = None
    founded: int | None = None
    email: str = ""
    phone: str = ""
    address: Address = Address()
    owner: str = ""
    owner_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft(Draft):
    name: str
    company: str = ""
    job: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    website: str = ""
    do_not_mail: bool = False
    address: Address = Address()
    owner: str = ""
    owner_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDraft(Draft):
    name: str
    reference: str = ""
    category: str = ""
    price: Money | None = None
    cost: Money | None = None
    barcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDraft(Draft):
    """A colleague as a list of the sales team names them; nobody is invited by this."""

    name: str
    email: str = ""
    phone: str = ""
    manager: str = ""
    team: str = ""


AnyDraft = OpportunityDraft | CompanyDraft | PersonDraft | ProductDraft | MemberDraft


def read_row(mapping: Mapping, row: Row) -> AnyDraft:
    """Never raises for anything a row may hold."""
    return _reader(mapping).read(row)


@lru_cache(16)
def _reader(mapping: Mapping) -> _RowReader:
    return _RowReader(mapping)


_Values = dict[str, Any]


class _RowReader:
    """A mapping made ready for a hundred thousand rows: which cell goes through which reader."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._columns: list[tuple[int, Column, Callable[[Value], Any]]] = [
            (place, column, self._reader_of(column.field))
            for place, column in enumerate(mapping.columns)
            if column.field and column.field not in MONEY
        ]
        # Amounts wait for the currency, wherever its column stands.
        self._amounts = [(place, column) for place, column in enumerate(mapping.columns) if column.field in MONEY]
        self._headers = {column.field: column.header for column in mapping.columns if column.field}

    def read(self, row: Row) -> AnyDraft:
        found: dict[Field, Any] = {}
        refusals: list[Refusal] = []
        notes: list[Note] = []
        cells_of_row = row.values
        width = len(cells_of_row)
        for place, column, reader in self._columns:
            value = cells_of_row[place] if place < width else ""
            if value == "" or (isinstance(value, str) and not value.strip()):
                continue
            try:
                found[column.field] = reader(value)
            except Refused as refused:
                refusals.append(Refusal(column.header, refused.message))
        for place, column in self._amounts:
            value = cells_of_row[place] if place < width else ""
            if value == "" or (isinstance(value, str) and not value.strip()):
                continue
            try:
                found[column.field] = self._amount(value, column, found.get(Field.CURRENCY, ""))
            except Refused as refused:
                refusals.append(Refusal(column.header, refused.message))
        if row.extra:
            cells_too_many = "a cell" if len(row.extra) == 1 else f"{len(row.extra)} cells"
            refusals.append(Refusal("", f"This row has {cells_too_many} beyond the last column name."))
        return self._draft(row.number, found, refusals, notes)

    # -- readers -------------------------------------------------------------------------------------------------------

    def _reader_of(self, wanted: Field) -> Callable[[Value], Any]:
        mapping = self._mapping
        if wanted in DATES:
            return lambda value: cells.read_date(value, mapping.date_order)
        readers: dict[Field, Callable[[Value], Any]] = {
            Field.EMAIL: cells.read_email,
            Field.PHONE: lambda value: cells.read_phone(value, mapping.region),
            Field.MOBILE: lambda value: cells.read_phone(value, mapping.region),
            Field.CURRENCY: lambda value: cells.read_currency(value, mapping.currency),
            Field.STAGE: self._stage,
            Field.PROBABILITY: lambda value: cells.read_percent(value, of_one=self._is_share(value)),
            Field.OWNER: cells.read_text,
            Field.PRODUCT: self._product,
            Field.PRIORITY: cells.read_priority,
            Field.TAGS: cells.read_tags,
            Field.IS_COMPANY: cells.read_flag,
            Field.DO_NOT_MAIL: cells.read_flag,
            Field.WEBSITE: cells.read_website,
            Field.EMPLOYEES: cells.read_whole,
            Field.FOUNDED: _read_year,
            Field.COUNTRY: cells.read_country,
            Field.NOTES: cells.read_text,
        }
        return readers.get(wanted) or (lambda value: _read_line(value, LONGEST.get(wanted, 250)))

    def _is_share(self, value: Value) -> bool:
        return self._mapping.probability_of_one or (isinstance(value, float) and 0 < value < 1)

    def _amount(self, value: Value, column: Column, currency: str) -> Money:
        amount = cells.read_amount(value, currency or self._mapping.currency, decimal_mark=self._mapping.decimal_mark)
        if column.factor == 1:
            return amount
        return cells.scaled(amount, column.factor)

    def _stage(self, value: Value) -> str:
        text = _read_line(value)
        stage = self._mapping.stages.get(text, "")
        if not stage:
            raise Refused(f"“{text}” is not matched to a stage yet.")
        return stage

    def _product(self, value: Value) -> str:
        text = _read_line(value, LONGEST[Field.PRODUCT])
        return self._mapping.products.get(text, text)

    # -- drafts --------------------------------------------------------------------------------------------------------

    def _draft(self, row: int, found: dict[Field, Any], refusals: list[Refusal], notes: list[Note]) -> AnyDraft:
        kind = self._mapping.kind
        values: _Values = {"row": row, "external_id": found.pop(Field.EXTERNAL_ID, "")}
        if remarks := found.pop(Field.NOTES, ""):
            values["remarks"] = remarks
        if tags := found.pop(Field.TAGS, ()):
            values["tags"] = tags
        if kind is not Kind.MEMBERS and (owner := found.pop(Field.OWNER, "")):
            values["owner_name"] = owner
            values["owner"] = self._mapping.people.get(owner, "")
            if not values["owner"]:
                notes.append(Note(self._headers[Field.OWNER], f"Nobody here is matched to “{owner}”."))
        makers = {
            Kind.OPPORTUNITIES: self._opportunity,
            Kind.COMPANIES: self._company,
            Kind.PEOPLE: self._person,
            Kind.PRODUCTS: self._product_draft,
            Kind.MEMBERS: self._member,
        }
        return makers[kind](values, found, refusals, notes)

    def _opportunity(
        self, values: _Values, found: dict[Field, Any], refusals: list[Refusal], notes: list[Note]
    ) -> AnyDraft:
        title = (
            found.pop(Field.TITLE, "")
            or title_without_one(
                product=found.get(Field.PRODUCT, ""),
                company=found.get(Field.COMPANY, ""),
                external_id=values["external_id"],
                rule=self._mapping.title_rule,
            )[:200]
        )
        if not title:
            refusals.append(self._missing("no name, nor a product, a company or a number to be called after"))
        if (amount := found.get(Field.AMOUNT)) is not None:
            found[Field.CURRENCY] = amount.currency
            if amount.minor < 0:
                del found[Field.AMOUNT]
                refusals.append(Refusal(self._headers[Field.AMOUNT], "An amount cannot be below zero."))
        engaged, closed = found.get(Field.ENGAGED), found.get(Field.CLOSED)
        if engaged and closed and closed < engaged:
            refusals.append(Refusal(self._headers[Field.CLOSED], "It closed before it began. Check both dates."))
        values.update(_by_name(found))
        return OpportunityDraft(title=title, refusals=tuple(refusals), notes=tuple(notes), **values)

    def _company(
        self, values: _Values, found: dict[Field, Any], refusals: list[Refusal], notes: list[Note]
    ) -> AnyDraft:
        if found.pop(Field.IS_COMPANY, True) is False:
            found[Field.PERSON] = found.pop(Field.COMPANY, "")
            found[Field.COMPANY] = found.pop(Field.PARENT, "")
            for field in (Field.SECTOR, Field.EMPLOYEES, Field.REVENUE, Field.FOUNDED, Field.CURRENCY):
                found.pop(field, None)
            return self._person(values, found, refusals, notes)
        name = found.pop(Field.COMPANY, "")
        if not name:
            refusals.append(self._missing("no company name"))
        found.pop(Field.CURRENCY, None)
        values["address"] = self._address(found, notes)
        values.update(_by_name(found))
        return CompanyDraft(name=name, refusals=tuple(refusals), notes=tuple(notes), **values)

    def _person(self, values: _Values, found: dict[Field, Any], refusals: list[Refusal], notes: list[Note]) -> AnyDraft:
        parts = (found.pop(Field.FIRST_NAME, ""), found.pop(Field.LAST_NAME, ""))
        name = found.pop(Field.PERSON, "") or " ".join(part for part in parts if part)
        if not name:
            refusals.append(self._missing("no name"))
        values["address"] = self._address(found, notes)
        values.update(_by_name(found))
        return PersonDraft(name=name, refusals=tuple(refusals), notes=tuple(notes), **values)

    def _product_draft(
        self, values: _Values, found: dict[Field, Any], refusals: list[Refusal], notes: list[Note]
    ) -> AnyDraft:
        name = found.pop(Field.PRODUCT, "")
        if not name:
            refusals.append(self._missing("no product name"))
        found.pop(Field.CURRENCY, None)
        values.update(_by_name(found))
        return ProductDraft(name=name, refusals=tuple(refusals), notes=tuple(notes), **values)

    def _member(self, values: _Values, found: dict[Field, Any], refusals: list[Refusal], notes: list[Note]) -> AnyDraft:
        name = found.pop(Field.OWNER, "")
        if not name:
            refusals.append(self._missing("no name"))
        values.update(_by_name(found))
        return MemberDraft(name=name, refusals=tuple(refusals), notes=tuple(notes), **values)

    def _missing(self, what: str) -> Refusal:
        return Refusal(self._headers.get(NAMED[self._mapping.kind], ""), f"This row has {what}.")

    def _address(self, found: dict[Field, Any], notes: list[Note]) -> Address:
        country = found.pop(Field.COUNTRY, None)
        if country is not None and not country.exact:
            notes.append(Note(self._headers[Field.COUNTRY], f"Read as {country.name}."))
        return Address(
            street=found.pop(Field.STREET, ""), city=found.pop(Field.CITY, ""), postcode=found.pop(Field.POSTCODE, ""),
            state=found.pop(Field.STATE, ""), country=country.code if country is not None else "",
        )  # fmt: skip


def title_without_one(*, product: str, company: str, external_id: str, rule: str = TITLE_RULES[0]) -> str:
    """What to call an opportunity whose sheet has no title for it."""
    wanted = {"product": product, "company": company, "number": external_id}.get(rule, "")
    if wanted:
        return wanted
    if product and company:
        return f"{company}, {product}" if rule == "company, product" else f"{product} for {company}"
    return product or company or external_id


def _by_name(found: dict[Field, Any]) -> _Values:
    return {field.value: value for field, value in found.items()}


def _read_line(value: Value, most: int = 250) -> str:
    return " ".join(cells.read_text(value, most=most).split())


# What the records have room for. A longer text is refused with its length, never cut.
LONGEST: dict[Field, int] = {
    Field.TITLE: 200, Field.COMPANY: 200, Field.PARENT: 200, Field.PERSON: 200, Field.FIRST_NAME: 100, Field.LAST_NAME: 99,
    Field.JOB: 120, Field.PRODUCT: 120, Field.EXTERNAL_ID: 120, Field.SECTOR: 80, Field.STREET: 200, Field.CITY: 120,
    Field.STATE: 120, Field.POSTCODE: 20,
}  # fmt: skip


def _read_year(value: Value) -> int:
    year = cells.read_whole(value)
    if not 1000 <= year <= 2200:
        raise Refused(f"“{year}” is not a year.")
    return year
