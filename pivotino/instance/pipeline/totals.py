"""Counts and sums of each stage, kept beside the cards so that the board stays flat however many there are.

Every verb runs in `together()`. It notes how a card stood when it was first touched; at the end of the outermost block
the differences are written (what was not written by a verb is read once more): one statement a table, last in the transaction, rows in one
fixed order, so that writers wait for each other as briefly as can be and never in a circle.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from pivotino.instance.history import sql
from pivotino.instance.history.sql import NOBODY
from pivotino.kit.ids import uuid7
from pivotino.tenancy import atomic

if TYPE_CHECKING:
    from pivotino.instance.pipeline.models import Opportunity

EVERYBODY = NOBODY


@dataclass(frozen=True, slots=True)
class Share:
    """What one card adds to the totals of its stage."""

    stage_id: UUID
    owner_id: UUID | None
    base_minor: int
    probability: int
    next_on: date | None

    @classmethod
    def of(cls, opportunity: "Opportunity") -> "Share | None":
        """The share of a card as it stands in memory; a removed one has none."""
        if opportunity.removed_at is not None:
            return None
        return cls(
            opportunity.stage_id,
            opportunity.owner_id,
            opportunity.base_minor,
            opportunity.probability,
            opportunity.next_on,
        )


Sum = tuple[int, int, int]
Sums = dict[tuple[UUID, UUID], Sum]
Dues = dict[tuple[UUID, UUID, date], int]


@dataclass
class Ledger:
    """What one transaction has touched."""

    held: "dict[UUID, Opportunity]" = field(default_factory=dict)
    first: dict[UUID, Share | None] = field(default_factory=dict)
    raised: set[UUID] = field(default_factory=set)
    sure: set[UUID] = field(default_factory=set)
    whole: bool = False
    sums: Sums = field(default_factory=dict)
    dues: Dues = field(default_factory=dict)

    def holds(self, opportunity: "Opportunity") -> bool:
        """True where this very object was read under the lock in this transaction."""
        return self.held.get(opportunity.pk) is opportunity

    def hold(self, opportunity: "Opportunity", *, made: bool = False) -> None:
        """Note a card before it changes, or that it was made just now."""
        self.held[opportunity.pk] = opportunity
        self.sure.discard(opportunity.pk)
        self.first.setdefault(opportunity.pk, None if made else Share.of(opportunity))

    def wrote(self, opportunity: "Opportunity") -> None:
        """The held row was written as it stands in memory, so that it need not be read again."""
        if self.held.get(opportunity.pk) is opportunity:
            self.sure.add(opportunity.pk)

    def add(self, share: Share | None, sign: int = 1) -> None:
        """Count a share, or with -1 count it no more."""
        if share is None:
            return
        for owner in {EVERYBODY, share.owner_id or EVERYBODY}:
            count, base, weighted = self.sums.get((share.stage_id, owner), (0, 0, 0))
            base, weighted = base + sign * share.base_minor, weighted + sign * share.base_minor * share.probability
            self.sums[share.stage_id, owner] = count + sign, base, weighted
            if share.next_on is not None:
                key = share.stage_id, owner, share.next_on
                self.dues[key] = self.dues.get(key, 0) + sign

    def write(self) -> None:
        """Add up what became of the cards and write the differences."""
        read = shares(id for id in self.first if id not in self.sure)
        for id, before in self.first.items():
            now = Share.of(self.held[id]) if id in self.sure else read.get(id)
            if now != before:
                self.add(before, -1)
                self.add(now)
        upsert(
            {key: value for key, value in self.sums.items() if any(value)},
            {key: n for key, n in self.dues.items() if n},
        )


_open: ContextVar[Ledger | None] = ContextVar("pivotino_totals", default=None)


@contextmanager
def together(*, apart: bool = True, whole: bool = False) -> Iterator[Ledger]:
    """One transaction in which totals are written once, at its end. Blocks nest; wrap many verbs in one to write once.

    An inner block that fails takes back only itself, unless it is not `apart` from the outer one (what a rule does), or
    the outer one is `whole`: then all of it is taken back, whatever becomes of the error.
    """
    ledger = _open.get()
    if ledger is not None:
        try:
            if apart and not ledger.whole:
                with atomic():
                    yield ledger
            else:
                yield ledger
        except BaseException:
            if ledger.whole:
                transaction.set_rollback(True, using="instance")
            ledger.sure.clear()  # what is in memory may not be what was kept
            raise
        return
    with atomic():
        ledger = Ledger(whole=whole)
        token = _open.set(ledger)
        try:
            yield ledger
        finally:
            _open.reset(token)
        ledger.write()


def shares(ids: Iterable[UUID]) -> dict[UUID, Share]:
    """The shares of cards as the database has them now; removed ones are absent."""
    wanted = list(ids)
    if not wanted:
        return {}
    to_id, to_day, _ = sql.readers()
    found: dict[UUID, Share] = {}
    for at in range(0, len(wanted), 500):
        some = wanted[at : at + 500]
        rows = sql.rows(
            "SELECT id, stage_id, owner_id, base_minor, probability, next_on FROM pipeline_opportunity"  # noqa: S608
            f" WHERE removed_at IS NULL AND id IN ({sql.marks(some)})",
            some,
        )
        found.update((to_id(row[0]), _share(row[1:], to_id, to_day)) for row in rows)
    return found


def upsert(sums: Sums, dues: Dues) -> None:
    """Add differences to the totals: one statement each, rows in one order for everybody."""
    _upsert(
        "INSERT INTO pipeline_stagetotal (id, stage_id, owner_key, count, base_minor, weighted) VALUES {rows}"
        " ON CONFLICT (stage_id, owner_key) DO UPDATE SET count = pipeline_stagetotal.count + excluded.count,"
        " base_minor = pipeline_stagetotal.base_minor + excluded.base_minor, weighted = pipeline_stagetotal.weighted + excluded.weighted",
        [(*key, *sums[key]) for key in sorted(sums)],
    )
    _upsert(
        "INSERT INTO pipeline_stagedue (id, stage_id, owner_key, due_on, count) VALUES {rows}"
        " ON CONFLICT (stage_id, owner_key, due_on) DO UPDATE SET count = pipeline_stagedue.count + excluded.count",
        [(*key, dues[key]) for key in sorted(dues)],
    )


def counted() -> tuple[Sums, Dues]:
    """The totals as a direct count over all cards gives them."""
    to_id, to_day, _ = sql.readers()
    sums: Sums = {}
    dues: Dues = {}
    rows = sql.rows(
        "SELECT stage_id, owner_id, next_on, COUNT(*), SUM(base_minor), SUM(base_minor * probability) FROM pipeline_opportunity"
        " WHERE removed_at IS NULL GROUP BY stage_id, owner_id, next_on"
    )
    for stage, owner, day, count, base, weighted in rows:
        stage_id, owner_id = to_id(stage), to_id(owner) if owner else EVERYBODY
        for key in {EVERYBODY, owner_id}:
            old = sums.get((stage_id, key), (0, 0, 0))
            sums[stage_id, key] = old[0] + count, old[1] + int(base), old[2] + int(weighted)
            if day is not None:
                due = stage_id, key, to_day(day)
                dues[due] = dues.get(due, 0) + count
    return sums, dues


def kept() -> tuple[Sums, Dues]:
    """The totals as they are kept, without those that are zero."""
    to_id, to_day, _ = sql.readers()
    sums = sql.rows("SELECT stage_id, owner_key, count, base_minor, weighted FROM pipeline_stagetotal")
    dues = sql.rows("SELECT stage_id, owner_key, due_on, count FROM pipeline_stagedue")
    return (
        {
            (to_id(stage), to_id(owner)): (count, base, weighted)
            for stage, owner, count, base, weighted in sums
            if count or base or weighted
        },
        {(to_id(stage), to_id(owner), to_day(day)): count for stage, owner, day, count in dues if count},
    )


def differences() -> list[str]:
    """What is kept and is not what a direct count gives, in words for the log; empty when all is well."""
    (sums, dues), (kept_sums, kept_dues) = counted(), kept()
    sums = {key: value for key, value in sums.items() if any(value)}
    totals = {f"stage {k[0]} owner {k[1]}": (kept_sums.get(k), sums.get(k)) for k in {*sums, *kept_sums}}
    days = {f"stage {k[0]} owner {k[1]} due {k[2]}": (kept_dues.get(k), dues.get(k)) for k in {*dues, *kept_dues}}
    return sorted(f"{name}: kept {was}, counted {now}" for name, (was, now) in {**totals, **days}.items() if was != now)


def rebuild() -> None:
    """Count everything anew and keep that. Writers wait until it is done."""
    with atomic():
        if sql.is_postgres():
            sql.run("LOCK TABLE pipeline_stagetotal IN EXCLUSIVE MODE")
            sql.run("LOCK TABLE pipeline_stagedue IN EXCLUSIVE MODE")
        sums, dues = counted()
        sql.run("DELETE FROM pipeline_stagetotal")
        sql.run("DELETE FROM pipeline_stagedue")
        upsert(sums, dues)


def _upsert(statement: str, lines: list[tuple[Any, ...]]) -> None:
    for at in range(0, len(lines), 1000):
        some = lines[at : at + 1000]
        row = f"({sql.marks([0, *some[0]])})"
        sql.run(
            statement.format(rows=", ".join([row] * len(some))), [value for line in some for value in (uuid7(), *line)]
        )


def _share(row: tuple[Any, ...], to_id: Any, to_day: Any) -> Share:
    stage, owner, base, probability, day = row
    return Share(to_id(stage), to_id(owner) if owner else None, base, probability, to_day(day) if day else None)
