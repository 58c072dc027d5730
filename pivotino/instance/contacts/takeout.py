"""What contacts add to an export: an address book for any program, a list to read; and their words for the search, anew."""

from collections.abc import Iterator
from typing import TextIO

from pivotino.instance.contacts.models import Contact
from pivotino.instance.contacts.searching import words_of
from pivotino.instance.history import search
from pivotino.tenancy.packing.book import Book, Row
from pivotino.tenancy.packing.contentlines import escaped, folded
from pivotino.tenancy.packing.registry import Group, in_use, page, rebuilds, twin

KEPT = "t.removed_at IS NULL"
COMPANY = {"company": "company_.name"}
ITS_COMPANY = "LEFT JOIN contacts_contact company_ ON company_.id = t.company_id"
AT_ONCE = 500


@twin("contacts.vcf", of="contacts.contact")
def address_book(book: Book, out: TextIO) -> int:
    """Everybody who was not removed, as vCard 4.0."""
    labels = book.many(
        "contacts.contact_labels", key="contact_id", plus={"label": "label_.name"},
        joins="JOIN contacts_label label_ ON label_.id = t.label_id",
    )  # fmt: skip
    count = 0
    for row in book.rows("contacts.contact", plus=COMPANY, joins=ITS_COMPANY, where=KEPT):
        out.writelines(folded(line) for line in _card(row, sorted(tie["label"] for tie in labels.of(row["id"]))))
        count += 1
    return count


@page(
    "contacts", "Contacts", of="contacts.contact", order=20,
    columns=("Name", "Company", "Position", "Mail", "Phone", "Where", "Notes"),
)  # fmt: skip
def contacts(book: Book) -> Iterator[Group]:
    """Companies, then people, by name."""
    for kind, heading in (("company", "Companies"), ("person", "People")):
        where = f"{KEPT} AND t.kind = '{kind}'"
        rows = book.rows("contacts.contact", plus=COMPANY, joins=ITS_COMPANY, where=where, order="t.folded, t.id")
        yield Group(heading, f"{book.count('contacts.contact', where):,}", (_told(row) for row in rows))


@in_use
def work_there_is() -> str:
    count = Contact.objects.kept().count()
    return f"it has {count:,} contact{'s' if count != 1 else ''}" if count else ""


@rebuilds(10)
def find_again() -> None:
    """The words of every contact, for the search."""
    last = None
    while some := list(Contact.objects.kept().filter(**({"pk__gt": last} if last else {})).order_by("pk")[:AT_ONCE]):
        search.index_many([("contact", contact.pk, None, words_of(contact)) for contact in some])
        last = some[-1].pk


def _card(row: Row, labels: list[str]) -> Iterator[str]:
    company = row["kind"] == "company"
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"UID:urn:uuid:{row['id']}"
    yield f"KIND:{'org' if company else 'individual'}"
    yield f"FN:{escaped(row['name'])}"
    if company:
        yield f"ORG:{escaped(row['name'])}"
    else:
        yield f"N:;{escaped(row['name'])};;{escaped(row['title'])};"
        if row["company"]:
            yield f"ORG:{escaped(row['company'])}"
    for name, key in (("TITLE", "job_position"), ("EMAIL", "email"), ("URL", "website"), ("LANG", "language")):
        if row[key]:
            yield f"{name}:{escaped(row[key])}"
    for kind, key in (("cell", "mobile"), ("voice", "phone")):
        if row[key]:
            yield f"TEL;VALUE=uri;TYPE={kind}:tel:{escaped(row[key]).replace(' ', '')}"
    street = ", ".join(filter(None, [row["street"], row["street2"]]))
    if any([street, row["city"], row["state"], row["zip"], row["country"]]):
        place = [street, row["city"], row["state"], row["zip"], row["country"]]
        yield f"ADR;TYPE=work:;;{';'.join(escaped(part) for part in place)}"
    if labels:
        yield f"CATEGORIES:{','.join(escaped(label) for label in labels)}"
    if row["notes"]:
        yield f"NOTE:{escaped(row['notes'])}"
    yield f"REV:{row['created_at'][:19].replace('-', '').replace(':', '')}Z"
    yield "END:VCARD"


def _told(row: Row) -> tuple[str, ...]:
    where = ", ".join(filter(None, [row["street"], row["zip"], row["city"], row["country"]]))
    numbers = "\n".join(filter(None, [row["mobile"], row["phone"]]))
    return row["name"], row["company"] or "", row["job_position"], row["email"], numbers, where, row["notes"]
