"""A sample pipeline to try things on: made with the verbs people use, and gone again without a trace."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact, ContactKind
from pivotino.instance.history import search
from pivotino.instance.history.models import Event, Outbox
from pivotino.instance.history.recording import tell
from pivotino.instance.lifecycle.models import SampleMark
from pivotino.instance.lifecycle.sample_data import DEALS, FIRMS, SCALE, Deal, Firm
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import base_currency, company, today
from pivotino.instance.pipeline.models import LostReason, Note, Opportunity, Outcome, Stage, Stay, Tag
from pivotino.instance.pipeline.totals import together
from pivotino.kit.money import digits
from pivotino.tenancy import atomic

CONTACT, OPPORTUNITY, TAG = "contact", "opportunity", "tag"
NOTHING = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Stayed:
    """How many records of the sample stayed because people had made them their own."""

    opportunities: int
    contacts: int


def has_sample() -> bool:
    """True while records of the sample are here."""
    return SampleMark.objects.exists()


def make_sample(*, by: Member) -> int:
    """Twenty opportunities in all stages with their contacts and activities; returns how many. Twice is once."""
    with together():
        list(Member.objects.select_for_update().filter(pk=by.pk))  # the second of two presses waits here
        if has_sample():
            return 0
        known_tags = set(Tag.objects.values_list("pk", flat=True))
        firms = [_firm(firm, by) for firm in FIRMS]
        opportunities = [_deal(deal, firms[deal.firm], by) for deal in DEALS]
        contacts = Contact.objects.filter(Q(pk__in=[firm.pk for firm in firms]) | Q(company__in=firms))
        _mark(OPPORTUNITY, [one.pk for one in opportunities])
        _mark(CONTACT, contacts.values_list("pk", flat=True))
        _mark(TAG, Tag.objects.exclude(pk__in=known_tags).values_list("pk", flat=True))
    return len(opportunities)


def edited() -> Stayed:
    """How many records of the sample people have changed since it was made."""
    return Stayed(len(_edited(OPPORTUNITY)), len(_edited(CONTACT)))


def remove_sample(*, keep_edited: bool = False) -> Stayed:
    """Take away everything the sample brought: cards, activities, contacts, events, search, sums. Returns what stayed.

    With `keep_edited`, records people changed stay, with the contacts they belong to. What people's own records use
    stays in any case.
    """
    with together() as ledger:
        staying = _edited(OPPORTUNITY) if keep_edited else set()
        going = Opportunity.objects.filter(pk__in=_marked(OPPORTUNITY) - staying).select_for_update(of=("self",))
        for opportunity in going:
            ledger.hold(opportunity)
        gone = [
            opportunity.pk for opportunity in ledger.held.values() if opportunity.pk in _marked(OPPORTUNITY) - staying
        ]
        Opportunity.objects.filter(pk__in=gone).delete()
        people = _contacts_that_stay(keep_edited)
        contacts = _marked(CONTACT) - people
        Contact.objects.filter(pk__in=contacts).delete()
        _forget(OPPORTUNITY, gone)
        _forget(CONTACT, contacts)
        Tag.objects.filter(pk__in=_marked(TAG), opportunities__isnull=True).delete()
        SampleMark.objects.all().delete()
        tell("sample.removed", subject_id=None, owner_id=None, by=None)
    return Stayed(len(staying), len(people))


def _firm(firm: Firm, by: Member) -> Contact:
    made = Contact.add(
        firm.name, by=by, kind=ContactKind.COMPANY, city=firm.city, industry=firm.industry, email=f"office@{firm.domain}",
        country=company().country, owner_id=by.pk,
    )  # fmt: skip
    first = firm.person.split()[0].lower()
    Contact.add(
        firm.person, by=by, kind=ContactKind.PERSON, company=made, job_position=firm.job, email=f"{first}@{firm.domain}",
        country=company().country, owner_id=by.pk,
    )  # fmt: skip
    return made


def _deal(deal: Deal, contact: Contact, by: Member) -> Opportunity:
    currency = base_currency()
    amount = deal.amount * SCALE.get(currency, 1) * 10 ** digits(currency)
    opportunity = Opportunity.open(
        deal.title, by=by, contact=contact, amount_minor=amount, tags=deal.tags, stars=deal.stars, email=contact.email
    )
    steps = Stage.objects.at_work()
    reached = deal.stage if isinstance(deal.stage, int) else len(steps) - 1
    for stage in steps[1 : reached + 1]:
        opportunity.move_to(stage, version=None, by=by)
    if deal.stage == "won":
        opportunity.win(by=by)
    elif isinstance(deal.stage, str):
        reason = LostReason.objects.filter(name=deal.stage).first() or LostReason.objects.all()[0]
        opportunity.lose(reason=reason, by=by)
    elif deal.plan:
        _plan(opportunity, deal.plan, by)
    if deal.note:
        opportunity.write_note(deal.note, by=by)
    _age(opportunity, deal)
    return opportunity


def _plan(opportunity: Opportunity, plan: tuple[str, str, int], by: Member) -> None:
    """What the deal says takes the place of what the rule planned."""
    kind, summary, days = plan
    by_rule = list(Activity.objects.filter(opportunity=opportunity).open())
    Activity.plan(opportunity, kind=kind, by=by, due_on=today() + timedelta(days=days), summary=summary)
    for activity in by_rule:
        activity.cancel(by=by)


def _age(opportunity: Opportunity, deal: Deal) -> None:
    """Let it look as old as it says: nobody believes a quarter's work done in one second."""
    now = timezone.now()
    asked, came = now - timedelta(days=deal.age, hours=2), now - timedelta(days=deal.here, hours=1)
    closed = {"closed_at": came} if isinstance(deal.stage, str) else {}
    won = {"days_to_win": deal.age - deal.here} if deal.stage == "won" else {}
    Opportunity.objects.filter(pk=opportunity.pk).update(created_at=asked, stage_since=came, **closed, **won)
    stays = list(Stay.objects.filter(opportunity=opportunity).order_by("started_at", "pk"))
    step = (came - asked) / max(1, len(stays) - 1)
    for place, stay in enumerate(stays):
        last = place == len(stays) - 1
        start = came if last and len(stays) > 1 else asked + step * place
        end = None if last and not closed else start if last else asked + step * (place + 1)
        Stay.objects.filter(pk=stay.pk).update(started_at=start, ended_at=end)
    Event.objects.filter(subject_id=opportunity.pk).update(at=came)
    Event.objects.filter(subject_id=opportunity.pk, verb="opportunity.created").update(at=asked)
    Outcome.objects.filter(opportunity=opportunity).update(closed_on=today() - timedelta(days=deal.here))
    Note.objects.filter(opportunity=opportunity).update(at=came)
    opportunity.refresh_from_db()


def _mark(kind: str, ids: Iterable[UUID]) -> None:
    for id in ids:
        last = Event.objects.filter(subject_id=id).order_by("-id").values_list("pk", flat=True).first()
        SampleMark.objects.create(kind=kind, subject_id=id, last_event=last)


def _marked(kind: str) -> set[UUID]:
    return set(SampleMark.objects.filter(kind=kind).values_list("subject_id", flat=True))


def _edited(kind: str) -> set[UUID]:
    """Records to which a person did something after the sample was made, and that are still there."""
    model = Opportunity if kind == OPPORTUNITY else Contact
    marks = dict(SampleMark.objects.filter(kind=kind).values_list("subject_id", "last_event"))
    later = Event.objects.filter(subject_id__in=marks, by__isnull=False).values_list("subject_id", "pk")
    touched = {subject for subject, event in later if event > (marks[subject] or NOTHING)}
    there = model.objects.filter(pk__in=touched, removed_at__isnull=True)
    return set(there.values_list("pk", flat=True))


def _contacts_that_stay(keep_edited: bool) -> set[UUID]:
    """Contacts of the sample that something of people's own uses: a card, a colleague of theirs, an edit to be kept."""
    marked = _marked(CONTACT)
    staying = _edited(CONTACT) if keep_edited else set()
    staying |= set(Opportunity.objects.filter(contact__in=marked).values_list("contact_id", flat=True))
    staying |= set(
        Contact.objects.filter(company__in=marked).exclude(pk__in=marked - staying).values_list("company_id", flat=True)
    )
    return staying


def _forget(kind: str, ids: Iterable[UUID]) -> None:
    """Nothing in the history, in the search or on its way to a browser speaks of them any more."""
    ids = list(ids)
    with atomic():
        for id in ids:
            search.forget(kind, id)
        events = Event.objects.filter(subject_id__in=ids)
        events.delete()
        Outbox.objects.filter(subject_id__in=ids).delete()
