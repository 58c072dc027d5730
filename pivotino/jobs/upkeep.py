"""The jobs that look after the jobs."""

import logging
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from pivotino.jobs.clock import schedule
from pivotino.jobs.models import Ticket
from pivotino.jobs.sentences import class_of
from pivotino.kit import retention
from pivotino.kit.retention import period, sweeps
from pivotino.tenancy.models import Instance

log = logging.getLogger("pivotino.jobs")


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
    """Forget finished tasks and dead letters in their time."""
    retention.sweep("dead letters", "done jobs")


def _forget_dead(dead: QuerySet[Ticket]) -> None:
    DBTaskResult.objects.filter(pk__in=list(dead.values_list("pk", flat=True))).delete()
    dead.delete()


@sweeps("dead letters", forget=_forget_dead)
def dead_over(at: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.dead().filter(dead_at__lt=at - period("dead letters"))


@sweeps("done jobs")
def done_over(at: datetime) -> QuerySet[Any]:
    return DBTaskResult.objects.successful().filter(finished_at__lt=at - period("done jobs"))
