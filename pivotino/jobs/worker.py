"""The worker: takes one job after the other, each by its lease, and keeps the clock."""

import logging
import os
import signal
import socket
import time
from collections.abc import Collection
from contextlib import nullcontext
from datetime import timedelta
from types import FrameType
from uuid import UUID

from django.db import DatabaseError, close_old_connections, transaction
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from pivotino.jobs import clock, nights
from pivotino.jobs.heart import Heart
from pivotino.jobs.line import LEASE, bury, claim, finish, put_back, take_over_lost, wait_before
from pivotino.jobs.models import OURS, Ticket
from pivotino.jobs.refusals import LeaseLost, Retry
from pivotino.jobs.sentences import class_of

log = logging.getLogger("pivotino.jobs")
SHORTEST_REST, LONGEST_REST = 0.02, 0.5
CLOCK_EVERY = 2.0


class Worker:
    """One process that works. `heartbeat=False` is for tests, where a job ends before any lease could."""

    def __init__(
        self,
        *,
        queues: Collection[str] = (),
        lease: timedelta = LEASE,
        heartbeat: bool = True,
        keeps_clock: bool = True,
    ) -> None:
        self.name = f"{socket.gethostname()[:40]}-{os.getpid()}-{get_random_string(6)}"
        self.queues, self.lease, self.keeps_clock = queues, lease, keeps_clock
        self.heart = Heart(lease) if heartbeat else None
        self.last_line: UUID = OURS
        self.stopping = False
        self.last_error: Exception | None = None
        self._clock_at = 0.0

    def run(self, *, drain: bool = False) -> None:
        """Work until stopped, or with `drain` until nothing is due. A database that is away for a while is waited for."""
        try:
            self._work_on(drain=drain)
        finally:
            if self.heart:
                self.heart.stop()

    def step(self) -> bool:
        """Look at the clock, then do one job if one is due. True where one was done, well or not."""
        if self.keeps_clock and time.monotonic() - self._clock_at >= CLOCK_EVERY:
            self._clock_at = time.monotonic()
            self.look_at_the_clock()
        ticket = claim(self.name, lease=self.lease, queues=self.queues, after=self.last_line)
        if ticket is None:
            return False
        self.last_line = ticket.line
        self.work(ticket)
        return True

    def look_at_the_clock(self) -> None:
        """Put in line what is due by the clock, and take over what dead workers left behind."""
        close_old_connections()
        take_over_lost()
        clock.tick()
        nights.nightfall()

    def work(self, ticket: Ticket) -> None:
        """Do one job and see to how it ended: done, put back with a wait, or given up. Errors of the job do not get out."""
        begun = time.monotonic()
        self.last_error = None
        try:
            with self.heart.beating_for(ticket) if self.heart else nullcontext():
                self._call(ticket)
        except LeaseLost as error:
            log.warning("%s %s: %s", ticket.whose, ticket.name, error)
        except Exception as error:
            self.last_error = error
            self._see_to(ticket, error)
        except BaseException:
            # Stopped from outside in the middle: the next worker starts it again at once.
            put_back(ticket, after=timedelta(0), counted=False)
            raise
        else:
            log.info("%s %s: done in %.0f ms", ticket.whose, ticket.name, (time.monotonic() - begun) * 1000)

    def stop_on_signals(self) -> None:
        """SIGTERM and SIGINT: finish the job at hand, then go. A second one stops in the middle, and the job is put back."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _work_on(self, *, drain: bool) -> None:
        rest = SHORTEST_REST
        while not self.stopping:
            try:
                worked = self.step()
            except DatabaseError as error:
                log.warning("The database does not answer: %s", class_of(error))
                close_old_connections()
                worked, rest = False, LONGEST_REST
            if worked:
                rest = SHORTEST_REST
            elif drain:
                return
            else:
                time.sleep(rest)
                rest = min(rest * 1.6, LONGEST_REST)

    def _call(self, ticket: Ticket) -> None:
        row = DBTaskResult.objects.get(pk=ticket.pk)
        task = import_string(row.task_path)
        args = row.args_kwargs["args"]
        if getattr(task, "whole", False):
            with transaction.atomic():
                task.call(*args)
                finish(ticket)
            return
        task.call(*args)
        finish(ticket)

    def _see_to(self, ticket: Ticket, error: Exception) -> None:
        if getattr(error, "permanent", False) or (ticket.attempts >= ticket.most and getattr(error, "counted", True)):
            bury(ticket, error)
            log.error("%s %s: given up after %d tries, %s", ticket.whose, ticket.name, ticket.attempts, class_of(error))
            return
        after = error.after if isinstance(error, Retry) else wait_before(ticket.attempts)
        put_back(ticket, after=after, counted=getattr(error, "counted", True), error=error)
        log.warning("%s %s: again in %.0f s, %s", ticket.whose, ticket.name, after.total_seconds(), class_of(error))

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopping:
            raise SystemExit(1)
        self.stopping = True
