"""The jobs that look after the jobs."""

import logging
from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from pivotino.jobs.clock import schedule
from pivotino.jobs.models import Ticket
from pivotino.jobs.sentences import class_of
from pivotino.tenancy.models import Instance

log = logging.getLogger("pivotino.jobs")
KEEP_DONE, KEEP_DEAD = timedelta(days=1), timedelta(days=90)


@schedule("*/5 * * * *", priority=-20)
def sweep() -> None:
    """Visit every living instance and send off errands whose ticket was lost between two commits."""
    from pivotino.jobs.errands.running import sweep_one

    for row in Instance.objects.living().filter(frozen_at__isnull=True).iterator():
        try:
            sweep_one(row.place)
        except DatabaseError as error:
            # One instance that is away must not keep the others waiting.
            log.error("%s sweep: %s", row.place.key[:8], class_of(error))


@schedule("20 * * * *", priority=-20)
def forget() -> None:
    """Forget finished tasks after a day and dead letters after ninety."""
    now = timezone.now()
    dead = Ticket.objects.dead().filter(dead_at__lt=now - KEEP_DEAD)
    DBTaskResult.objects.filter(pk__in=list(dead.values_list("pk", flat=True))).delete()
    dead.delete()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - KEEP_DONE).delete()
