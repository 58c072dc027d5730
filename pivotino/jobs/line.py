"""The line: joining it, taking the next one in turn, and leaving it. Every step is one transaction of the control database.

Each instance has a line of its own and the worker walks round them, so ten thousand jobs of one customer make nobody wait
longer than one job. A higher priority goes first whoever it belongs to.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from pivotino.jobs.models import OURS, Ticket
from pivotino.jobs.refusals import LeaseLost, WorkerLost
from pivotino.jobs.sentences import class_of, sentence_of
from pivotino.kit.ids import uuid7

LEASE = timedelta(seconds=60)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=4), timedelta(hours=2)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What joins the line: the path of a job and plain arguments. `name` is what people read, if not the path."""

    path: str
    args: list[Any]
    queue: str = "default"
    priority: int = 0
    most: int = 8
    key: str = ""
    due_at: datetime | None = None
    line: UUID = OURS
    name: str = ""
    id: UUID | None = None


def join(order: Order) -> UUID | None:
    """Put a job in line and return its id; None where one with this key (or this id) is in line already.

    Both rows are written in the caller's transaction of the control database: no commit, no job.
    """
    now = timezone.now()
    ticket = Ticket(
        id=order.id or uuid7(), name=order.name or order.path, queue=order.queue, priority=order.priority, line=order.line,
        key=order.key, due_at=order.due_at or now, most=order.most,
    )  # fmt: skip
    task: DBTaskResult[Any, Any] = DBTaskResult(
        id=ticket.id, args_kwargs={"args": order.args, "kwargs": {}}, priority=order.priority, task_path=order.path,
        queue_name=order.queue, run_after=order.due_at or get_date_max(), backend_name="default",
        exception_class_path="", traceback="",
    )  # fmt: skip
    try:
        with transaction.atomic():
            # Held until our commit: nobody may begin the one that waits before what we decided can be seen.
            if order.key and Ticket.objects.waiting().filter(key=order.key).select_for_update().first():
                return None
            ticket.save(force_insert=True)
            task.save(force_insert=True)
    except IntegrityError:
        # Somebody else was quicker with the same key or the same errand; anything else is our fault.
        same_key = Ticket.objects.waiting().filter(key=order.key) if order.key else Ticket.objects.none()
        if same_key.exists() or DBTaskResult.objects.filter(pk=ticket.id).exists():
            return None
        raise
    return ticket.id


def claim(worker: str, *, lease: timedelta = LEASE, queues: Collection[str] = (), after: UUID = OURS) -> Ticket | None:
    """Take the next job in turn, the line after `after` first, and hold it for the length of the lease; None if nothing is due."""
    due = Ticket.objects.due()
    if queues:
        due = due.filter(queue__in=queues)
    # A glance takes no lock: on SQLite an idle worker must not stand in the way of writers.
    top = due.order_by("-priority").values_list("priority", flat=True).first()
    if top is None:
        return None
    with transaction.atomic():
        free = due.select_for_update(skip_locked=True)
        in_turn = free.filter(priority=top).order_by("line", "due_at", "id")
        ticket = in_turn.filter(line__gt=after).first() or in_turn.first() or free.order_by("-priority", "line").first()
        if ticket is None:
            return None
        ticket.worker, ticket.lease_until, ticket.attempts = worker, timezone.now() + lease, ticket.attempts + 1
        ticket.save(update_fields=["worker", "lease_until", "attempts"])
        _mark(ticket, TaskResultStatus.RUNNING, started_at=timezone.now(), worker_ids=[worker])
    return ticket


def beat(ticket: Ticket, *, lease: timedelta = LEASE) -> bool:
    """Say that the holder is alive. False where the lease was lost."""
    return bool(_mine(ticket).update(lease_until=timezone.now() + lease))


def finish(ticket: Ticket) -> None:
    """The job is done: it leaves the line. Raises LeaseLost where another worker holds it now."""
    with transaction.atomic():
        if _mine(ticket).delete()[0] != 1:
            raise LeaseLost(f"{ticket.name} is no longer held by this worker.")
        _mark(ticket, TaskResultStatus.SUCCESSFUL, finished_at=timezone.now())


def put_back(ticket: Ticket, *, after: timedelta, counted: bool = True, error: BaseException | None = None) -> None:
    """Let the job wait and be tried again. Where another with its key came meanwhile, that one does the work for both."""
    due = timezone.now() + after
    told = {"error": class_of(error), "sentence": sentence_of(error)} if error else {}
    attempts = ticket.attempts if counted else max(0, ticket.attempts - 1)
    try:
        with transaction.atomic():
            if _mine(ticket).update(worker="", lease_until=None, due_at=due, attempts=attempts, **told):
                _mark(ticket, TaskResultStatus.READY, run_after=due)
    except IntegrityError:
        finish(ticket)


def bury(ticket: Ticket, error: BaseException) -> None:
    """Give the job up: a dead letter with the error's class and sentence. Nothing of its contents is kept beside its ids."""
    with transaction.atomic():
        told = {"error": class_of(error), "sentence": sentence_of(error)}
        if _mine(ticket).update(worker="", lease_until=None, dead_at=timezone.now(), **told):
            _mark(ticket, TaskResultStatus.FAILED, finished_at=timezone.now(), exception_class_path=class_of(error))


def revive(ticket: Ticket) -> bool:
    """Put a dead letter back in line with all its attempts; False where it is not dead or its key waits already."""
    try:
        with transaction.atomic():
            if not Ticket.objects.dead().filter(pk=ticket.pk).update(dead_at=None, attempts=0, due_at=timezone.now()):
                return False
            _mark(ticket, TaskResultStatus.READY, run_after=get_date_max(), finished_at=None)
    except IntegrityError:
        return False
    return True


def take_over_lost() -> int:
    """Put jobs back whose worker has died, and bury those that killed theirs too often. Returns how many."""
    lost = list(Ticket.objects.lost()[:100])
    for ticket in lost:
        ticket.has_lapsed = True
        if ticket.attempts >= ticket.most:
            bury(ticket, WorkerLost("The worker stopped in the middle of it, every time."))
        else:
            put_back(ticket, after=timedelta(0))
    return len(lost)


def wait_before(attempts: int) -> timedelta:
    """How long to wait before the next try: doubling from four seconds up to two hours, give or take a quarter."""
    longest: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 16), LONGEST_WAIT)
    return longest * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, keeps no secret


def _mine(ticket: Ticket) -> Any:
    """The row, as long as the worker that took it still holds it; of a lapsed ticket, as long as nobody renewed it."""
    held = Ticket.objects.filter(
        pk=ticket.pk, worker=ticket.worker, attempts=ticket.attempts, lease_until__isnull=False
    )
    return held.filter(lease_until=ticket.lease_until) if ticket.has_lapsed else held


def _mark(ticket: Ticket, status: str, **values: Any) -> None:
    DBTaskResult.objects.filter(pk=ticket.pk).update(status=status, **values)
