"""Trials and upgrades on their way, and the end of copies whose time is over."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from pivotino.control.upgrades import bringing, trying
from pivotino.control.upgrades.models import Trial, Upgrade
from pivotino.jobs import carrying, job, schedule
from pivotino.jobs.models import Ticket
from pivotino.kit.retention import sweep, sweeps
from pivotino.tenancy import provision

ABANDONED, NEVER_READY = timedelta(minutes=10), timedelta(days=1)


@job(queue="default", attempts=20, priority=30)
def go_on_trying(trial_id: str) -> None:
    """Take one trial on from wherever it stands, if it is for this worker's version."""
    trial = Trial.objects.being_made().select_related("instance").filter(pk=trial_id).first()
    if trial is not None and trial.to_version == provision.schema_version():
        trying.go_on(trial)


@job(queue="default", attempts=40, priority=50)
def go_on_bringing(upgrade_id: str) -> None:
    """Take one upgrade on from wherever it stands. One for another version is that release's work.

    Where that release has gone in the middle of it, the database does not stay closed: it is taken back.
    """
    upgrade = Upgrade.objects.due().select_related("instance").filter(pk=upgrade_id).first()
    if upgrade is None:
        return
    if upgrade.opened_at or upgrade.to_version == provision.schema_version():
        bringing.go_on(upgrade)
    elif upgrade.begun_at and upgrade.begun_at < timezone.now() - ABANDONED:
        carrying.abandon(upgrade, "The release it was for is no longer here.")


def try_in_line(trial: Trial) -> None:
    """Let a worker take the trial on, unless one already does or will."""
    key = f"trial:{trial.pk}"
    if not Ticket.objects.filter(key=key, dead_at__isnull=True).exists():
        go_on_trying.later(str(trial.pk), key=key)


def bring_in_line(upgrade: Upgrade) -> None:
    """Let a worker take the upgrade on, unless one already does or will."""
    key = f"upgrade:{upgrade.pk}"
    if not Ticket.objects.filter(key=key, dead_at__isnull=True).exists():
        go_on_bringing.later(str(upgrade.pk), key=key)


@schedule("* * * * *", priority=30)
def pick_up() -> None:
    """Put those in line whose time has come, and those nobody works on."""
    mine = Q(to_version=provision.schema_version())
    begun = Q(begun_at__lt=timezone.now() - ABANDONED) | Q(opened_at__isnull=False)
    for upgrade in Upgrade.objects.due().filter(mine | begun)[:500]:
        bring_in_line(upgrade)
    for trial in Trial.objects.being_made().filter(mine)[:500]:
        try_in_line(trial)


@schedule("17 * * * *")
def end_trials() -> None:
    """Remove copies whose time is over, and what a failed or abandoned trial left."""
    sweep("trials")
    for trial in Trial.objects.being_made().filter(asked_at__lt=timezone.now() - NEVER_READY):
        trial.set(failed_at=timezone.now(), trouble="It never became ready.")
        trying.remove(trial)


def _remove(over: QuerySet[Trial]) -> None:
    for trial in over:
        trying.remove(trial)


@sweeps("trials", forget=_remove)
def trials_over(at: datetime) -> QuerySet[Trial]:
    return Trial.objects.over(at)
