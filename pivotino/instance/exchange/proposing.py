"""The proposal: every row of the file judged against what is here. Safe to run twice, and stops when it is out of date."""

import itertools
from collections import Counter
from collections.abc import Iterator

from django.utils import timezone

from pivotino.instance.exchange.bulk import insert
from pivotino.instance.exchange.drafts import AnyDraft, read_row
from pivotino.instance.exchange.judging import Judged, judge_for
from pivotino.instance.exchange.mapping import BrokenMapping, Mapping
from pivotino.instance.exchange.models import Import, ProposedRow
from pivotino.instance.exchange.plans import sheet_of, with_ids
from pivotino.instance.exchange.reading import UnreadableSheet
from pivotino.instance.members.models import Member
from pivotino.tenancy import atomic

AT_ONCE = 2_000


class OutOfDate(Exception):
    """Another worker, or a newer plan, took over. What this one did is rolled back; it has nothing left to do."""


def propose(one: Import) -> None:
    """Judge every row from the first on and keep the verdicts. A file that cannot be read to its end is refused."""
    by = one.uploaded_by
    if by is None or one.state != "proposing":
        return
    try:
        _restart(one)
        counts = _judge_all(one, with_ids(one.mapping, one.invited), by)
        _finish(one, counts)
    except OutOfDate:
        return
    except (UnreadableSheet, BrokenMapping) as refusal:
        _fail(one, str(refusal))


def _restart(one: Import) -> None:
    with atomic():
        if not one.step(part="", cursor=0, done=0, counts={}):
            raise OutOfDate
        ProposedRow.objects.filter(of_import=one)._raw_delete("instance")


def _judge_all(one: Import, mapping: Mapping, by: Member) -> Counter[str]:
    judge = judge_for(one, mapping, by)
    counts: Counter[str] = Counter()
    for drafts in _in_portions(read_row(mapping, row) for row in sheet_of(one).rows()):
        found = judge.judge(drafts)
        counts.update(row.verdict.value for row in found)
        with atomic():
            _keep(one, found)
            if not one.step(part="", cursor=drafts[-1].row, done=counts.total()):
                raise OutOfDate
    return counts


def _in_portions(drafts: Iterator[AnyDraft]) -> Iterator[list[AnyDraft]]:
    while portion := list(itertools.islice(drafts, AT_ONCE)):
        yield portion


def _keep(one: Import, found: list[Judged]) -> None:
    insert(ProposedRow, [
        {"of_import_id": one.pk, "number": row.number, "verdict": row.verdict.value, "name": row.name[:250],
         "reasons": row.reasons, "changes": row.changes, "data": row.data, "target_id": row.target_id, "ticked": False}
        for row in found
    ])  # fmt: skip


def _finish(one: Import, counts: Counter[str]) -> None:
    if not one.step(part="", cursor=one.cursor, proposed_at=timezone.now(), counts=dict(counts), rows=counts.total()):
        raise OutOfDate


def _fail(one: Import, sentence: str) -> None:
    with atomic():
        if one.step(part="", cursor=0, failed_at=timezone.now(), problem=sentence, proposing_at=None):
            ProposedRow.objects.filter(of_import=one)._raw_delete("instance")
