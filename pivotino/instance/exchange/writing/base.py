"""What all writers share: rows overtaken since they were proposed, events, and what is kept to take it back."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone

from pivotino.instance.exchange import bulk
from pivotino.instance.exchange.models import Fate, Import, ProposedRow, Verdict
from pivotino.instance.history import search
from pivotino.instance.history.models import Event, SearchDoc
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import today, zone
from pivotino.kit.ids import uuid7

OVERTAKEN = "Somebody changed this after the proposal was made, so it was left as it is."
BROUGHT_TWICE = "Meanwhile another import brought the same number, so this row was left out."
GONE = "This was removed after the proposal was made, so the row was left out."
MOST_IN = 400
Found = TypeVar("Found")


class Writer(ABC):
    """Writes rows of one import. With `has_ties` it goes over them twice: first the records, then what ties them together."""

    has_ties = False

    def __init__(self, one: Import, by: Member | None) -> None:
        self.one, self.by = one, by
        self.moment, self.today, self.zone = timezone.now(), today(), zone()
        self.members: dict[str, UUID] = {str(pk): pk for pk in Member.objects.values_list("pk", flat=True)}
        self.members |= {
            planned: UUID(real)
            for planned, real in one.made.get("members", {}).items()
            if UUID(real) in self.members.values()
        }

    def write(self, rows: Sequence[ProposedRow]) -> None:
        """Write a portion; every row has its fate afterwards."""
        fresh = [row for row in rows if row.verdict == Verdict.NEW]
        other = [row for row in rows if row.verdict != Verdict.NEW]
        self.make(fresh)
        self.alter(other)
        self._remember(rows)

    @abstractmethod
    def make(self, rows: Sequence[ProposedRow]) -> None:
        """Write new records with the ids they were promised."""

    @abstractmethod
    def alter(self, rows: Sequence[ProposedRow]) -> None:
        """Change records that are here."""

    def tie(self, rows: Sequence[ProposedRow]) -> None:  # noqa: B027 - most have no ties
        """Tie records to each other once all of them are here."""

    def events(self, verb: str, kind: str, subjects: Iterable[tuple[UUID, UUID | None, dict[str, Any]]]) -> None:
        """One event for each subject (id, owner, data). Nobody is told: rules are not asked about the past."""
        by = self.by.pk if self.by else None
        bulk.insert(Event, [
            {"id": uuid7(), "at": self.moment, "verb": verb, "subject_kind": kind, "subject_id": id, "by_id": by,
             "owner_id": owner, "data": {"file": self.one.name, "import": str(self.one.pk), **data}}
            for id, owner, data in subjects
        ])  # fmt: skip

    def member(self, key: str | None) -> UUID | None:
        return self.members.get(key or "")

    def start_of(self, day: date) -> datetime:
        """The moment a day of the company begins."""
        return datetime.combine(day, time(), self.zone)

    def leave(self, row: ProposedRow, sentence: str) -> None:
        row.fate = Fate.LEFT
        row.reasons = [*row.reasons, ["", sentence]]

    def found_by(self, docs: Sequence[tuple[str, UUID, UUID | None, str]]) -> None:
        """Tell the search over everything about new records."""
        bulk.insert(SearchDoc, [
            {"kind": kind, "subject_id": id, "owner_id": owner, "text": search.folded(text)} for kind, id, owner, text in docs
        ])  # fmt: skip

    def _remember(self, rows: Sequence[ProposedRow]) -> None:
        """Most rows are simply made: one statement for all of those."""
        plain: dict[tuple[str, int | None], list[int]] = defaultdict(list)
        told = []
        for row in rows:
            if row.before is None and row.fate in (Fate.MADE, Fate.MET):
                plain[row.fate, row.version].append(row.pk)
            else:
                told.append(row)
        for (fate, version), ids in plain.items():
            ProposedRow.objects.filter(pk__in=ids).update(fate=fate, version=version)
        bulk.update(ProposedRow, ["fate", "reasons", "before", "version"], told)


def in_portions(values: Collection[Found], read: Callable[[list[Found]], Iterable[Any]]) -> list[Any]:
    """What `read` finds for all of the values, asked for a few hundred at a time."""
    every = list(values)
    return [found for at in range(0, len(every), MOST_IN) for found in read(every[at : at + MOST_IN])]
