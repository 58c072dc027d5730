"""The presses that start work on an import. Each may be pressed twice; the second changes nothing."""

from typing import Any

from django.utils import timezone

from pivotino.instance.exchange import jobs, plans
from pivotino.instance.exchange.fields import Kind
from pivotino.instance.exchange.mapping import Mapping, guess_columns
from pivotino.instance.exchange.models import Import, NotNow
from pivotino.instance.exchange.plans import SURVEYED
from pivotino.instance.exchange.storage import path_of, remove
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import company
from pivotino.tenancy import atomic

LOOKED_AT_ONCE = 8_000_000


def keep_plan(one: Import, plan: Mapping) -> None:
    """Keep how the sheet is read. Where another column holds the words, the sheet is looked at again."""
    before = one.mapping
    moved = any(before.position(field) != plan.position(field) for field in SURVEYED)
    with atomic():
        if moved and one.size > LOOKED_AT_ONCE:
            one.begin_again(plan=plan.to_plain(), read_at=None)
            jobs.read.later(str(one.pk))
            return
        one.begin_again(plan=plan.to_plain())
    if moved:
        plans.look(one, plan=plan)


def change_kind(one: Import, kind: Kind) -> None:
    """The rows are something else than we thought: guess the columns anew."""
    sheet = plans.sheet_of(one)
    plan = guess_columns(
        sheet.headers, sheet.sample(), kind=kind, currency=company().currency, region=company().country
    )
    one.begin_again(plan=plan.to_plain(), what=kind.value)
    plans.look(one, plan=plan)


def start_proposing(one: Import) -> None:
    """Begin the proposal, unless it is there or on its way."""
    if one.state in ("proposing", "proposed"):
        return
    if one.state != "open":
        raise NotNow("This file cannot be proposed now.")
    with atomic():
        one.begin_again(proposing_at=timezone.now(), invited=plans.invited(one.mapping, one.invited))
        jobs.propose.later(str(one.pk), one.round, key=f"propose:{one.pk}:{one.round}")


def start_applying(one: Import, *, by: Member) -> bool:
    """Take the proposal in. Of two people who press at once, one does; False for the other."""
    with atomic():
        ready = Import.objects.filter(
            pk=one.pk,
            proposed_at__isnull=False,
            applying_at__isnull=True,
            discarded_at__isnull=True,
            forgotten_at__isnull=True,
        )
        if not ready.update(applying_at=timezone.now(), applied_by=by, part="", cursor=0, done=0):
            return False
        jobs.apply.later(str(one.pk))
        return True


def start_taking_back(one: Import, *, by: Member, with_touched: bool) -> bool:
    """Take everything back. False where that was begun already."""
    with atomic():
        made: dict[str, Any] = {**one.made, "with_touched": with_touched, "taken_back_by": str(by.pk)}
        ready = Import.objects.filter(
            pk=one.pk, applied_at__isnull=False, taking_back_at__isnull=True, forgotten_at__isnull=True
        )
        if not ready.update(taking_back_at=timezone.now(), made=made, part="", cursor=0, done=0):
            return False
        jobs.take_back.later(str(one.pk))
        return True


def try_again(one: Import) -> None:
    """Somebody does not want to wait until what broke is tried again by itself. Work that still goes on is not disturbed."""
    if not one.problem or not one.is_busy:
        return
    with atomic():
        Import.objects.filter(pk=one.pk).update(problem="")
        job = {"reading": jobs.read, "applying": jobs.apply, "taking-back": jobs.take_back}.get(one.state)
        if job is not None:
            job.later(str(one.pk), key=f"again:{one.pk}")
        else:
            jobs.propose.later(str(one.pk), one.round, key=f"again:{one.pk}")


def discard(one: Import) -> None:
    """Put an import away that wrote nothing: its file and its rows go at once. Raises NotNow for one that was taken in."""
    with atomic():
        if not Import.objects.filter(pk=one.pk, applying_at__isnull=True).update(discarded_at=timezone.now()):
            raise NotNow("This file was taken in already. Take it back instead.")
        one.proposed.all().delete()
        Import.objects.filter(pk=one.pk).update(words={}, invited={}, plan={}, name="", forgotten_at=timezone.now())
    remove(path_of(one.pk, one.ending))
