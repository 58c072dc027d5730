"""Read a list of people: CSV, its headings in the words people use. Only what we have a purpose for is read at all."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from pivotino.control.prospects.taking_in import Person
from pivotino.kit.csvs import bare_cell
from pivotino.kit.phones import NotAPhone, parse_phone
from pivotino.kit.places import HOME, countries

MOST_BYTES, MOST_LINES = 2 * 1024 * 1024, 5_000
HEADINGS = {
    "address": ("email", "e-mail", "mail", "email address", "e-mail address", "mail address", "emel", "address"),
    "name": ("name", "full name", "contact", "person", "nama"),
    "company": ("company", "organisation", "organization", "firm", "syarikat"),
    "phone": ("phone", "telephone", "mobile", "phone number", "telefon"),
    "country": ("country", "country code", "negara"),
    "language": ("language", "lang", "bahasa"),
}
LONGEST = {"name": 160, "company": 200, "language": 12}
_web = URLValidator(schemes=["http", "https"])


class UnreadableList(ValueError):
    """A file we refuse; the message is for who chose it."""


@dataclass(frozen=True)
class Read:
    """What stands in a list. `refused` are pairs of a line and a reason."""

    people: list[Person]
    refused: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def read(data: bytes, *, country: str = "") -> Read:
    """Everybody in the list, each once. `country` holds where a line names none. Raises UnreadableList."""
    rows = _rows(data)
    columns, notes = _columns([cell.strip() for cell in next(rows, [])])
    found = Read(people=[], notes=notes)
    for line, cells in enumerate(rows, start=2):
        if line > MOST_LINES + 1:
            raise UnreadableList(f"This list has more than {MOST_LINES:,} people. Split it.")
        told = {name: bare_cell(cells[place].strip()) for name, place in columns.items() if place < len(cells)}
        if any(told.values()):
            _note(found, line, told, country)
    if not found.people and not found.refused:
        raise UnreadableList("There is nobody in this list.")
    return found


def _rows(data: bytes) -> Iterator[list[str]]:
    if len(data) > MOST_BYTES:
        raise UnreadableList("This file is larger than 2 MB. Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableList("The letters of this file cannot be read. Save it as “CSV UTF-8” and try again.") from None
    if "\0" in text:
        raise UnreadableList("This is no CSV file.")
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    except csv.Error:
        raise UnreadableList("A quotation mark in this file is never closed. Mend it and try again.") from None


def _columns(headings: list[str]) -> tuple[dict[str, int], list[str]]:
    """Which column holds what. `phone url` says where the phone of a line was found."""
    columns: dict[str, int] = {}
    unread = []
    for place, heading in enumerate(headings):
        plain = heading.lower().replace("_", " ")
        base = plain.removesuffix(" url").removesuffix(" source")
        name = next((name for name, words in HEADINGS.items() if base in words), "")
        if name and base != plain:
            name = f"{name} url"
        if name and name not in columns:
            columns[name] = place
        elif heading:
            unread.append(heading)
    if "address" not in columns:
        raise UnreadableList("No column is called “email”. The first line has to name the columns.")
    return columns, [f"Not read, for we have no purpose for it: {', '.join(unread)[:200]}."] if unread else []


def _note(found: Read, line: int, told: dict[str, str], country: str) -> None:
    address = told.get("address", "").lower()
    try:
        validate_email(address)
    except ValidationError:
        found.refused.append((line, "Has no mail address." if not address else "What stands as its mail address is none."))  # fmt: skip
        return
    if address in found.lines:
        found.refused.append((line, "Stands twice in this list."))
        return
    found.lines[address] = line
    place = _country(told.get("country", "")) or country
    said = {name: " ".join(told.get(name, "").split())[:most] for name, most in LONGEST.items()}
    phone = ""
    with suppress(NotAPhone):
        phone = parse_phone(told.get("phone", ""), place or HOME).e164
    if told.get("phone") and not phone:
        found.notes.append(f"Line {line}: its phone number is none and was left out.")
    found.people.append(Person(address=address, phone=phone, country=place, urls=_urls(told), **said))


def _urls(told: dict[str, str]) -> dict[str, str]:
    found = {}
    for name in HEADINGS:
        with suppress(ValidationError):
            if url := told.get(f"{name} url", "")[:500]:
                _web(url)
                found[name] = url
    return found


def _country(text: str) -> str:
    known = dict(countries())
    if text.upper() in known:
        return text.upper()
    return next((code for code, name in known.items() if name.casefold() == text.casefold()), "")
