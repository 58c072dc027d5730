"""A whole import taken back: what it made goes without a trace, what it changed becomes what it was.

What somebody has worked on since stays, and is listed, unless the person says that it should go too. A portion a
transaction, like the applying; killed anywhere it goes on where it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, ProtectedError, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.contacts.searching import index_contact
from pivotino.instance.exchange import bulk
from pivotino.instance.exchange.applying import AT_ONCE
from pivotino.instance.exchange.fields import Kind
from pivotino.instance.exchange.models import Fate, Import, ProposedRow
from pivotino.instance.exchange.proposing import OutOfDate
from pivotino.instance.exchange.writing.base import in_portions
from pivotino.instance.history import sql
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import record
from pivotino.instance.history.states import apply as set_to
from pivotino.instance.history.states import put_back
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity, Outcome, Stay
from pivotino.instance.pipeline.totals import Share, together
from pivotino.tenancy import atomic
from pivotino.tenancy.held import put_aside

ROWS, CONTACTS, PEOPLE = "rows", "contacts", "people"
OURS = ("opportunity.imported", "opportunity.updated", "contact.added", "contact.updated")
KEPT = "Somebody worked on this since, so it stays."
CHANGED_SINCE = "Somebody changed this since, so it stays as they left it."


@dataclass(frozen=True, slots=True)
class Reach:
    """What taking an import back would do, in figures."""

    made: int
    changed: int
    touched: int
    contacts: int
    members: int

    @classmethod
    def of(cls, one: Import) -> "Reach":
        rows = one.proposed.filter(fate__in=[Fate.MADE, Fate.CHANGED])
        made = rows.filter(fate=Fate.MADE)
        model = model_of(one)
        return cls(
            made=made.count(), changed=rows.filter(fate=Fate.CHANGED).count(),
            touched=made.filter(target_id__in=worked_on(model, one).values("pk")).count() if model else 0,
            contacts=Contact.objects.filter(import_id=one.pk).count() - (0 if one.is_of is Kind.OPPORTUNITIES else made.count()),
            members=len(one.made.get("members_made", [])),
        )  # fmt: skip


def model_of(one: Import) -> Any:
    """The model whose records the rows of an import are, if they have versions."""
    return {Kind.OPPORTUNITIES: Opportunity, Kind.COMPANIES: Contact, Kind.PEOPLE: Contact}.get(one.is_of)


def worked_on(model: Any, one: Import) -> "models.QuerySet[Any]":
    """Records this import made that somebody, or a later import, did something with since."""
    later = Event.objects.filter(subject_id=OuterRef("pk")).exclude(verb__in=OURS)
    written = ProposedRow.objects.filter(target_id=OuterRef("pk"), version__isnull=False)
    other_imports = written.filter(fate=Fate.CHANGED).exclude(of_import=one)
    last = written.order_by("-version").values("version")[:1]
    by_people = Q(version__gt=Coalesce(Subquery(last), 1)) | Q(removed_at__isnull=False) | Exists(later)
    return model.objects.filter(import_id=one.pk).filter(by_people | Exists(other_imports))  # type: ignore[no-any-return]


def take_back(one: Import) -> None:
    """Undo everything the import wrote. `made["with_touched"]` says whether worked-on records go too."""
    try:
        while one.state == "taking-back" and _portion(one):
            pass
    except OutOfDate:
        return


def _portion(one: Import) -> bool:
    with together() as ledger:
        if one.part == CONTACTS:
            return _contacts(one)
        if one.part == PEOPLE:
            return _end(one)
        # From the last row to the first, so that a record two rows wrote becomes what it was before both.
        written = one.proposed.filter(fate__in=[Fate.MADE, Fate.CHANGED])
        rows = list((written.filter(number__lt=one.cursor) if one.cursor else written).order_by("-number")[:AT_ONCE])
        if not rows:
            _step(one, part=PEOPLE if one.is_of is Kind.MEMBERS else CONTACTS, cursor=0)
            return True
        made = [row for row in rows if row.fate == Fate.MADE]
        changed = [row for row in rows if row.fate == Fate.CHANGED]
        if one.is_of is Kind.OPPORTUNITIES:
            _restore_opportunities(changed, ledger)
            bulk.update(ProposedRow, ["fate", "reasons", "version"], changed)
            _remove_opportunities(one, made, ledger)
        elif one.is_of is Kind.MEMBERS:
            _remove_members(made)
        else:
            _restore_contacts(changed)
            bulk.update(ProposedRow, ["fate", "reasons", "version"], changed)
            _remove_contacts(one, made)
        bulk.update(ProposedRow, ["fate", "reasons"], made)
        _step(one, part=ROWS, cursor=rows[-1].number, done=one.done + len(rows))
    return True


def _step(one: Import, *, part: str, cursor: int, **changes: Any) -> None:
    if not one.step(part=part, cursor=cursor, **changes):
        raise OutOfDate


# -- opportunities


def _remove_opportunities(one: Import, rows: Sequence[ProposedRow], ledger: Any) -> None:
    going = _keep_what_was_worked_on(one, rows, Opportunity)
    here = {
        card.pk: card
        for card in in_portions(going, lambda some: Opportunity.objects.select_for_update().filter(pk__in=some))
    }
    gone = _delete(Opportunity, list(here))
    for id in gone:
        ledger.add(Share.of(here[id]), -1)
    _without_trace("opportunity", gone)
    _mark(rows, {*gone, *(set(going) - set(here))})


def _restore_opportunities(rows: Sequence[ProposedRow], ledger: Any) -> None:
    ids = [row.target_id for row in rows if row.target_id]
    here = {
        one.pk: one
        for one in in_portions(ids, lambda some: Opportunity.objects.select_for_update().filter(pk__in=some))
    }
    restored: set[UUID] = set()
    for row in rows:
        one, before = here.get(row.target_id), dict(row.before or {})
        if one is None or (one.version != row.version and one.pk not in restored):
            _keep(row, CHANGED_SINCE)
            continue
        ledger.hold(one)
        outcome, moment, moved = before.pop("outcome"), before.pop("moment"), before.pop("moved")
        set_to(one, before)
        one.version += 1
        one.save()
        one.find_again()
        restored.add(one.pk)
        row.version = one.version
        if moved:
            Stay.objects.filter(opportunity=one, started_at=moment).delete()
            Stay.objects.filter(opportunity=one, ended_at=moment).update(ended_at=None)
            Outcome.objects.filter(opportunity=one).delete()
            if outcome:
                put_back(Outcome, found=[], wanted=[outcome], refusal=CHANGED_SINCE)
        row.fate = Fate.GONE
    _forget_updates([row.target_id for row in rows if row.fate == Fate.GONE and row.target_id], rows)


# -- contacts


def _remove_contacts(one: Import, rows: Sequence[ProposedRow]) -> None:
    going = _keep_what_was_worked_on(one, rows, Contact)
    used = _used(going, besides=one)
    for row in rows:
        if row.target_id in used and row.fate == Fate.MADE:
            _keep(row, "It is used elsewhere, so it stays.")
    gone = _delete(Contact, [id for id in going if id not in used])
    _without_trace("contact", gone)
    _mark(rows, {*gone, *(id for id in going if id not in used)})


def _restore_contacts(rows: Sequence[ProposedRow]) -> None:
    ids = [row.target_id for row in rows if row.target_id]
    here = {
        one.pk: one for one in in_portions(ids, lambda some: Contact.objects.select_for_update().filter(pk__in=some))
    }
    for row in rows:
        one = here.get(row.target_id)
        if one is None or one.version != row.version:
            _keep(row, CHANGED_SINCE)
            continue
        set_to(one, row.before or {})
        one.version += 1
        one.save()
        index_contact(one)
        row.version = one.version
        row.fate = Fate.GONE
    _forget_updates([row.target_id for row in rows if row.fate == Fate.GONE and row.target_id], rows)


def _contacts(one: Import) -> bool:
    """The companies and people that rows only named, for the first time, and that nobody uses now. People first."""
    touched = set(worked_on(Contact, one).values_list("pk", flat=True))
    for kind in ("person", "company"):
        ids = [
            id
            for id in Contact.objects.filter(import_id=one.pk, kind=kind).values_list("pk", flat=True)
            if id not in touched
        ]
        used = _used(ids, besides=None)
        _without_trace("contact", _delete(Contact, [id for id in ids if id not in used]))
    _step(one, part=PEOPLE, cursor=0)
    return True


def _used(ids: Iterable[UUID], *, besides: Import | None) -> set[UUID]:
    """Contacts that cards, or contacts other than those of this import, still lead to."""
    every = list(ids)
    cards = in_portions(
        every, lambda some: Opportunity.objects.filter(contact_id__in=some).values_list("contact_id", flat=True)
    )
    others = Contact.objects.exclude(import_id=besides.pk) if besides else Contact.objects.all()
    # NULL is not unequal to anything, so contacts made by hand are asked for apart.
    by_hand = Contact.objects.filter(import_id__isnull=True)
    people = in_portions(every, lambda some: others.filter(company_id__in=some).values_list("company_id", flat=True))
    people += in_portions(every, lambda some: by_hand.filter(company_id__in=some).values_list("company_id", flat=True))
    return {*cards, *people}


# -- colleagues


def _remove_members(rows: Sequence[ProposedRow]) -> None:
    gone = unused_members([str(row.target_id) for row in rows])
    for row in rows:
        if row.target_id in gone:
            row.fate = Fate.GONE
        else:
            _keep(row, "They own something, or were invited since, so the name stays.")
    Member.objects.filter(pk__in=gone).delete()


def unused_members(ids: Iterable[str]) -> set[UUID]:
    """Of these members, those who never joined, were not invited and own nothing."""
    unused = Member.objects.filter(
        pk__in=list(ids), account_uuid__isnull=True, joined_at__isnull=True, invitations__isnull=True
    )
    unused = unused.filter(opportunities__isnull=True, contacts__isnull=True)
    done = Event.objects.filter(Q(by=OuterRef("pk")) | Q(subject_id=OuterRef("pk")))
    return set(unused.exclude(Exists(done)).values_list("pk", flat=True))


def _end(one: Import) -> bool:
    Member.objects.filter(pk__in=unused_members(one.made.get("members_made", []))).delete()
    _step(one, part="", cursor=0, taken_back_at=timezone.now())
    kept = one.proposed.filter(fate=Fate.KEPT).count()
    record(
        "import.taken_back",
        one,
        by=Member.objects.filter(pk=one.made.get("taken_back_by")).first(),
        file=one.name,
        kept=kept,
    )
    return False


# -- in common


def _keep_what_was_worked_on(one: Import, rows: Sequence[ProposedRow], model: Any) -> list[UUID]:
    """The ids that may go; rows of the others are marked as kept."""
    ids = [row.target_id for row in rows if row.target_id]
    if one.made.get("with_touched"):
        return ids
    touched = set(in_portions(ids, lambda some: worked_on(model, one).filter(pk__in=some).values_list("pk", flat=True)))
    for row in rows:
        if row.target_id in touched:
            _keep(row, KEPT)
    return [id for id in ids if id not in touched]


def _delete(model: Any, ids: Sequence[UUID]) -> list[UUID]:
    """Delete with everything that hangs on them; what another room holds on to stays."""
    gone: list[UUID] = []
    for at in range(0, len(ids), AT_ONCE):
        some = list(ids[at : at + AT_ONCE])
        try:
            with atomic():
                put_aside(model._meta.label, some)
                model.objects.filter(pk__in=some).delete()
            gone += some
        except ProtectedError:
            gone += [id for id in some if _delete_one(model, id)]
    return gone


def _delete_one(model: Any, id: UUID) -> bool:
    try:
        with atomic():
            put_aside(model._meta.label, [id])
            model.objects.filter(pk=id).delete()
    except ProtectedError:
        return False
    return True


def _without_trace(kind: str, ids: Sequence[UUID]) -> None:
    sql.run_many("DELETE FROM history_searchdoc WHERE kind = %s AND subject_id = %s", [(kind, id) for id in ids])
    in_portions(list(ids), lambda some: [Event.objects.filter(subject_id__in=some).delete()])


def _forget_updates(ids: Sequence[UUID], rows: Sequence[ProposedRow]) -> None:
    if rows:
        verbs = ["opportunity.updated", "contact.updated"]
        mine = {"data__import": str(rows[0].of_import_id)}
        in_portions(
            list(ids), lambda some: [Event.objects.filter(subject_id__in=some, verb__in=verbs, **mine).delete()]
        )


def _mark(rows: Sequence[ProposedRow], gone: set[UUID]) -> None:
    for row in rows:
        if row.fate == Fate.MADE and row.target_id in gone:
            row.fate = Fate.GONE
        elif row.fate == Fate.MADE:
            _keep(row, "Something else holds on to it, so it stays.")


def _keep(row: ProposedRow, sentence: str) -> None:
    row.fate = Fate.KEPT
    row.reasons = [*row.reasons, ["", sentence]]
