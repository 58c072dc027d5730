"""What all judges share: refusals, rows that repeat a number, and records a person has changed since."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pivotino.instance.exchange.drafts import AnyDraft
from pivotino.instance.exchange.fields import Field
from pivotino.instance.exchange.mapping import Mapping
from pivotino.instance.exchange.models import Import, ProposedRow, Verdict
from pivotino.instance.members.models import Member
from pivotino.kit.ids import uuid7

Reasons = list[list[str]]
FEW = 400


@dataclass(slots=True)
class Judged:
    """The verdict on one row. `data` is what would be written."""

    number: int
    verdict: Verdict
    name: str
    reasons: Reasons = field(default_factory=list)
    changes: list[list[str]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    target_id: UUID | None = None


class Judge(ABC):
    """Judges rows in the order of the sheet, a good many at a time. It remembers what earlier rows were about."""

    def __init__(self, one: Import, mapping: Mapping, by: Member) -> None:
        self.one, self.mapping, self.by = one, mapping, by
        self.fields = frozenset(mapping.fields)
        self.headers = {column.field: column.header for column in mapping.columns if column.field}
        self.rows_of_id: dict[str, tuple[int, UUID | None]] = {}
        self.taken: set[UUID] = set()

    def judge(self, drafts: Sequence[AnyDraft]) -> list[Judged]:
        """One verdict for each draft."""
        self.prepare([draft for draft in drafts if not draft.refusals])
        return [self._refused(draft) if draft.refusals else self._judged(draft) for draft in drafts]

    @abstractmethod
    def prepare(self, drafts: Sequence[Any]) -> None:
        """Read what is here of the records these drafts may be about."""

    @abstractmethod
    def name_of(self, draft: Any) -> str: ...

    @abstractmethod
    def verdict_on(self, draft: Any) -> Judged:
        """The verdict on a draft without refusals."""

    def verdict(
        self, draft: Any, *, data: dict[str, Any], target: UUID, version: int, changes: list[list[str]], touched: bool,
        reasons: Reasons,
    ) -> Judged:  # fmt: skip
        """Changed, the same or conflicting, for a record that is here."""
        self.taken.add(target)
        found = Judged(
            draft.row, Verdict.SAME, self.name_of(draft), reasons, changes, {**data, "seen": version}, target
        )
        if changes:
            found.verdict = Verdict.CONFLICT if touched else Verdict.CHANGED
        if changes and touched:
            found.reasons = [
                *reasons,
                ["", "Somebody changed this here after it was last brought in. Tick it to take the sheet's word."],
            ]
        return found

    def new(self, draft: Any, data: dict[str, Any], reasons: Reasons) -> Judged:
        return Judged(draft.row, Verdict.NEW, self.name_of(draft), reasons, [], data, uuid7())

    def refuse(self, draft: Any, column: Field | None, message: str) -> Judged:
        header = self.headers.get(column, "") if column else ""
        return Judged(draft.row, Verdict.REFUSED, self.name_of(draft), [[header, message]])

    def touched_since(self, targets: Iterable[tuple[UUID, int]]) -> set[UUID]:
        """Of these records and their versions, those somebody changed after an import wrote them."""
        versions = dict(targets)
        written: dict[UUID, int] = {}
        ids = list(versions)
        for at in range(0, len(ids), FEW):
            rows = ProposedRow.objects.filter(target_id__in=ids[at : at + FEW], version__isnull=False).order_by("id")
            written.update((id, version) for id, version in rows.values_list("target_id", "version") if id and version)
        return {id for id, version in versions.items() if id in written and version > written[id]}

    def _refused(self, draft: AnyDraft) -> Judged:
        return Judged(draft.row, Verdict.REFUSED, self.name_of(draft), [[r.column, r.message] for r in draft.refusals])

    def _judged(self, draft: AnyDraft) -> Judged:
        earlier = self.rows_of_id.get(draft.external_id) if draft.external_id else None
        found = self.verdict_on(draft)
        if found.verdict is Verdict.REFUSED:
            return found
        if draft.external_id and earlier is None:
            self.rows_of_id[draft.external_id] = (draft.row, found.target_id)
        if earlier is not None:
            found.verdict, found.target_id = Verdict.CONFLICT, earlier[1]
            found.data.pop("seen", None)
            found.reasons = [
                [
                    self.headers.get(Field.EXTERNAL_ID, ""),
                    f"Row {earlier[0]:,} has the same number. Tick this one if it is the right one.",
                ]
            ]
        return found


def words_of_change(label: str, before: object, after: object) -> list[str]:
    return [label, _said(before), _said(after)]


def notes_of(draft: AnyDraft) -> Reasons:
    return [[note.column, note.message] for note in draft.notes]


def filled(**values: Any) -> dict[str, Any]:
    """What holds something, as JSON has it."""
    return {name: _plain(value) for name, value in values.items() if value not in (None, "", (), [], 0)}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value


def _said(value: object) -> str:
    if value is None or value == "":
        return "empty"
    return str(value)
