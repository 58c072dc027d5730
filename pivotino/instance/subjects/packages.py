"""Everything an instance keeps about one contact, to read and to hand over."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.contacts.undoing import WORDS
from pivotino.instance.exchange.models import Import, ProposedRow
from pivotino.instance.files.models import File
from pivotino.instance.history.models import Event
from pivotino.instance.history.sentences import sentence_of
from pivotino.instance.mailing.models import Listed, Recipient
from pivotino.instance.mailing.models.stops import stops_of
from pivotino.instance.members.queries import local_day
from pivotino.instance.pipeline.models import Note, Opportunity
from pivotino.instance.subjects.erasing import events_of, files_of
from pivotino.instance.subjects.models import Asking, Consent, Restriction, Source
from pivotino.kit.days import date_phrase
from pivotino.kit.money import Money

Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One sort of data: what it is, what for, how long, and every row of it in words."""

    title: str
    purpose: str
    kept: str
    rows: list[Row]


def everything(contact: Contact) -> list[Section]:
    """All of it, sort by sort; sorts without a row are left out."""
    sales = Opportunity.objects.filter(contact=contact).select_related("stage", "owner")
    made = [
        _section("Contact", Contact, [_facts(contact)]),
        _section("Where the data comes from", Source, [_source(contact)]),
        _section("What they said yes or no to", Consent, [_consent(one) for one in contact.consents.all()]),
        _section("Stored, not used", Restriction, [{"Why": one.why, "Since": _day(one.since)} for one in Restriction.objects.filter(contact=contact)]),
        _section("Requests about their data", Asking, [_asking(one) for one in contact.askings.all()]),
        _section("Opportunities", Opportunity, [_sale(one) for one in sales]),
        _section("Notes", Note, [{"On": one.opportunity.title, "Written": _day(one.at), "Words": one.body}
                                 for one in Note.objects.filter(opportunity__in=sales).select_related("opportunity")]),
        _section("Activities", Activity, [_activity(one) for one in Activity.objects.filter(opportunity__in=sales).select_related("kind", "opportunity")]),
        _section("Lists of mailings", Listed, [{"List": one.audience.name, "Since": _day(one.at)}
                                               for one in Listed.objects.filter(contact=contact).select_related("audience")]),
        _section("Mailings they got", Recipient, [
            {"Subject": one.bulletin.subject, "What became of it": one.get_standing_display()}
            for one in Recipient.objects.filter(address__iexact=contact.email).select_related("bulletin")] if contact.email else []),
        _section("What they stopped", Recipient, [{"Since": _day(one.since), "How": one.get_how_display()} for one in stops_of(contact.email)]),
        _section("Rows of lists that were brought in", ProposedRow, [
            {"File": one.of_import.name, "Row": str(one.number), **{str(key): str(value) for key, value in one.data.items()}}
            for one in ProposedRow.objects.filter(target_id=contact.pk).select_related("of_import")]),
        _section("Files", File, [{"Name": one.name, "Size": one.size_said, "Added": _day(one.at)} for one in files_of(contact)]),
        _section("What happened", Event, [
            {"When": _day(one.at), "What": sentence_of(one).words, **{one_.label: f"{one_.before} → {one_.after}" for one_ in sentence_of(one).changes}}
            for one in events_of(contact).order_by("at", "id")]),
    ]  # fmt: skip
    return [section for section in made if section.rows]


def source_of(contact: Contact) -> str:
    """How we got their data: what somebody noted, else what we know ourselves."""
    noted = Source.objects.filter(contact=contact).first()
    if noted is not None:
        return f"{noted.how}, {date_phrase(noted.on)}"
    brought = Import.objects.filter(pk=contact.import_id).first() if contact.import_id else None
    if brought is not None:
        return f"From the list “{brought.name}”, {_day(brought.at)}"
    event = Event.objects.filter(subject_id=contact.pk, verb="contact.added").select_related("by").first()
    who = f"Typed in by {event.by.name}" if event and event.by else "Typed in"
    return f"{who}, {_day(contact.created_at)}"


def as_plain(contact: Contact) -> dict[str, Any]:
    """The same for machines."""
    return {
        "about": contact.name,
        "sections": [{"title": one.title, "purpose": one.purpose, "kept": one.kept, "rows": one.rows} for one in everything(contact)],
    }  # fmt: skip


def _section(title: str, model: type[Model], rows: list[Row]) -> Section:
    holds: Any = model.holds  # type: ignore[attr-defined]
    return Section(title=title, purpose=holds.purpose, kept=holds.retention, rows=[row for row in rows if row])


def _facts(contact: Contact) -> Row:
    facts = contact.facts() | {"external_id": contact.external_id}
    named = dict(_named(contact, facts))
    return named | {"Added": _day(contact.created_at)}


def _named(contact: Contact, facts: dict[str, object]) -> Iterator[tuple[str, str]]:
    for field, value in facts.items():
        if field == "company_id":
            value = contact.company.name if contact.company else ""
        elif field == "owner_id":
            value = contact.owner.name if contact.owner else ""
        elif isinstance(value, list):
            value = ", ".join(str(one) for one in value)
        elif isinstance(value, bool):
            value = "yes" if value else ""
        if value not in ("", None):
            yield WORDS.get(field, field.replace("_", " ")).capitalize(), str(value)


def _source(contact: Contact) -> Row:
    return {"Source": source_of(contact)}


def _consent(one: Consent) -> Row:
    return {
        "Topic": one.topic,
        "Answer": "yes" if one.given else "no",
        "On": date_phrase(one.on),
        "How": one.how,
        "Words": one.wording,
    }


def _asking(one: Asking) -> Row:
    return {"What": one.get_sort_display(), "Came": date_phrase(one.came_on), "Words": one.said, "Answer": one.answer}


def _sale(one: Opportunity) -> Row:
    told = {
        "Title": one.title, "Stage": one.stage.name, "Worth": str(Money(one.amount_minor, one.currency)), "Product": one.product,
        "E-mail": one.email, "Phone": one.phone, "Notes": one.notes, "Opened": _day(one.created_at),
        "Closed": _day(one.closed_at) if one.closed_at else "", "Looked after by": one.owner.name if one.owner else "",
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _activity(one: Activity) -> Row:
    told = {
        "On": one.opportunity.title if one.opportunity else "", "Kind": one.kind.name, "Due": date_phrase(one.due_on), "Summary": one.summary,
        "Note": one.note, "Feedback": one.feedback, "Done": _day(one.done_at) if one.done_at else "",
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _day(moment: Any) -> str:
    return date_phrase(local_day(moment))
