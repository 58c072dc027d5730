"""What the billing room does later and by the clock."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from pivotino.control.billing.models import Arrears, Paper
from pivotino.control.subscriptions.models import Plan, Subscription
from pivotino.jobs import job, schedule
from pivotino.kit.retention import period, sweep, sweeps

WARNED_BEFORE = timedelta(days=7)
TOLD_BEFORE = timedelta(days=14)


@job(queue="billing", attempts=8)
def print_paper(paper_id: str) -> None:
    """Make the sealed PDF of a paper."""
    from pivotino.control.billing.printing import print_of

    if paper := Paper.objects.filter(pk=paper_id).first():
        print_of(paper)


@job(queue="billing", attempts=8)
def go_on(arrears_id: str) -> None:
    """The next stage of one unpaid bill."""
    from pivotino.control.billing import owing

    owing.go_on(arrears_id)


@schedule("7 * * * *")
def look_at_the_dates() -> None:
    """Every unpaid bill whose next day has come, and every plan that ends or renews soon."""
    now = timezone.now()
    for id in Arrears.objects.due(now).values_list("id", flat=True):
        go_on.later(str(id), key=f"arrears:{id}")
    _tell_of_trials()
    _tell_of_years()


@schedule("12 4 2 1 *")
def let_old_books_go() -> None:
    """Once a year: papers nobody has to keep any more."""
    sweep("papers")


@sweeps("papers")
def papers_over(at: datetime) -> QuerySet[Paper]:
    """Counted from the end of the year they belong to."""
    return Paper.objects.filter(issued_at__year__lt=at.year - period("papers").days // 365)


def _tell_of_trials() -> None:
    from pivotino.control.billing import letters

    now = timezone.now()
    trials = Subscription.objects.filter(plan__kind=Plan.Kind.TRIAL, instance__erased_at__isnull=True).select_related(
        "instance", "plan"
    )
    for trial in trials.filter(until__gt=now, until__lte=now + WARNED_BEFORE, since__lte=now):
        letters.trial_ends_soon(trial.instance, trial, _until(trial))
    for trial in trials.filter(until__lte=now, until__gt=now - WARNED_BEFORE):
        following = Subscription.objects.of(trial.instance)
        if following and following.plan.kind == Plan.Kind.FREE and following.number == trial.number + 1:
            letters.trial_ended(trial.instance, trial, _until(trial))


def _tell_of_years() -> None:
    from pivotino.control.billing import letters
    from pivotino.control.billing.queries import next_bill

    now = timezone.now()
    years = Subscription.objects.current().filter(
        plan__period=Plan.Period.YEAR, paid_until__lte=now + TOLD_BEFORE, paid_until__gt=now
    )
    for row in years.filter(until__isnull=True).select_related("instance", "plan"):
        bill = next_bill(row.instance)
        if bill and row.paid_until:
            letters.renews_soon(row.instance, row, row.paid_until, bill.total_minor)


def _until(row: Subscription) -> datetime:
    return row.until or timezone.now()
