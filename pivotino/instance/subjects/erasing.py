"""Erasing a person inside an instance: plan, days to think again, execution, review of texts, certificate.

What has to stay, won sales above all, stays without the person. It reads as "Someone who was erased".
"""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange.jobs import forget as forget_import
from pivotino.instance.exchange.models import Import, ProposedRow
from pivotino.instance.exchange.storage import path_of
from pivotino.instance.files.jobs import forget as forget_files
from pivotino.instance.files.models import File
from pivotino.instance.history import search, trail
from pivotino.instance.history.models import Event
from pivotino.instance.mailing.models import How, Listed, Recipient, Sender
from pivotino.instance.mailing.models.stops import mark_of, stop
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Note, Opportunity, Outcome
from pivotino.instance.subjects import inbox
from pivotino.instance.subjects.marks import marks_of, naming, taken_out, texts
from pivotino.instance.subjects.models import Asking, Erasure, Mention, Restriction, Source
from pivotino.instance.subjects.models.erasures import COOL_OFF
from pivotino.kit.fold import fold
from pivotino.tenancy import atomic, scrubbing
from pivotino.tenancy.erasing import Piece, erase, erases, remember
from pivotino.tenancy.held import put_aside

SOMEONE = "Someone who was erased"
CONTACT, SALE = "contacts.Contact", "pipeline.Opportunity"
# What an event may keep: stages, sums and days.
SAFE = frozenset(
    {
        "stage_id",
        "amount_minor",
        "base_minor",
        "currency",
        "probability",
        "expected_closing",
        "closed_at",
        "stage_since",
    }
)
# Which kinds of sales there are, and whether one may go whole.
KINDS = {"won": "Won", "open": "Open", "lost": "Lost"}


class NotNow(ValueError):
    """It cannot be erased now; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the plan: so many of what, and what becomes of them."""

    what: str
    count: int
    says: str
    kind: str = ""


def sales_of(contact: Contact, kind: str) -> "Any":
    """The contact's opportunities of one kind, removed ones too."""
    mine = Opportunity.objects.filter(contact=contact)
    if kind == "open":
        return mine.filter(closed_at__isnull=True)
    return mine.filter(outcome__kind=kind)


def plan(contact: Contact) -> list[Line]:
    """What there is, with counts, before anything is done."""
    mine = Opportunity.objects.filter(contact=contact)
    found = [
        Line(what="The contact itself", count=1, says="Emptied; an id without a name stays where a sale leans on it."),
        *(Line(what=f"{name} opportunities", count=sales_of(contact, kind).count(), kind=kind, says="")
          for kind, name in KINDS.items()),
        Line(what="Notes, activities and texts on them", count=Note.objects.filter(opportunity__in=mine).count()
             + Activity.objects.filter(opportunity__in=mine).count(), says="Texts go; of what stays, kind and day stay."),
        Line(what="Lines of the history", count=events_of(contact).count(), says="That something happened stays, what was in it goes."),
        Line(what="Letters of mailings", count=Recipient.objects.filter(address__iexact=contact.email).count() if contact.email else 0,
             says="Address and name go; that a letter went stays."),
        Line(what="Files", count=files_of(contact).count(), says="Deleted."),
        Line(what="Places on lists", count=Listed.objects.filter(contact=contact).count(), says="Deleted."),
        Line(what="Files that were brought in", count=len(_imports(contact, marks_of(contact))), says="File and words of its rows go; figures stay."),
        Line(what="Other texts that name them", count=sum(1 for _ in _mentions(contact, marks_of(contact))),
             says="Shown to you one by one, after the erasure."),
    ]  # fmt: skip
    return [line for line in found if line.count]


def begin(contact: Contact, *, blanked: Iterable[str], by: Member, asking: Asking | None = None) -> Erasure:
    """Put the erasure on its way; until `goes_at` it can be stopped. Twice is once."""
    with atomic():
        contact = Contact.objects.select_for_update().get(pk=contact.pk)
        if found := Erasure.objects.standing().filter(contact_id=contact.pk).first():
            return found
        if contact.is_company and contact.people.kept().exists():
            raise NotNow("People belong to this company. Erase them one by one, or remove the company.")
        now = timezone.now()
        row = Erasure.objects.create(
            contact_id=contact.pk,
            blanked=sorted({"won", *blanked}),
            by=by,
            asking=asking,
            asked_at=now,
            goes_at=now + COOL_OFF,
        )
        trail.write(
            "erasure.asked", by=by.name, by_id=by.pk, purpose="asked to be erased", facts={"erasure": str(row.pk)}
        )
        return row


def halt(row: Erasure, *, by: Member) -> None:
    """Nobody is erased after all. Only while it waits."""
    with atomic():
        if not Erasure.objects.filter(pk=row.pk, done_at__isnull=True, stopped_at__isnull=True).update(
            stopped_at=timezone.now()
        ):
            raise NotNow("It is done already.")
        trail.write("erasure.stopped", by=by.name, by_id=by.pk, facts={"erasure": str(row.pk)})


def go_on() -> int:
    """Carry out what waited long enough. Safe to repeat; returns how many."""
    due = list(Erasure.objects.standing().filter(done_at__isnull=True, goes_at__lte=timezone.now()))
    for row in due:
        with scrubbing.thoroughly():
            carry_out(row)
    return len(due)


def carry_out(row: Erasure) -> None:
    """Everything of the plan, in one transaction; then texts of others wait for a human, or it is finished."""
    with atomic():
        row = Erasure.objects.select_for_update().get(pk=row.pk)
        contact = Contact.objects.filter(pk=row.contact_id).first()
        if row.state != "waiting" or contact is None:
            Erasure.objects.filter(pk=row.pk, done_at__isnull=True, stopped_at__isnull=True).update(
                done_at=timezone.now(), finished_at=timezone.now()
            )
            return
        marks, counts = marks_of(contact), {line.what: line.count for line in plan(contact)}
        files = _imports(contact, marks)
        _still_left_alone(contact)
        going = [
            pk
            for kind in KINDS
            if kind not in row.blanked
            for pk in sales_of(contact, kind).values_list("pk", flat=True)
        ]
        pieces = [Piece(CONTACT, contact.pk), *(Piece(SALE, pk) for pk in going)]
        remember(pieces)
        erase(pieces)
        Contact.objects.filter(pk=row.contact_id, opportunities__isnull=True).delete()
        for one in files:
            forget_import(one)
            Import.objects.filter(pk=one.pk).update(name=taken_out(one.name, marks))
        # What the trail says of those files is what they are called.
        trail.forget_subjects(one.pk for one in files)
        for model, field, pk in _mentions(contact, marks):
            Mention.objects.get_or_create(erasure=row, model=model, field=field, record=str(pk))
        now = timezone.now()
        row.marks, row.counts, row.done_at = marks, counts, now
        row.save(update_fields=["marks", "counts", "done_at"])
        trail.write("erasure.done", by="A rule", purpose="asked to be erased", facts={"erasure": row.pk})
        _finish(row)


def review(mention: Mention, *, blank: bool, by: Member) -> None:
    """Say of one text whether it names them. The last answer finishes the erasure."""
    with scrubbing.thoroughly(), atomic():
        row = Erasure.objects.select_for_update().get(pk=mention.erasure_id)
        if blank:
            model = apps.get_model(mention.model)
            for found in model._default_manager.filter(pk=mention.record_id):
                was = getattr(found, mention.field)
                model._default_manager.filter(pk=found.pk).update(
                    **{mention.field: _fitting(model, mention.field, taken_out(was, row.marks))}
                )
                _find_again(found)
                if isinstance(found, Event):
                    trail.forget_subjects([found.subject_id])  # the trail says the same as the event it followed
        Mention.objects.filter(pk=mention.pk).update(blanked=blank)
        trail.write("erasure.reviewed", by=by.name, by_id=by.pk, facts={"erasure": str(row.pk), "blanked": blank})
        _finish(row)


def _finish(row: Erasure) -> None:
    if row.mentions.filter(blanked__isnull=True).exists():
        return
    now = timezone.now()
    reviewed = {"Texts taken out after review": row.mentions.filter(blanked=True).count(),
                "Texts that were about somebody else": row.mentions.filter(blanked=False).count()}  # fmt: skip
    row.counts = row.counts | {what: count for what, count in reviewed.items() if count}
    row.marks, row.finished_at = [], now
    row.save(update_fields=["marks", "counts", "finished_at"])
    if row.asking is not None:
        inbox.answer(row.asking, said="Erased.", by=row.by)


# ---------- how a record is erased; also after every return of an older state ----------


@erases(CONTACT)
def forget_contacts(ids: list[UUID]) -> int:
    """Empty these contacts and what hangs on them. The row goes where no sale leans on it."""
    rows = list(Contact.objects.filter(pk__in=ids))
    for contact in rows:
        _blank(contact)
        blank_sales(list(Opportunity.objects.filter(contact=contact).values_list("pk", flat=True)))
        if contact.email:
            Recipient.objects.filter(address__iexact=contact.email).update(
                address="", name="", because="", zone="", facts={}
            )
        Listed.objects.filter(contact=contact).delete()
        Source.objects.filter(contact=contact).delete()
        contact.consents.all().delete()
        Restriction.objects.filter(contact=contact).delete()
        Asking.objects.filter(contact=contact).update(who=SOMEONE, address="", said="", contact=None)
        _empty_beside([contact.pk])
        trail.forget_subject(contact.pk)
        search.forget("contact", contact.pk)
        if not Opportunity.objects.filter(contact=contact).exists():
            contact.delete()
    blank_events(ids)
    return len(rows)


@erases(SALE)
def forget_sales(ids: list[UUID]) -> int:
    """Delete these opportunities with all that lies on them; their history keeps that something happened."""
    rows = Opportunity.objects.filter(pk__in=ids)
    found = rows.count()
    for opportunity in rows.filter(removed_at__isnull=True):
        opportunity.remove(by=None)
    things = [*Activity.objects.filter(opportunity__in=ids).values_list("pk", flat=True)]
    _empty_beside(ids)
    blank_events([*ids, *things])
    for id in ids:
        search.forget("opportunity", id)
    trail.forget_subjects(ids)
    rows.delete()
    return found


def blank_sales(ids: list[UUID]) -> None:
    """These opportunities without the person: sums, stages and days stay."""
    if not ids:
        return
    put_aside(SALE, ids)
    things = list(Activity.objects.filter(opportunity__in=ids).values_list("pk", flat=True))
    Activity.objects.filter(pk__in=things).update(summary="", note="", feedback="")
    Note.objects.filter(opportunity__in=ids).delete()
    Outcome.objects.filter(opportunity__in=ids).update(note="")
    Opportunity.objects.filter(pk__in=ids).update(
        title=SOMEONE, email="", phone="", notes="", next_summary="", open_names="", external_id=""
    )
    for opportunity in Opportunity.objects.filter(pk__in=ids):
        opportunity.find_again()
    _empty_beside(ids)
    blank_events([*ids, *things])
    trail.forget_subjects(ids)


def blank_events(ids: list[UUID]) -> None:
    """That something happened stays, what was in it goes; nothing of it can be taken back."""
    for event in Event.objects.filter(subject_id__in=ids).exclude(data={"erased": True}).iterator():
        kept = {side: {name: value for name, value in event.data.get(side, {}).items() if name in SAFE}
                for side in ("before", "after") if isinstance(event.data.get(side), dict)}  # fmt: skip
        Event.objects.filter(pk=event.pk).update(
            data={"erased": True} | {side: facts for side, facts in kept.items() if facts}
        )


# ---------- steps ----------


def _blank(contact: Contact) -> None:
    plain = dict.fromkeys(("title", "job_position", "email", "phone", "mobile", "website", "street", "street2", "city", "state", "zip", "language", "notes", "external_id"), "")  # fmt: skip
    Contact.objects.filter(pk=contact.pk).update(
        **plain, name=SOMEONE, folded=fold(SOMEONE), company=None, do_not_mail=True, version=contact.version + 1,
        removed_at=contact.removed_at or timezone.now(),
    )  # fmt: skip
    contact.labels.clear()
    contact.people.update(company=None)


def files_of(contact: Contact) -> "Any":
    """What hangs on the contact and on their sales."""
    sales = Opportunity.objects.filter(contact=contact).values("pk")
    return File.objects.filter(Q(subject_id=contact.pk) | Q(subject_id__in=sales))


def events_of(contact: Contact) -> "Any":
    sales = Opportunity.objects.filter(contact=contact).values("pk")
    things = Activity.objects.filter(opportunity__contact=contact).values("pk")
    return Event.objects.filter(Q(subject_id=contact.pk) | Q(subject_id__in=sales) | Q(subject_id__in=things))


def _empty_beside(ids: Iterable[UUID]) -> None:
    """Files that hang on these records, and the rows of lists that brought them."""
    forget_files(File.objects.filter(subject_id__in=list(ids)).values_list("pk", flat=True))
    ProposedRow.objects.filter(target_id__in=list(ids)).update(name="", reasons=[], changes=[], data={}, before=None)


def _imports(contact: Contact, marks: list[str]) -> list[Import]:
    """The files that name them."""
    there = Import.objects.filter(forgotten_at__isnull=True)
    rows = set(ProposedRow.objects.filter(target_id=contact.pk).values_list("of_import_id", flat=True))
    for field in ("name", "data", "before", "changes"):
        rows |= set(naming(ProposedRow, field, marks).values_list("of_import_id", flat=True))
    return [
        one
        for one in there
        if one.pk in rows or one.pk == contact.import_id or _file_names(path_of(one.pk, one.ending), marks)
    ]


def _file_names(path: Path, marks: list[str]) -> bool:
    if not path.exists():
        return False
    words = [mark.lower().encode() for mark in marks]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            return any(_holds(book.read(name), words) for name in book.namelist() if name.endswith(".xml"))
    return _holds(path.read_bytes(), words)


def _holds(bytes_: bytes, words: list[bytes]) -> bool:
    lowered = bytes_.lower()
    return any(word in lowered for word in words)


def _mentions(contact: Contact, marks: list[str]) -> "Iterable[tuple[str, str, Any]]":
    """Texts of other records in which one of the marks stands."""
    if not marks:
        return
    mine = set(Opportunity.objects.filter(contact_id=contact.pk).values_list("pk", flat=True))
    things = set(Activity.objects.filter(opportunity__in=mine).values_list("pk", flat=True))
    notes = set(Note.objects.filter(opportunity__in=mine).values_list("pk", flat=True))
    own = {contact.pk, *mine, *things, *notes}
    files = {one.pk for one in _imports(contact, marks)}
    for model, field in texts():
        rows = naming(model, field, marks)
        label = model._meta.label
        if model is Event:
            rows = rows.exclude(subject_id__in=own)
        elif model is Recipient:
            rows = rows.exclude(address__iexact=contact.email)
        elif model is ProposedRow:
            rows = rows.exclude(of_import__in=files)
        elif label.startswith("subjects.") and any(one.name == "contact" for one in model._meta.concrete_fields):
            rows = rows.exclude(contact=contact.pk)
        elif model is Outcome:
            rows = rows.exclude(opportunity__in=mine)
        for pk in rows.values_list("pk", flat=True)[:500]:
            if pk not in own and not (model is Import and pk in files):
                yield label, field, pk


def _still_left_alone(contact: Contact) -> None:
    """Whoever wanted no mailings is left alone too when they come in again with a list."""
    if contact.do_not_mail and contact.email and Sender.objects.exists():
        stop(mark_of(contact.email, Sender.ours().key), audience=None, how=How.ASKED)


def _fitting(model: type[Any], field: str, value: Any) -> Any:
    longest = getattr(model._meta.get_field(field), "max_length", None)
    return value[:longest] if longest and isinstance(value, str) else value


def _find_again(found: Any) -> None:
    from pivotino.instance.contacts.searching import index_contact

    if isinstance(found, Contact):
        fresh = Contact.objects.get(pk=found.pk)
        Contact.objects.filter(pk=fresh.pk).update(folded=fold(fresh.name)[:200])
        index_contact(fresh)
    elif isinstance(found, Opportunity):
        Opportunity.objects.get(pk=found.pk).find_again()
