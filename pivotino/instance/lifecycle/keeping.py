"""Changing how the company works: its facts, its stages, its reasons and rates. Each change is told with before and after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, record, undoes
from pivotino.instance.history.sentences import Bold, Changed, Sentence, reads
from pivotino.instance.members.models import Company, Member, Rate
from pivotino.instance.members.queries import company, forget_company_facts
from pivotino.instance.pipeline.models import LostCategory, LostReason, Opportunity, Outcome, Stage
from pivotino.instance.pipeline.seeds import POOR_FOLLOW_UP
from pivotino.kit.days import date_phrase
from pivotino.kit.diffs import as_json, changes
from pivotino.kit.money import digits, money_parts
from pivotino.tenancy import atomic

COMPANY_FIELDS = {
    "name": "name", "country": "country", "currency": "base currency", "zone": "time zone", "industry": "industry",
    "days_due": "days until an activity is due", "days_to_lost": "days until an opportunity is lost", "target_minor": "monthly target",
}  # fmt: skip
STAGE_FIELDS = {"name": "name", "purpose": "purpose", "floor": "chance in percent", "days_allowed": "days allowed"}


class NotKept(ValueError):
    """The company cannot work like that; the message says why, in words for the person who tried."""


@dataclass
class Thing:
    """A setting as history knows it: nobody's own, so only those who keep settings see it."""

    kind: str
    pk: UUID
    owner_id: None = None


def change_company(*, by: Member | None, verb: str = "company.changed", **fields: Any) -> Event | None:
    """Change facts of the company; None when nothing differs.

    Raises NotKept for another base currency once something was counted in the present one.
    """
    with atomic():
        ours = Company.objects.select_for_update().get()
        before = {field: getattr(ours, field) for field in COMPANY_FIELDS}
        if fields.get("currency", ours.currency) != ours.currency:
            _refuse_another_currency(ours)
            places = digits(fields["currency"]) - digits(ours.currency)
            fields.setdefault("target_minor", int(Decimal(ours.target_minor).scaleb(places)))
        for field, value in fields.items():
            setattr(ours, field, value)
        found = changes(before, {field: getattr(ours, field) for field in COMPANY_FIELDS})
        if not found and verb == "company.changed":
            return None
        ours.save()
        forget_company_facts()
        return record(verb, ours, by=by, changes=as_json(found))


def set_up(*, by: Member, **answers: Any) -> Event | None:
    """Keep the answers to the four questions; what was skipped stays as it is. The first time ends the setting up."""
    answers = {field: value for field, value in answers.items() if value is not None}
    if company().set_up_at is None:
        return change_company(by=by, verb="company.set_up", set_up_at=timezone.now(), **answers)
    return change_company(by=by, **answers)


def currency_is_fixed() -> str:
    """Why the base currency cannot change any more, in a sentence; empty while it can."""
    ours = company()
    if Opportunity.objects.exclude(amount_minor=0).exists():
        return f"Amounts were counted in {ours.currency} already, so it stays: another currency would change every sum of the past."
    if Rate.objects.exists():
        return f"Rates say what one unit is worth in {ours.currency}. Remove them first."
    return ""


def change_stage(stage: Stage, *, by: Member, **fields: Any) -> Event | None:
    """Change a stage's name, purpose, floor or days; cards that are in it keep their chance until they move."""
    with atomic():
        return _change(Stage.objects.select_for_update().get(pk=stage.pk), "stage", STAGE_FIELDS, by, fields)


def add_category(name: str, *, by: Member) -> LostCategory:
    with atomic():
        made = LostCategory.objects.create(name=name)
        record("lost_category.added", Thing("lost_category", made.pk), by=by, name=name)
        return made


def add_reason(name: str, category: LostCategory, *, by: Member) -> LostReason:
    with atomic():
        made = LostReason.objects.create(name=name, category=category)
        record("lost_reason.added", Thing("lost_reason", made.pk), by=by, name=name)
        return made


def rename(row: LostReason | LostCategory, name: str, *, by: Member) -> Event | None:
    """Call a reason or a family of reasons otherwise; what was lost for it follows. A rule's own reason keeps its name."""
    _refuse_the_rules_own(row)
    kind = "lost_reason" if isinstance(row, LostReason) else "lost_category"
    with atomic():
        return _change(row, kind, {"name": "name"}, by, {"name": name})


def drop(row: LostReason | LostCategory, *, by: Member) -> Event:
    """Take a reason off the list. One for which something was lost is only retired; a family with reasons raises NotKept."""
    _refuse_the_rules_own(row)
    kind = "lost_reason" if isinstance(row, LostReason) else "lost_category"
    with atomic():
        if isinstance(row, LostReason) and Outcome.objects.filter(reason=row).exists():
            return retire(row, by=by)
        if isinstance(row, LostCategory) and row.reasons.exists():
            raise NotKept(f"“{row.name}” still has reasons. Move or remove them first.")
        category = str(row.category_id) if isinstance(row, LostReason) else ""
        event = record(f"{kind}.removed", Thing(kind, row.pk), by=by, name=row.name, category=category)
        row.delete()
        return event


def retire(row: LostReason, *, by: Member) -> Event:
    """Offer a reason no more; what was lost for it keeps it."""
    return _offer(row, at=timezone.now(), verb="lost_reason.retired", by=by)


def offer_again(row: LostReason, *, by: Member) -> Event:
    """Offer a retired reason again."""
    return _offer(row, at=None, verb="lost_reason.offered", by=by)


def _offer(row: LostReason, *, at: datetime | None, verb: str, by: Member) -> Event:
    with atomic():
        row.retired_at = at
        row.save(update_fields=["retired_at"])
        return record(verb, Thing("lost_reason", row.pk), by=by, name=row.name)


def add_rate(currency: str, rate: Decimal, since: date, *, by: Member) -> Rate:
    """What a currency is worth from a day on; a rate for the same day is replaced. Amounts already counted stay."""
    if currency == company().currency:
        raise NotKept(f"{currency} is the base currency: one {currency} is always one {currency}.")
    with atomic():
        before = Rate.objects.select_for_update().filter(currency=currency, since=since).first()
        was = str(before.rate.normalize()) if before else ""
        row, _ = Rate.objects.update_or_create(currency=currency, since=since, defaults={"rate": rate})
        record(
            "rate.set",
            Thing("rate", row.pk),
            by=by,
            currency=currency,
            since=since.isoformat(),
            before=was,
            after=str(rate),
        )
        return row


def drop_rate(row: Rate, *, by: Member) -> Event:
    with atomic():
        event = record(
            "rate.removed",
            Thing("rate", row.pk),
            by=by,
            currency=row.currency,
            since=row.since.isoformat(),
            before=str(row.rate),
        )
        row.delete()
        return event


def _change(row: Any, kind: str, words: dict[str, str], by: Member, fields: dict[str, Any]) -> Event | None:
    before = {field: getattr(row, field) for field in words}
    for field, value in fields.items():
        setattr(row, field, value)
    found = changes(before, {field: getattr(row, field) for field in words})
    if not found:
        return None
    row.save(update_fields=[change.field for change in found])
    return record(f"{kind}.changed", Thing(kind, row.pk), by=by, name=row.name, changes=as_json(found))


def _refuse_another_currency(ours: Company) -> None:
    if reason := currency_is_fixed():
        raise NotKept(reason)


def _refuse_the_rules_own(row: models.Model) -> None:
    if isinstance(row, LostReason) and row.name == POOR_FOLLOW_UP:
        raise NotKept(
            f"“{row.name}” is the reason the rule gives when nobody followed up. It keeps its name and its place."
        )


# --- taking back


@undoes("company.changed")
def put_company_back(event: Event, by: Member) -> Event:
    ours = company()
    was = _as_it_was(event, ours)
    return _answer(lambda: change_company(by=by, **was))


@undoes("stage.changed")
def put_stage_back(event: Event, by: Member) -> Event:
    stage = _still(Stage.objects.filter(pk=event.subject_id).first())
    return _answer(lambda: change_stage(stage, by=by, **_as_it_was(event, stage)))


@undoes("lost_reason.changed")
def put_reason_back(event: Event, by: Member) -> Event:
    row = _still(LostReason.objects.filter(pk=event.subject_id).first())
    return _answer(lambda: rename(row, _as_it_was(event, row)["name"], by=by))


@undoes("lost_reason.retired")
def offer_it_again(event: Event, by: Member) -> Event:
    return offer_again(_still(LostReason.objects.filter(pk=event.subject_id, retired_at__isnull=False).first()), by=by)


@undoes("lost_reason.offered")
def retire_it_again(event: Event, by: Member) -> Event:
    return retire(_still(LostReason.objects.filter(pk=event.subject_id, retired_at=None).first()), by=by)


@undoes("lost_category.changed")
def put_category_back(event: Event, by: Member) -> Event:
    row = _still(LostCategory.objects.filter(pk=event.subject_id).first())
    return _answer(lambda: rename(row, _as_it_was(event, row)["name"], by=by))


@undoes("lost_reason.removed")
def bring_reason_back(event: Event, by: Member) -> Event:
    category = _still(LostCategory.objects.filter(pk=event.data["category"]).first())
    if LostReason.objects.filter(name=event.data["name"]).exists():
        raise CannotUndo("There is a reason of that name again.")
    row = LostReason.objects.create(id=event.subject_id, name=event.data["name"], category=category)
    return record("lost_reason.added", Thing("lost_reason", row.pk), by=by, name=row.name)


@undoes("rate.removed")
def bring_rate_back(event: Event, by: Member) -> Event:
    since, currency = date.fromisoformat(event.data["since"]), event.data["currency"]
    if Rate.objects.filter(currency=currency, since=since).exists():
        raise CannotUndo("There is a rate for that day again.")
    row = Rate.objects.create(id=event.subject_id, currency=currency, since=since, rate=Decimal(event.data["before"]))
    return record(
        "rate.set",
        Thing("rate", row.pk),
        by=by,
        currency=currency,
        since=since.isoformat(),
        before="",
        after=str(row.rate),
    )


def _as_it_was(event: Event, row: Any) -> dict[str, Any]:
    was = {}
    for field, (before, after) in event.data["changes"].items():
        if getattr(row, field) != after:
            raise CannotUndo("This was changed again since.")
        was[field] = before
    return was


def _still(row: Any) -> Any:
    if row is None:
        raise CannotUndo("It is gone.")
    return row


def _answer(step: Callable[[], Event | None]) -> Event:
    try:
        event = step()
    except NotKept as refusal:
        raise CannotUndo(str(refusal)) from None
    if event is None:
        raise CannotUndo("There is nothing left to take back.")
    return event


# --- how it reads


@reads("company.changed", "company.set_up")
def company_changed(event: Event) -> Sentence:
    found = [
        Changed(COMPANY_FIELDS.get(field, field), _said(field, old), _said(field, new))
        for field, (old, new) in event.data["changes"].items()
    ]
    what = "set up the company" if event.verb == "company.set_up" else "changed the company’s settings"
    return Sentence("gear", what, changes=found)


@reads("stage.changed", "lost_reason.changed", "lost_category.changed")
def row_changed(event: Event) -> Sentence:
    found = [
        Changed(STAGE_FIELDS.get(field, field), str(old), str(new))
        for field, (old, new) in event.data["changes"].items()
    ]
    return Sentence("edit", f"changed the {_noun(event)} ", Bold(event.data["name"]), changes=found)


@reads("lost_reason.retired")
def reason_retired(event: Event) -> Sentence:
    return Sentence("x", "offers no more the reason ", Bold(event.data["name"]))


@reads("lost_reason.offered")
def reason_offered(event: Event) -> Sentence:
    return Sentence("undo", "offers again the reason ", Bold(event.data["name"]))


@reads("lost_reason.added", "lost_category.added")
def row_added(event: Event) -> Sentence:
    return Sentence("plus", f"added the {_noun(event)} ", Bold(event.data["name"]))


@reads("lost_reason.removed", "lost_category.removed")
def row_removed(event: Event) -> Sentence:
    return Sentence("bin", f"removed the {_noun(event)} ", Bold(event.data["name"]))


@reads("rate.set")
def rate_set(event: Event) -> Sentence:
    data = event.data
    return Sentence("coins", "set the rate of ", Bold(data["currency"]), f" from {date_phrase(date.fromisoformat(data['since']))}",
                    changes=[Changed("rate", data["before"], data["after"])])  # fmt: skip


@reads("rate.removed")
def rate_removed(event: Event) -> Sentence:
    return Sentence(
        "bin",
        "removed the rate of ",
        Bold(event.data["currency"]),
        f" from {date_phrase(date.fromisoformat(event.data['since']))}",
    )


def _noun(event: Event) -> str:
    return {"stage": "stage", "lost_reason": "lost reason", "lost_category": "family of reasons"}[event.subject_kind]


def _said(field: str, value: Any) -> str:
    if field == "target_minor":
        return " ".join(money_parts(int(value or 0), company().currency))
    return "" if value in (None, "") else str(value)
