"""The heartbeat of a worker. The one thread outside of `tenancy`: it must beat while the job computes, and it touches
nothing but the ticket's lease in the control database."""

import logging
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Event, Thread
from types import TracebackType

from django.db import DatabaseError, connections

from pivotino.jobs.line import beat
from pivotino.jobs.models import Ticket

log = logging.getLogger("pivotino.jobs")


class Heart(AbstractContextManager["Heart"]):
    """While the block runs, the lease of `ticket` is renewed four times in its length."""

    def __init__(self, ticket: Ticket, lease: timedelta) -> None:
        self.ticket, self.lease = ticket, lease
        self._over = Event()
        self._thread = Thread(target=self._run, name=f"heart-{ticket.pk}", daemon=True)

    def __enter__(self) -> "Heart":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._over.wait(self.lease.total_seconds() / 4):
                if not self._beat():
                    return
        finally:
            connections.close_all()

    def _beat(self) -> bool:
        try:
            alive = beat(self.ticket, lease=self.lease)
        except DatabaseError:
            # The database may be busy with this very job; the next beat tries again.
            return True
        if not alive:
            log.warning("%s %s: the lease is lost", self.ticket.whose, self.ticket.name)
        return alive
