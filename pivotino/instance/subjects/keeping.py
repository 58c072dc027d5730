"""Letting records go on time, where the customer set it: looking ahead, announcing, sparing, sweeping.

Nothing goes that was not announced for fourteen days. Whoever is touched meanwhile stays, and so does what somebody spared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.history import trail
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import record
from pivotino.instance.mailing.models import Recipient
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import today, zone
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.subjects.clocks import months_before
from pivotino.instance.subjects.erasing import CONTACT, SALE, SOMEONE
from pivotino.instance.subjects.models import Due, KeepingRule, Spared, Swept
from pivotino.tenancy import atomic, scrubbing
from pivotino.tenancy.erasing import Piece, erase, remember

AHEAD = timedelta(days=14)
AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Sort:
    """One sort of record: its name, from when its months count, and what becomes of it. `of` is empty for a mere heap."""

    key: str
    name: str
    counts: str
    says: str
    of: str = ""
    over: Callable[[datetime], "QuerySet[Any]"]


def untouched(before: datetime) -> "QuerySet[Contact]":
    """Contacts of whom nothing happened since, and who have no sale at work."""
    lately = Event.objects.filter(subject_id=OuterRef("pk"), at__gte=before)
    sales = Opportunity.objects.filter(contact=OuterRef("pk"), removed_at__isnull=True)
    busy = sales.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=before))
    acted = Activity.objects.filter(opportunity__contact=OuterRef("pk")).filter(
        Q(planned_at__gte=before) | Q(done_at__gte=before)
    )
    people = Contact.objects.kept().filter(company=OuterRef("pk"))
    return (
        Contact.objects.kept().filter(created_at__lt=before)
        .exclude(Exists(lately)).exclude(Exists(busy)).exclude(Exists(acted)).exclude(Exists(people))
    )  # fmt: skip


def lost(before: datetime) -> "QuerySet[Opportunity]":
    return Opportunity.objects.kept().filter(outcome__kind="lost", closed_at__lt=before)


def removed_contacts(before: datetime) -> "QuerySet[Contact]":
    """Without those of whom only a name that is none stays."""
    return Contact.objects.filter(removed_at__lt=before).exclude(name=SOMEONE)


def removed_sales(before: datetime) -> "QuerySet[Opportunity]":
    return Opportunity.objects.filter(removed_at__lt=before)


def history(before: datetime) -> "QuerySet[Event]":
    return Event.objects.filter(at__lt=before)


def letters(before: datetime) -> "QuerySet[Recipient]":
    return Recipient.objects.filter(bulletin__finished_at__lt=before)


SORTS = {
    sort.key: sort
    for sort in (
        Sort(key="contacts", name="Contacts nobody touched", counts="since the last thing that happened with them", of=CONTACT, over=untouched,
             says="Erased with all that hangs on them. Won sales stay without the person. Whoever has an open sale stays."),
        Sort(key="lost", name="Lost opportunities", counts="since they were lost", of=SALE, over=lost,
             says="Deleted with their notes, activities and history. The contact stays."),
        Sort(key="bin", name="Removed contacts", counts="since they were removed", of=CONTACT, over=removed_contacts,
             says="Erased; nobody can bring them back any more."),
        Sort(key="bin_sales", name="Removed opportunities", counts="since they were removed", of=SALE, over=removed_sales,
             says="Deleted; nobody can bring them back any more."),
        Sort(key="history", name="History", counts="since it happened", over=history,
             says="Lines of every timeline are deleted, and cannot be taken back any more. The records stay."),
        Sort(key="letters", name="Who got which mailing", counts="since the mailing ended", over=letters,
             says="Deleted. The letter and its figures stay."),
    )
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a rule would do: how many are over already, how many more within fourteen days, and a few of them."""

    now: int
    soon: int
    first: date
    some: list[Any]


def before(months: int, day: date) -> datetime:
    """The moment before which something is older than so many months on this day of the company."""
    return datetime.combine(months_before(day, months), time(), zone())


def look(sort: Sort, months: int) -> Look:
    """What would go, before anything is set."""
    day = today()
    over, ahead = sort.over(before(months, day)), sort.over(before(months, day + AHEAD))
    kept = Spared.objects.values("record_id")
    if sort.of:
        over, ahead = over.exclude(pk__in=kept), ahead.exclude(pk__in=kept)
    now, all_ = over.count(), ahead.count()
    return Look(now=now, soon=all_ - now, first=day + AHEAD, some=list(ahead[:8]) if sort.of else [])


def set_rule(key: str, months: int | None, *, by: Member) -> KeepingRule | None:
    """From now on, or with None not any more. Another number begins its fourteen days anew."""
    with atomic():
        found = KeepingRule.objects.select_for_update().filter(key=key).first()
        if (found.months if found else None) == months:
            return found
        name = SORTS[key].name
        if found is not None:
            was = found.months
            if months is None:
                record("keeping_rule.ended", found, by=by, name=name, months=was)
            found.delete()
        if months is None:
            return None
        rule = KeepingRule.objects.create(key=key, months=months, by=by)
        record("keeping_rule.set", rule, by=by, name=name, months=months)
        announce(rule)
        return rule


def spare(due: Due, *, by: Member) -> None:
    """Keep this one, whatever the rules say."""
    with atomic():
        Spared.objects.get_or_create(record_id=due.record_id, defaults={"by": by})
        trail.write("keeping.spared", by=by.name, by_id=by.pk, facts={"of": due.of, "record": due.record_id})
        Due.objects.filter(record_id=due.record_id).delete()


def spare_no_more(record_id: UUID, *, by: Member) -> None:
    """The rules hold for it again; where it is over, it is announced anew."""
    with atomic():
        if Spared.objects.filter(record_id=record_id).delete()[0]:
            trail.write("keeping.let_go", by=by.name, by_id=by.pk, facts={"record": record_id})


def by_night() -> int:
    """Take back what was touched, let go what is due, announce what comes. Safe to repeat; returns how many went."""
    gone = 0
    for rule in list(KeepingRule.objects.order_by("key")):
        with scrubbing.thoroughly():
            gone += sweep(rule)
        announce(rule)
    return gone


def announce(rule: KeepingRule) -> int:
    """Announce what is over within fourteen days and was not yet; says how many."""
    sort, day = SORTS[rule.key], today()
    if not sort.of:
        return 0
    ahead = sort.over(before(rule.months, day + AHEAD))
    known, spared = Due.objects.filter(rule=rule).values("record_id"), Spared.objects.values("record_id")
    fresh = list(ahead.exclude(pk__in=known).exclude(pk__in=spared).values_list("pk", flat=True))
    Due.objects.bulk_create(
        [Due(rule=rule, of=sort.of, record_id=pk, goes_on=day + AHEAD) for pk in fresh],
        batch_size=500,
        ignore_conflicts=True,
    )
    return len(fresh)


def sweep(rule: KeepingRule) -> int:
    """Let go what is due under one rule, a hundred at a time, and write down how many."""
    sort, day = SORTS[rule.key], today()
    over = sort.over(before(rule.months, day))
    gone = _records(rule, sort, day) if sort.of else _heap(rule, over)
    if gone:
        with atomic():
            Swept.objects.create(key=rule.key, months=rule.months, count=gone)
            told = {"rule": sort.name, "months": rule.months, "count": gone}
            trail.write("keeping.swept", by="A rule", purpose="set by the owners", facts=told)
    return gone


def starts_on(rule: KeepingRule) -> date:
    """The first day on which something may go."""
    return timezone.localtime(rule.since, zone()).date() + AHEAD


def _records(rule: KeepingRule, sort: Sort, day: date) -> int:
    gone = 0
    while ids := list(
        Due.objects.filter(rule=rule, goes_on__lte=day).order_by("pk").values_list("record_id", flat=True)[:AT_ONCE]
    ):
        with atomic():
            still = set(sort.over(before(rule.months, day)).filter(pk__in=ids).values_list("pk", flat=True))
            still -= set(Spared.objects.filter(record_id__in=ids).values_list("record_id", flat=True))
            pieces = [Piece(sort.of, pk) for pk in ids if pk in still]
            if pieces:
                remember(pieces)
                gone += erase(pieces)
            Due.objects.filter(record_id__in=still).delete()
            # What was touched since stays; when its time comes again it is announced again.
            Due.objects.filter(rule=rule, record_id__in=ids).delete()
    return gone


def _heap(rule: KeepingRule, over: "QuerySet[Any]") -> int:
    if today() < starts_on(rule):
        return 0
    gone = 0
    while ids := list(over.order_by("pk").values_list("pk", flat=True)[:500]):
        with atomic():
            over.model._default_manager.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone
