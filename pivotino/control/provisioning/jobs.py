"""Making instances, and looking after those that got stuck."""

from datetime import timedelta

from django.utils import timezone

from pivotino.control.provisioning import advancing
from pivotino.control.provisioning.models import Provisioning
from pivotino.jobs import GiveUp, Retry, job, schedule
from pivotino.jobs.models import Ticket

STUCK, KEPT = timedelta(minutes=3), timedelta(days=30)


@job(queue="provisioning", attempts=40, priority=80)
def advance(provisioning_id: str) -> None:
    """Take one provisioning on from wherever it stands."""
    provisioning = Provisioning.objects.unfinished().select_related("sign_up__plan").filter(pk=provisioning_id).first()
    if provisioning is None:
        return
    try:
        advancing.go_on(provisioning)
    except Exception as error:
        if advancing.waits_for_mail(provisioning, error):
            raise Retry("The mail server is away.", after=timedelta(seconds=30), counted=False) from error
        if advancing.count_failure(provisioning, error):
            raise GiveUp("Everything was taken back.") from error
        raise


def put_in_line(provisioning: Provisioning) -> None:
    """Let a worker take it on, unless one already does or will."""
    key = f"advance:{provisioning.pk}"
    if not Ticket.objects.filter(key=key, dead_at__isnull=True).exists():
        advance.later(str(provisioning.pk), key=key)


@schedule("*/2 * * * *", priority=40)
def pick_up() -> None:
    """Put those in line again that nobody works on."""
    for provisioning in Provisioning.objects.unfinished().filter(begun_at__lt=timezone.now() - STUCK)[:200]:
        put_in_line(provisioning)


@schedule("27 3 * * *")
def sweep_finished() -> None:
    """Forget provisionings and sign-ups that were finished a month ago."""
    advancing.sweep(timezone.now() - KEPT)
