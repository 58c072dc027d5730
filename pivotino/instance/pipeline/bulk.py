"""Bringing in many opportunities at once. No rule fires; dates, stays and outcomes are as the sheet says.

One event each, written in bulk without being heard by the rooms above; totals are written once at the end.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone

from pivotino.instance.history import search, sql
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import tell
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import base_currency, today, zone
from pivotino.instance.pipeline.models import Opportunity, Outcome, OutcomeKind, Stage, Stay, Tag
from pivotino.instance.pipeline.places import last_in
from pivotino.instance.pipeline.rates import Worth, worth
from pivotino.instance.pipeline.totals import Ledger, Share, together
from pivotino.kit.ids import uuid7
from pivotino.kit.money import convert
from pivotino.kit.rank import spread
from pivotino.tenancy.held import put_aside

CHUNK = 500
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class ImportedDeal:
    """One row of an import, its names already turned into ids. Days are the company's.

    Without `id` a new one is made; with it the row can be recognised when the import is repeated. `closed_on` counts for
    a won or lost stage only; `expected_closing` given by the sheet is not manual: the rules go on from it.
    """

    title: str
    stage_id: UUID
    created_on: date
    id: UUID = field(default_factory=uuid7)
    contact_id: UUID | None = None
    contact_name: str = ""
    amount_minor: int = 0
    currency: str = ""
    owner_id: UUID | None = None
    closed_on: date | None = None
    expected_closing: date | None = None
    probability: int | None = None
    reason_id: UUID | None = None
    note: str = ""
    stars: int = 0
    product: str = ""
    notes: str = ""
    email: str = ""
    phone: str = ""
    external_id: str = ""
    tags: tuple[str, ...] = ()


def insert_imported(rows: Iterable[ImportedDeal], import_id: UUID, *, by: Member | None) -> int:
    """Insert all rows in one transaction, behind what is in their columns, and say how many. Raises RateMissing.

    Callers that want to see progress call it once for each part of their import.
    """
    with together() as ledger:
        writer = _Writer(import_id, by)
        for chunk in _chunks(rows, CHUNK):
            writer.write(chunk, ledger)
        if writer.count:
            tell("opportunity.imported", subject_id=None, owner_id=None, by=by, count=writer.count)
        return writer.count


def remove_imported(import_id: UUID, *, by: Member | None) -> int:
    """Take away for good what an import brought in, with its events, and say how many. What people did on it since goes too.

    The exchange room asks first whether anything was touched.
    """
    with together() as ledger:
        found = Opportunity.objects.filter(import_id=import_id)
        kept = found.filter(removed_at__isnull=True).values_list(
            "stage_id", "owner_id", "base_minor", "probability", "next_on"
        )
        for row in kept.order_by("pk").select_for_update():
            ledger.add(Share(*row), -1)
        ids = list(found.values_list("pk", flat=True))
        for some in _chunks(ids, CHUNK):
            marks = sql.marks(some)
            put_aside("pipeline.Opportunity", some)
            sql.run(f"DELETE FROM history_searchdoc WHERE kind = 'opportunity' AND subject_id IN ({marks})", some)  # noqa: S608
            Event.objects.filter(subject_id__in=some).delete()
            Opportunity.objects.filter(pk__in=some).delete()
        if ids:
            tell("opportunity.imported", subject_id=None, owner_id=None, by=by, count=-len(ids))
        return len(ids)


def touched_since_import(import_id: UUID) -> list[UUID]:
    """Which opportunities of an import people or rules changed afterwards."""
    return list(
        Opportunity.objects.filter(import_id=import_id, version__gt=1).order_by("pk").values_list("pk", flat=True)
    )


class _Writer:
    """One import being written: what every row needs is looked up once."""

    def __init__(self, import_id: UUID, by: Member | None) -> None:
        self.import_id, self.by, self.count = import_id, by, 0
        self.stages = {stage.pk: stage for stage in Stage.objects.all()}
        self.last: dict[UUID, str | None] = {}
        self.tags: dict[str, Tag] = {}
        self.rates: dict[str, Worth] = {}
        self.base, self.day, self.zone, self.now = base_currency(), today(), zone(), timezone.now()

    def write(self, rows: list[ImportedDeal], ledger: Ledger) -> None:
        """Insert one chunk: a statement for each table."""
        positions = self._positions(rows)
        cards = [self._card(row, positions[row.id]) for row in rows]
        sql.insert_many(cards)
        sql.insert_many([stay for row, card in zip(rows, cards, strict=True) for stay in self._stays(row, card)])
        outcomes = [self._outcome(row, card) for row, card in zip(rows, cards, strict=True) if card.closed_at]
        sql.insert_many(outcomes)
        self._tag(rows)
        sql.insert_many([self._event(card) for card in cards])
        search.index_many([self._words(row, card) for row, card in zip(rows, cards, strict=True)])
        for card in cards:
            ledger.add(Share.of(card))
        self.count += len(cards)

    def _card(self, row: ImportedDeal, position: str) -> Opportunity:
        stage, currency = self.stages[row.stage_id], row.currency or self.base
        price = self._worth(row.amount_minor, currency)
        begun = self._moment(row.created_on)
        closed = None if stage.is_open else self._moment(row.closed_on or row.created_on)
        return Opportunity(
            id=row.id, title=row.title[:200], contact_id=row.contact_id, email=row.email, phone=row.phone,
            amount_minor=row.amount_minor, currency=currency, base_minor=price[0], rate=price[1], rate_on=self.day,
            probability=stage.probability_of(min(row.probability or 0, 100)),
            expected_closing=row.closed_on if stage.is_lost else row.expected_closing, owner_id=row.owner_id,
            stars=min(row.stars, 3), product=row.product[:120], notes=row.notes, stage_id=row.stage_id,
            stage_since=closed or begun, position=position, external_id=row.external_id[:120], import_id=self.import_id,
            created_at=begun, closed_at=closed,
            days_to_win=max(0, ((row.closed_on or row.created_on) - row.created_on).days) if stage.is_won else None,
        )  # fmt: skip

    def _stays(self, row: ImportedDeal, card: Opportunity) -> list[Stay]:
        """Closed ones were at work in the first stage from beginning to end, as far as anybody knows."""
        if card.closed_at is None:
            return [Stay(opportunity=card, stage_id=card.stage_id, owner_id=card.owner_id, started_at=card.created_at)]
        worked = self._at_work()
        end = max(card.created_at, card.closed_at)
        return [
            Stay(opportunity=card, stage_id=worked, owner_id=card.owner_id, started_at=card.created_at, ended_at=end),
            Stay(opportunity=card, stage_id=card.stage_id, owner_id=card.owner_id, started_at=end, ended_at=end),
        ]

    def _outcome(self, row: ImportedDeal, card: Opportunity) -> Outcome:
        lost = self.stages[card.stage_id].is_lost
        return Outcome(
            opportunity=card, kind=OutcomeKind.LOST if lost else OutcomeKind.WON, note=row.note, stage_before_id=self._at_work(),
            reason_id=row.reason_id if lost else None, closed_on=row.closed_on or row.created_on, closing_before=row.expected_closing,
        )  # fmt: skip

    def _event(self, card: Opportunity) -> Event:
        return Event(
            verb="opportunity.imported", subject_kind="opportunity", subject_id=card.pk, by=self.by, owner_id=card.owner_id,
            data={"import": str(self.import_id)}, at=self.now,
        )  # fmt: skip

    def _words(self, row: ImportedDeal, card: Opportunity) -> tuple[str, UUID, UUID | None, str]:
        words = " ".join(filter(None, [card.title, row.contact_name, card.product, card.notes, card.external_id]))
        return card.kind, card.pk, card.owner_id or search.NOBODY, words

    def _tag(self, rows: list[ImportedDeal]) -> None:
        wanted = {name for row in rows for name in row.tags}
        if not wanted:
            return
        for name in sorted(wanted - self.tags.keys()):
            self.tags[name] = Tag.objects.named([name])[0]
        through: Any = Opportunity.tags.through
        pairs = {(row.id, self.tags[name].pk) for row in rows for name in row.tags}
        through.objects.bulk_create([through(opportunity_id=card, tag_id=tag) for card, tag in sorted(pairs)])

    def _positions(self, rows: list[ImportedDeal]) -> dict[UUID, str]:
        by_stage: dict[UUID, list[UUID]] = defaultdict(list)
        for row in rows:
            by_stage[row.stage_id].append(row.id)
        found: dict[UUID, str] = {}
        for stage, ids in by_stage.items():
            if stage not in self.last:
                self.last[stage] = last_in(stage)
            keys = spread(len(ids), self.last[stage], None)
            self.last[stage] = keys[-1]
            found.update(zip(ids, keys, strict=True))
        return found

    def _worth(self, minor: int, currency: str) -> tuple[int, Decimal]:
        if currency == self.base:
            return minor, Decimal(1)
        if currency not in self.rates:
            self.rates[currency] = worth(0, currency, on=self.day)
        rate = self.rates[currency].rate
        return convert(minor, currency, self.base, rate), rate

    def _at_work(self) -> UUID:
        return min((stage for stage in self.stages.values() if stage.is_open), key=lambda stage: stage.position).pk

    def _moment(self, day: date) -> datetime:
        """Noon of the company's day: it stays that day in every zone people are likely to look from."""
        return datetime.combine(day, time(12), self.zone) if day < self.day else self.now - timedelta(seconds=1)


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
