"""Companies and people that rows name: found by their folded name, or made."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange import bulk
from pivotino.instance.exchange.words import fold
from pivotino.instance.exchange.writing.base import Writer, in_portions
from pivotino.kit.ids import uuid7


class Directory:
    """Who is here, as far as a portion of rows asks. What is missing is made, once."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.companies: dict[str, UUID] = {}
        self.people: dict[tuple[str, UUID | None], UUID] = {}

    def name_companies(self, names: Iterable[str]) -> None:
        """Have a company for each of these names."""
        wanted = {fold(name)[:200]: name for name in names if name}
        rows = Contact.objects.companies().order_by("-id")
        found = in_portions(wanted, lambda some: rows.filter(folded__in=some).values_list("folded", "id"))
        # The oldest of a name comes last and stays.
        self.companies |= dict(found)
        missing = [{"kind": "company", "name": name} for folded, name in wanted.items() if folded not in self.companies]
        for line in self.make(missing):
            self.companies[line["folded"]] = line["id"]

    def name_people(self, wanted: Iterable[tuple[str, UUID | None, str, str]]) -> None:
        """Have a person for each (name, company, e-mail, phone)."""
        every = {(fold(name)[:200], company): (name, email, phone) for name, company, email, phone in wanted}
        rows = Contact.objects.people().order_by("-id")
        found = in_portions(
            {folded for folded, _ in every},
            lambda some: rows.filter(folded__in=some).values_list("folded", "company_id", "id"),
        )
        self.people |= {(folded, company): id for folded, company, id in found}
        missing = [
            {"kind": "person", "name": name, "company_id": company, "email": email.lower(), "phone": phone}
            for (folded, company), (name, email, phone) in every.items() if (folded, company) not in self.people
        ]  # fmt: skip
        for line in self.make(missing):
            self.people[line["folded"], line["company_id"]] = line["id"]

    def company(self, name: str | None) -> UUID | None:
        return self.companies.get(fold(name)[:200]) if name else None

    def person(self, name: str, company: UUID | None) -> UUID | None:
        return self.people.get((fold(name)[:200], company))

    def make(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """New contacts with their search words and events."""
        writer = self.writer
        full = [
            {"id": uuid7(), "folded": fold(line["name"])[:200], "import_id": writer.one.pk, "created_at": writer.moment,
             "company_id": None, **line}
            for line in lines
        ]  # fmt: skip
        bulk.insert(Contact, full)
        writer.found_by([("contact", line["id"], None, words(line)) for line in full])
        writer.events(
            "contact.added", "contact",
            [(line["id"], line.get("owner_id"), {"name": line["name"], "kind": line["kind"]}) for line in full],
        )  # fmt: skip
        return full


def words(line: dict[str, Any]) -> str:
    """What of a new contact can be searched for."""
    said = (line.get(name) for name in ("name", "email", "city", "job_position", "notes", "phone", "mobile"))
    return " ".join(filter(None, said))
