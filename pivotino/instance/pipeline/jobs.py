"""What the pipeline does at night, by each company's own clock."""

import logging
from uuid import UUID

from django.db.models.functions import Length

from pivotino.instance.history.recording import tell
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline import totals
from pivotino.instance.pipeline.models import LostCategory, LostReason, Opportunity, Stage, StageDue
from pivotino.instance.pipeline.refusals import Refusal
from pivotino.instance.pipeline.seeds import POOR_FOLLOW_UP
from pivotino.jobs import nightly
from pivotino.kit.rank import spread
from pivotino.tenancy import atomic

CHUNK = 100
# A key of this length means that hundreds of cards went into one gap. Far below what the column holds.
LONG_POSITION = 60
log = logging.getLogger(__name__)


@nightly(at="00:00", whole=False)
def give_up() -> int:
    """Rule R9: what was expected to close by today and is still open is lost, for poor follow-up. Returns how many.

    Whoever was missed, because the machine slept, is found the next time. Safe to run twice.
    """
    given_up = 0
    skipped: list[UUID] = []
    while True:
        due = Opportunity.objects.at_work().filter(expected_closing__lte=today()).exclude(pk__in=skipped).order_by("pk")
        ids = list(due.values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return given_up
        with totals.together():
            reason = poor_follow_up()
            for opportunity in due.filter(pk__in=ids).select_for_update(of=("self",)):
                try:
                    opportunity.lose(reason=reason, by=None, by_rule=True)
                    given_up += 1
                except Refusal as refusal:
                    log.warning("%s was not given up: %s", opportunity.pk, refusal.message)
                    skipped.append(opportunity.pk)


@nightly(at="03:10")
def verify_totals() -> list[str]:
    """Count every stage anew, and where the kept totals differ, say so in the log and put them right."""
    found = totals.differences()
    if found:
        log.error("The totals of stages were wrong and were counted anew: %s", "; ".join(found[:20]))
        totals.rebuild()
        tell("pipeline.recounted", subject_id=None, owner_id=None, by=None)
    StageDue.objects.filter(count=0).delete()
    return found


@nightly(at="03:20")
def even_out() -> int:
    """Give a column whose order keys grew long new short ones, in the same order. Returns how many columns."""
    evened = 0
    for stage in Stage.objects.all():
        column = Opportunity.objects.kept().filter(stage=stage)
        if not column.annotate(length=Length("position")).filter(length__gt=LONG_POSITION).exists():
            continue
        with atomic():
            cards = list(column.select_for_update(of=("self",)).order_by("position", "pk").only("pk"))
            for card, position in zip(cards, spread(len(cards)), strict=True):
                Opportunity.objects.filter(pk=card.pk).update(position=position)
        evened += 1
    return evened


def poor_follow_up() -> LostReason:
    """The reason rule R9 gives; made anew where the owners removed it."""
    reason = LostReason.objects.filter(name=POOR_FOLLOW_UP).first()
    if reason is None:
        category = LostCategory.objects.order_by("name").last() or LostCategory.objects.create(name="Sales Team")
        reason = LostReason.objects.create(name=POOR_FOLLOW_UP, category=category)
    return reason
