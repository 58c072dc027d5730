"""Making instances, and looking after those that got stuck."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from pivotino.control.provisioning import advancing
from pivotino.control.provisioning.models import Provisioning
from pivotino.jobs import GiveUp, Retry, alerts, job, schedule
from pivotino.jobs.models import Ticket
from pivotino.kit.retention import period, sweep, sweeps
from pivotino.tenancy import health, registry, spares
from pivotino.tenancy.models import BucketHealth
from pivotino.tenancy.places import buckets

NO_ROOM = "no room"
STUCK = timedelta(minutes=3)


@job(queue="provisioning", attempts=40, priority=80)
def advance(provisioning_id: str) -> None:
    """Take one provisioning on from wherever it stands."""
    provisioning = Provisioning.objects.unfinished().select_related("sign_up__plan").filter(pk=provisioning_id).first()
    if provisioning is None:
        return
    try:
        advancing.go_on(provisioning)
        keep_spares.later(key="spares")
    except registry.NoRoom as error:
        alerts.rise(NO_ROOM, "", f"Sign-ups wait: {error} Add a bucket, or room to one.")
        raise Retry("There is no room at present.", after=timedelta(seconds=30), counted=False) from error
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


@schedule("* * * * *", priority=20)
def look_at_buckets() -> None:
    """Look at every bucket, tell who runs this, and let those in who waited for room."""
    for row in health.look_at_all():
        if row.trouble:
            alerts.rise("bucket", row.name, f"Bucket {row.name}: {row.trouble} Nothing new is put there.")
        else:
            alerts.settle("bucket", row.name)
    try:
        registry.bucket_with_room()
    except registry.NoRoom:
        return
    alerts.settle(NO_ROOM, "")
    for provisioning in Provisioning.objects.unfinished().filter(steps__isnull=True)[:200]:
        put_in_line(provisioning)
    keep_spares.later(key="spares")


@job(attempts=3, priority=10)
def keep_spares() -> None:
    """Have a few empty databases ready where the next ones go, and none of an older version anywhere."""
    try:
        next_one = registry.bucket_with_room()
    except registry.NoRoom:
        next_one = ""
    for name, bucket in buckets().items():
        if BucketHealth.objects.filter(name=name, reachable=False).exists():
            continue
        spares.keep(bucket, settings.POOL_SPARES if name == next_one else 0)


@schedule("27 3 * * *")
def sweep_finished() -> None:
    """Forget provisionings and sign-ups that were finished a month ago."""
    sweep("finished sign-ups")


@sweeps("finished sign-ups", forget=advancing.forget)
def finished(at: datetime) -> QuerySet[Provisioning]:
    before = at - period("finished sign-ups")
    return Provisioning.objects.filter(Q(ready_at__lt=before) | Q(failed_at__lt=before))
