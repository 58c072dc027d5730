"""The proposal becomes records, a portion a transaction. Killed at any place it goes on where it was; nothing is doubled."""

from django.db.models import Q
from django.utils import timezone

from pivotino.instance.exchange.models import Import, ProposedRow, Verdict
from pivotino.instance.exchange.proposing import OutOfDate
from pivotino.instance.exchange.writing import writer_for
from pivotino.instance.exchange.writing.members import make_invited
from pivotino.instance.history.recording import record
from pivotino.instance.members.models import Company, Member
from pivotino.instance.pipeline.totals import together
from pivotino.tenancy import atomic

AT_ONCE = 500
ROWS, TIES = "rows", "ties"


def apply(one: Import) -> None:
    """Write everything the proposal says: new and changed rows, and the conflicting ones that were ticked."""
    try:
        if one.state == "applying" and one.part == "":
            _begin(one)
        while one.state == "applying" and _portion(one):
            pass
    except OutOfDate:
        return


def to_write(one: Import) -> "Q":
    """Which rows of a proposal would be written."""
    return Q(of_import=one) & (Q(verdict__in=[Verdict.NEW, Verdict.CHANGED]) | Q(verdict=Verdict.CONFLICT, ticked=True))


def _begin(one: Import) -> None:
    """Those who will be invited get their rows first, so that deals can be theirs."""
    with atomic():
        _take_turns()
        made = {**one.made, "members": make_invited(one)}
        made["members_made"] = [id for planned, id in made["members"].items() if planned == id]
        if not one.step(part=ROWS, cursor=0, made=made, done=0):
            raise OutOfDate


def _portion(one: Import) -> bool:
    """One portion of rows; False when there are no more."""
    with together():
        _take_turns()
        rows = list(ProposedRow.objects.filter(to_write(one), number__gt=one.cursor).order_by("number")[:AT_ONCE])
        writer = writer_for(one, one.applied_by)
        if one.part == TIES:
            writer.tie(rows)
        else:
            writer.write(rows)
        if not rows:
            return _next_part(one) if one.part == ROWS and writer.has_ties else _end(one)
        if not one.step(part=one.part, cursor=rows[-1].number, done=one.done + (len(rows) if one.part == ROWS else 0)):
            raise OutOfDate
    return True


def _next_part(one: Import) -> bool:
    if not one.step(part=TIES, cursor=0):
        raise OutOfDate
    return True


def _end(one: Import) -> bool:
    by: Member | None = one.applied_by
    if not one.step(part="", cursor=0, applied_at=timezone.now()):
        raise OutOfDate
    record("import.applied", one, by=by, file=one.name, counts=one.counts)
    return False


def _take_turns() -> None:
    """One import writes at a time, so that two that name the same company make it once. People do not wait for this."""
    Company.objects.select_for_update().get()


__all__ = ["apply", "to_write"]
