"""The heartbeat of a worker. A thread, because it must beat while a job computes; it touches nothing but the lease of the
ticket at hand, in the control database, by a connection of its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connections

from pivotino.jobs.line import beat
from pivotino.jobs.models import Ticket

log = logging.getLogger("pivotino.jobs")


class Heart:
    """Renews the lease of the ticket at hand four times in its length. Starts with the first job, ends with `stop`."""

    def __init__(self, lease: timedelta) -> None:
        self.lease = lease
        self._ticket: Ticket | None = None
        self._over = Event()
        self._thread: Thread | None = None

    @contextmanager
    def beating_for(self, ticket: Ticket) -> Iterator[None]:
        """Within the block, `ticket` is kept alive."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="heart", daemon=True)
            self._thread.start()
        self._ticket = ticket
        try:
            yield
        finally:
            self._ticket = None

    def stop(self) -> None:
        """Beat no more."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(5)

    def _run(self) -> None:
        while not self._over.wait(self.lease.total_seconds() / 4):
            if (ticket := self._ticket) is not None:
                self._beat(ticket)
        connections["default"].close()

    def _beat(self, ticket: Ticket) -> None:
        try:
            if not beat(ticket, lease=self.lease) and self._ticket is ticket:
                log.warning("%s %s: the lease is lost", ticket.whose, ticket.name)
        except DatabaseError:
            # Busy with this very job, or away for a moment: the next beat tries again.
            close_old_connections()
