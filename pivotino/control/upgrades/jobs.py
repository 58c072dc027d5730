"""Trials and upgrades on their way, and the end of copies whose time is over."""

from django.utils import timezone

from pivotino.control.upgrades import bringing, trying
from pivotino.control.upgrades.models import Trial, Upgrade
from pivotino.jobs import job, schedule
from pivotino.jobs.models import Ticket


@job(queue="default", attempts=20, priority=30)
def go_on_trying(trial_id: str) -> None:
    """Take one trial on from wherever it stands."""
    trial = Trial.objects.being_made().select_related("instance").filter(pk=trial_id).first()
    if trial is not None:
        trying.go_on(trial)


@job(queue="default", attempts=40, priority=50)
def go_on_bringing(upgrade_id: str) -> None:
    """Take one upgrade on from wherever it stands."""
    upgrade = Upgrade.objects.due().select_related("instance").filter(pk=upgrade_id).first()
    if upgrade is not None:
        bringing.go_on(upgrade)


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
    for upgrade in Upgrade.objects.due()[:500]:
        bring_in_line(upgrade)
    for trial in Trial.objects.being_made()[:500]:
        try_in_line(trial)


@schedule("17 * * * *")
def end_trials() -> None:
    """Remove copies whose time is over, and what a failed or abandoned trial left."""
    for trial in Trial.objects.over():
        trying.remove(trial)
    for trial in Trial.objects.standing().filter(rehearsal=True, ready_at__isnull=False, ready_at__lt=timezone.now()):
        trying.remove(trial)
